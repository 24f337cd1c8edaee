"""The catalogue for partners."""

import dataclasses
from functools import cached_property
from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import PartnerView
from loyalty.kit.rest import described, page_of_list
from rewards.catalogue.filters import RewardFilters
from rewards.catalogue.models import RewardVersion
from rewards.catalogue.queries import Offer, RewardNotFound, coming_prices, in_order, offered_on, offers_to
from rewards.catalogue.representations import RewardAnswer, RewardsAnswer, reward_answer
from rewards.catalogue.shapes import OfferQuery


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

    def rows(self, offered: QuerySet[RewardVersion]) -> list[_Row]:
        """Return these rewards, as they look to the member if one is named."""
        versions = in_order(offered)
        if self.query.member is None:
            return [_Row(version) for version in versions]
        member = find_member(self.programme, member_id=self.query.member)
        member.programme = self.programme
        return [_Row(offer.version, offer) for offer in offers_to(member, versions, self.today)]

    @cached_property
    def coming(self) -> dict[int, RewardVersion]:
        return coming_prices(self.programme, self.today)

    def told(self, row: _Row) -> dict[str, object]:
        return reward_answer(row.version, self.programme.currency, self.coming.get(row.version.reward_id), row.offer)


class Rewards(RewardView):
    """Rewards on offer."""

    queries: ClassVar = {"GET": RewardFilters.query()}

    @described(operation="listRewards", summary="List the rewards on offer", query=RewardFilters.query(), answers={200: RewardsAnswer})
    def get(self, _request: Request) -> HttpResponse:
        offered = RewardFilters.narrow(offered_on(self.programme, self.today), self.query)
        page = page_of_list(self.rows(offered), name="code", query=self.query)
        return self.show(page.as_dict(self.told))


class OneReward(RewardView):
    """A reward on offer."""

    queries: ClassVar = {"GET": OfferQuery}

    @described(
        operation="getReward", summary="See a reward, and whether a member may take it", query=OfferQuery, answers={200: RewardAnswer}
    )
    def get(self, _request: Request, code: str) -> HttpResponse:
        for row in self.rows(offered_on(self.programme, self.today).filter(reward__code=code)):
            return self.show(self.told(row))
        raise RewardNotFound(_("There is no such reward. Look it up in the list of rewards."))
