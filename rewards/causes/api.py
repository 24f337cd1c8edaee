"""Causes for partners: how far each is, and what a member's own events counted. Events are sent as events."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import PartnerView
from loyalty.kit.rest import described
from loyalty.kit.rest.paging import page_of_list
from rewards.causes import queries
from rewards.causes.queries import Cause
from rewards.causes.representations import CausesAnswer, MemberCausesAnswer, cause_answer, member_cause_answer
from rewards.causes.shapes import CausesQuery


class CauseView(PartnerView):
    """What the addresses of causes share."""

    def found(self) -> list[Cause]:
        causes = [one for one in queries.begun_causes(self.programme, self.today) if self.query.code in (None, one.code)]
        return sorted(causes, key=lambda one: one.code)


class Causes(CauseView):
    """What events count for together."""

    scopes: ClassVar = {"GET": Scope.REWARDS_READ}
    queries: ClassVar = {"GET": CausesQuery}

    @described(
        operation="listCauses",
        summary="List causes with what was counted and what that makes, by code",
        query=CausesQuery,
        answers={200: CausesAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        page = page_of_list(self.found(), name="code", query=self.query)
        return self.show(page.as_dict(self._shown))

    def _shown(self, cause: Cause) -> dict[str, object]:
        return cause_answer(cause, cause.terms_on(self.today), queries.standing_on(cause, self.today), self.programme)


class MemberCauses(CauseView):
    """What a member's own events counted."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": CausesQuery}

    @described(
        operation="listMemberCauses",
        summary="List how many of a member's own events counted for each cause, by code",
        query=CausesQuery,
        answers={200: MemberCausesAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        of = find_member(self.programme, member_id=member)
        page = page_of_list(self.found(), name="code", query=self.query)
        return self.show(page.as_dict(lambda one: member_cause_answer(one, queries.counted_of_member(of, one))))
