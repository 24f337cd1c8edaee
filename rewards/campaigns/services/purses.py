"""The budgets of campaigns on the way of a purchase: locked after the wallets, read, written with what was given.

A purse is the counter row of one campaign. Who buys holds it until the purchase is committed, so a budget is never overdrawn.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from django.db.models import F

from accounts.outbox.services import publish
from rewards.campaigns.domain import Budget, Used, cost_left, cost_of, is_used_up, room_of
from rewards.campaigns.models import CampaignBudget, CampaignUse
from rewards.campaigns.queries import newest_versions, terms_of

NOTHING = Used()


@dataclasses.dataclass(frozen=True, slots=True)
class Gift:
    """What one purchase got from a campaign: points of its rules, and what a point is expected to cost."""

    wallet: uuid.UUID
    evidence: uuid.UUID
    business_on: dt.date
    campaign: str
    units: int
    ssp: Decimal
    is_short: bool = False
    """Whether the budget left less than the rules would have given."""

    @property
    def used(self) -> Used:
        return Used(self.units, cost_of(self.units, self.ssp), 1) if self.units else NOTHING


@dataclasses.dataclass(slots=True)
class _Purse:
    campaign: int
    budget: Budget
    noted: Used
    """As it was read, with what has been written since."""
    promised: Used = NOTHING
    """What purchases of the wave on its way take out of it."""
    told: bool = False


class Purses:
    """The purses that one transaction holds."""

    def __init__(self) -> None:
        self._held: dict[str, _Purse] = {}
        self._looked_for: set[str] = set()

    def lock(self, programme: uuid.UUID, codes: Collection[str]) -> None:
        """Lock the counters of those campaigns that have a budget, in the order of their ids; once for each campaign."""
        missing = set(codes) - self._looked_for
        if not missing:
            return
        self._looked_for |= missing
        rows = CampaignBudget.objects.filter(campaign__programme=programme, campaign__code__in=missing)
        counters = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("campaign_id")}
        for version in newest_versions(programme).filter(campaign__in=counters) if counters else ():
            row = counters[version.campaign_id]
            noted = Used(row.used_units, row.used_minor, row.used_uses)
            self._held[version.campaign.code] = _Purse(row.pk, terms_of(version).budget, noted, told=row.told_at is not None)

    def room(self, code: str, ssp: Decimal) -> int | None:
        """Return for how many units the campaign has room; None without a budget."""
        purse = self._held.get(code)
        return None if purse is None or not purse.budget else room_of(purse.budget, purse.noted + purse.promised, ssp)

    def promise(self, code: str, used: Used) -> None:
        """Keep room for a purchase of the wave."""
        if code in self._held:
            self._held[code].promised += used

    def note(self, gifts: Iterable[Gift], ids: Mapping[str, int], *, programme: uuid.UUID, at: dt.datetime) -> None:
        """Write down what the purchases of a wave were given, and forget what was promised to those that were refused."""
        gifts = list(gifts)
        rows = [_use(gift, ids[gift.campaign]) for gift in gifts if gift.units]
        if rows:
            CampaignUse.objects.bulk_create(rows)
        for code, purse in self._held.items():
            given = sum((gift.used for gift in gifts if gift.campaign == code), NOTHING)
            purse.noted, purse.promised = purse.noted + given, NOTHING
            add_to_counter(purse.campaign, given)
            if not purse.told and (is_used_up(purse.budget, purse.noted) or any(g.is_short for g in gifts if g.campaign == code)):
                purse.told = True
                tell_used_up(purse.campaign, programme=programme, at=at)

    def note_more(self, gift: Gift, was: Used, campaign: int, *, programme: uuid.UUID, at: dt.datetime) -> None:
        """Note that a campaign gives a purchase more than it did (`was`): `gift.units` on top, and the purchase once."""
        more = Used(gift.units, cost_of(gift.units, gift.ssp), 0 if was.uses else 1)
        CampaignUse.objects.create(
            points_account_id=gift.wallet,
            campaign_id=campaign,
            business_on=gift.business_on,
            evidence=gift.evidence,
            **dataclasses.asdict(more),
        )
        add_to_counter(campaign, more)
        purse = self._held.get(gift.campaign)
        if purse is not None:
            purse.noted += more
            if not purse.told and is_used_up(purse.budget, purse.noted):
                purse.told = True
                tell_used_up(campaign, programme=programme, at=at)


def give_back(*, noted: Mapping[int, Used], left: Mapping[int, int], wallet: uuid.UUID, evidence: uuid.UUID, business_on: dt.date) -> None:
    """Note that a return took points of campaigns back: `left` are the units that the member keeps of the purchase, by campaign.

    The counters are locked by the caller (`lock_counters`).
    """
    rows = []
    for campaign, was in sorted(noted.items()):
        units = left.get(campaign, was.units)
        gone = Used(units - was.units, cost_left(was, units) - was.cost_minor, (1 if units else 0) - was.uses)
        if gone == NOTHING:
            continue
        facts = dataclasses.asdict(gone)
        rows.append(CampaignUse(points_account_id=wallet, campaign_id=campaign, business_on=business_on, evidence=evidence, **facts))
        add_to_counter(campaign, gone)
    if rows:
        CampaignUse.objects.bulk_create(rows)


def lock_counters(campaigns: Collection[int]) -> None:
    """Lock the counters of campaigns by id, those that have one; in the order of their ids."""
    rows = CampaignBudget.objects.select_for_update().filter(campaign__in=campaigns).order_by("campaign_id")
    list(rows.values_list("pk"))


def add_to_counter(campaign: int, used: Used) -> None:
    if used != NOTHING:
        CampaignBudget.objects.filter(pk=campaign).update(
            used_units=F("used_units") + used.units,
            used_minor=F("used_minor") + used.cost_minor,
            used_uses=F("used_uses") + used.uses,
        )


def tell_used_up(campaign: int, *, programme: uuid.UUID, at: dt.datetime) -> None:
    """Let the author of the campaign hear, once for each approved version, that nothing is left."""
    CampaignBudget.objects.filter(pk=campaign).update(told_at=at)
    publish(topic="campaign.budget_used_up", payload={"campaign": campaign}, at=at, programme_id=programme)


def _use(gift: Gift, campaign: int) -> CampaignUse:
    return CampaignUse(
        points_account_id=gift.wallet,
        campaign_id=campaign,
        business_on=gift.business_on,
        units=gift.used.units,
        cost_minor=gift.used.cost_minor,
        uses=gift.used.uses,
        evidence=gift.evidence,
    )
