"""The catalogue for partners."""

import dataclasses
import uuid
from typing import ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import PartnerView
from loyalty.kit.clock import business_date
from loyalty.kit.rest import described, page_of_list
from rewards.catalogue.models import RewardVersion
from rewards.catalogue.queries import Offer, RewardNotFound, offered_on, rewards_for
from rewards.catalogue.representations import RewardAnswer, RewardsAnswer, reward_answer
from rewards.catalogue.shapes import OfferQuery, OffersQuery


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    """A reward on offer, and how it looks to the member who was named."""

    version: RewardVersion
    offer: Offer | None = None

    @property
    def code(self) -> str:
        return self.version.reward.code


class RewardView(PartnerView):
    """What both addresses of the catalogue share."""

    scopes: ClassVar = {"GET": Scope.REWARDS_READ}

    def offered(self, member_id: uuid.UUID | None) -> list[_Row]:
        """Return what is offered today, to this member if one is named."""
        today = business_date(self.at, self.programme.time_zone)
        if member_id is None:
            return [_Row(version) for version in offered_on(self.programme, today)]
        member = find_member(self.programme, member_id=member_id)
        member.programme = self.programme
        return [_Row(offer.version, offer) for offer in rewards_for(member, today)]

    def told(self, row: _Row) -> dict[str, object]:
        return reward_answer(row.version, self.programme.currency, row.offer)


class Rewards(RewardView):
    """Rewards on offer."""

    queries: ClassVar = {"GET": OffersQuery}

    @described(operation="listRewards", summary="List the rewards on offer", query=OffersQuery, answers={200: RewardsAnswer})
    def get(self, _request: Request) -> HttpResponse:
        page = page_of_list(self.offered(self.query.member), name="code", query=self.query)
        return self.show(page.as_dict(self.told))


class OneReward(RewardView):
    """A reward on offer."""

    queries: ClassVar = {"GET": OfferQuery}

    @described(
        operation="getReward", summary="See a reward, and whether a member may take it", query=OfferQuery, answers={200: RewardAnswer}
    )
    def get(self, _request: Request, code: str) -> HttpResponse:
        for row in self.offered(self.query.member):
            if row.code == code:
                return self.show(self.told(row))
        raise RewardNotFound(_("There is no such reward. Look it up in the list of rewards."))
