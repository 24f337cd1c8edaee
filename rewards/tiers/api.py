"""A member's tiers for partners: progress on each ladder, and all that was recorded."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import PartnerView
from loyalty.kit.rest import described, page_of
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.tiers.filters import StandingFilters
from rewards.tiers.models import TierStanding
from rewards.tiers.progress import progress_on_ladders
from rewards.tiers.representations import ProgressesAnswer, StandingsAnswer, progress_answer, standing_answer


class TierView(PartnerView):
    """What both addresses share."""

    scopes: ClassVar = {"GET": Scope.MEMBERS_READ}

    def find(self, member: uuid.UUID) -> Member:
        found = find_member(self.programme, member_id=member)
        found.programme = self.programme
        return found


class MemberTiers(TierView):
    """How far a member is on each ladder."""

    @described(
        operation="getTiers",
        summary="See a member's tiers, what leads to the next ones and what keeps the present ones",
        answers={200: ProgressesAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        found = self.find(member)
        return self.show({"ladders": [progress_answer(one, found.locale) for one in progress_on_ladders(found, self.today)]})


class MemberStandings(TierView):
    """All that was recorded of a member's tiers."""

    queries: ClassVar = {"GET": StandingFilters.query()}

    @described(
        operation="listStandings",
        summary="List what was recorded of a member's tiers with its evidence, the newest record first",
        query=StandingFilters.query(),
        answers={200: StandingsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        rows = TierStanding.objects.filter(member=self.find(member)).select_related("tier__ladder")
        page = page_of(StandingFilters.narrow(rows, self.query), order=BY_NEWEST_ID, query=self.query)
        return self.show(page.as_dict(standing_answer))
