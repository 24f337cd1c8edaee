"""One member as colleagues see them: points, tier with its evidence, lots, consents."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Consent, Member
from accounts.members.queries import MemberNotFound, consents_now
from accounts.programmes.models import PointCurrency
from ledger.points.models import Lot
from ledger.points.queries import Holdings, holdings, open_lots
from rewards.adjustments.models import Adjustment
from rewards.purchases.models import Purchase, Return
from rewards.purchases.story import purchases_of_lots
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import cancellable
from rewards.tiers.models import MemberYear, TierStanding
from rewards.tiers.progress import LadderProgress, progress_on_ladders

LOTS_SHOWN = 10
EVIDENCE_SHOWN = 6
UNTAKEN_SHOWN = 10


@dataclasses.dataclass(frozen=True, slots=True)
class CurrencyHoldings:
    """What the member holds of one currency; `value_minor` is what the available points can pay."""

    currency: PointCurrency
    holdings: Holdings
    value_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class OpenLot:
    """Points of one grant that are left; `purchase` granted them, unless they came otherwise."""

    lot: Lot
    purchase: Purchase | None


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """A tier that was reached or lost, and the purchase that did it (for a return: the purchase that came back)."""

    standing: TierStanding
    purchase: Purchase | None


@dataclasses.dataclass(frozen=True, slots=True)
class MemberProfile:
    member: Member
    wallets: list[CurrencyHoldings]
    lots: list[OpenLot]
    lots_in_all: int
    ladders: list[LadderProgress]
    """The main one first."""
    year_minor: int
    """What was spent in the calendar year."""
    evidence: list[Evidence]
    consents: dict[str, Consent]
    purchases: int
    spent_minor: int
    waiting: list[Adjustment]
    untaken: list[Redemption]

    @property
    def main(self) -> CurrencyHoldings:
        return next(wallet for wallet in self.wallets if wallet.currency.is_default)


def member_with_programme(member_id: uuid.UUID) -> Member:
    """Raises: MemberNotFound."""
    member = Member.objects.select_related("programme__legal_entity", "home_store", "user").filter(pk=member_id).first()
    if member is None:
        raise MemberNotFound(_("There is no such member."))
    return member


def profile_of(member: Member, today: dt.date) -> MemberProfile:
    """Return everything but the timeline; seventeen queries at most, however long the membership."""
    lots, lots_in_all = open_lots_of(member, today, limit=LOTS_SHOWN)
    totals = Purchase.objects.filter(member=member).aggregate(purchases=Count("id"), spent=Sum("price_minor", default=0))
    waiting = Adjustment.objects.filter(member=member, state=Adjustment.State.WAITING).select_related("currency__unit", "requested_by")
    ladders = progress_on_ladders(member, today)
    return MemberProfile(
        member=member,
        wallets=_wallets(member, today),
        lots=lots,
        lots_in_all=lots_in_all,
        ladders=ladders,
        year_minor=_year_minor(member, ladders, today),
        evidence=_evidence(member),
        consents=consents_now(member),
        purchases=totals["purchases"],
        spent_minor=totals["spent"],
        waiting=list(waiting.order_by("requested_at", "id")[:10]),
        untaken=list(cancellable(member, today)[:UNTAKEN_SHOWN]),
    )


def open_lots_of(member: Member, today: dt.date, *, limit: int) -> tuple[list[OpenLot], int]:
    """Return the lots that end first, with the purchases that granted them, and how many there are in all."""
    rows = open_lots(points_account=member.points_account_id, today=today)
    lots = list(rows[:limit])
    in_all = rows.count() if len(lots) == limit else len(lots)
    purchases = purchases_of_lots(member.points_account_id, [lot.pk for lot in lots]) if lots else {}
    return [OpenLot(lot, purchases.get(lot.pk)) for lot in lots], in_all


def _wallets(member: Member, today: dt.date) -> list[CurrencyHoldings]:
    currencies = PointCurrency.objects.filter(programme=member.programme_id).select_related("unit").order_by("-is_default", "code")
    held = {of_unit.unit: of_unit for of_unit in holdings(points_account=member.points_account_id, today=today)}
    return [_worth(currency, held.get(currency.unit_id, Holdings(currency.unit_id, 0, 0, 0, 0)), today) for currency in currencies]


def _worth(currency: PointCurrency, of: Holdings, today: dt.date) -> CurrencyHoldings:
    terms = currency.terms.in_force_on(today).first()
    value = of.available * terms.point_value_minor if terms else Decimal(0)
    return CurrencyHoldings(currency, of, int(value))


def _year_minor(member: Member, ladders: Sequence[LadderProgress], today: dt.date) -> int:
    known = next((one.spend_minor for one in ladders if one.spend_minor is not None), None)
    if known is not None:
        return known
    year = MemberYear.objects.filter(member=member, year=today.year).first()
    return year.spend_minor if year else 0


def _evidence(member: Member) -> list[Evidence]:
    """Return the latest tiers that were reached, kept or lost, with what did it; the timeline tells the earlier ones."""
    told = TierStanding.objects.filter(member=member).that_came_true()
    standings = list(told.select_related("tier").order_by("-from_on", "-id")[:EVIDENCE_SHOWN])
    purchases = _purchases_behind(member, [standing.evidence for standing in standings])
    return [Evidence(standing, purchases.get(standing.evidence)) for standing in standings]


def _purchases_behind(member: Member, evidence: Sequence[uuid.UUID]) -> dict[uuid.UUID, Purchase]:
    """Return the purchases that these ids name, or whose returns they name."""
    if not evidence:
        return {}
    found = Purchase.objects.filter(member=member).select_related("store").in_bulk(list(evidence))
    returns = Return.objects.filter(points_account=member.points_account_id, pk__in=set(evidence) - set(found))
    return found | {row.pk: row.purchase for row in returns.select_related("purchase__store")}
