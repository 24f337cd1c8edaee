"""The whole story of one purchase: what was bought, why it earned, and what became of every point."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency
from ledger.books.models import Journal
from ledger.points.domain import Source, State
from ledger.points.models import Lot, Movement
from ledger.points.queries import history_of_lots, lot_moves_of
from loyalty.kit.problems import NotFound
from rewards.earning.queries import explanations
from rewards.earning.words import Explanation
from rewards.gift_cards.queries import Charge, charges_of
from rewards.purchases.models import Purchase, PurchaseLine, PurchaseRevision, Return, ReturnLine
from rewards.purchases.queries import judged, revisions_of, rewards_taken
from rewards.redemptions.models import Redemption


class PurchaseNotFound(NotFound):
    code = "purchase_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class LotStep:
    """One thing that happened to the points of a lot. `redemption` and `purchase` say what they went to, where it is known."""

    on: dt.date
    movement: uuid.UUID
    from_state: int
    to_state: int
    units: int
    redemption: Redemption | None
    purchase: Purchase | None


@dataclasses.dataclass(frozen=True, slots=True)
class EarnedLot:
    """The points of one currency that the purchase earned, as they are now, and everything that happened to them."""

    currency: PointCurrency
    movement: uuid.UUID
    units: int
    lot: Lot | None
    steps: list[LotStep]


@dataclasses.dataclass(frozen=True, slots=True)
class LotTaken:
    """How many points of a lot were spent, and the purchase that had granted the lot (None: it came otherwise)."""

    lot: Lot
    units: int
    purchase: Purchase | None


@dataclasses.dataclass(frozen=True, slots=True)
class PaidWithPoints:
    """The part that points paid, and the lots that they came from."""

    redemption: Redemption
    taken: list[LotTaken]


@dataclasses.dataclass(frozen=True, slots=True)
class ReturnStory:
    row: Return
    lines: list[tuple[PurchaseLine, ReturnLine]]


@dataclasses.dataclass(frozen=True, slots=True)
class PurchaseStory:
    purchase: Purchase
    main: PointCurrency
    lines: list[PurchaseLine]
    returned: dict[uuid.UUID, list[ReturnLine]]
    rules: list[Explanation]
    earned: list[EarnedLot]
    tender: PaidWithPoints | None
    cards: list[Charge]
    rewards: list[Redemption]
    returns: list[ReturnStory]
    revisions: list[PurchaseRevision]
    journals: list[Journal]


def story_of(purchase_id: uuid.UUID, locale: str) -> PurchaseStory:
    """Return everything about a purchase; twenty queries at most, however much happened. Raises: PurchaseNotFound."""
    related = ("member__programme__legal_entity", "store", "channel")
    purchase = Purchase.objects.filter(pk=purchase_id).select_related(*related).first()
    if purchase is None:
        raise PurchaseNotFound(_("There is no such purchase."))
    currencies = {
        currency.code: currency for currency in PointCurrency.objects.filter(programme=purchase.programme_id).select_related("unit")
    }
    main = next(currency for currency in currencies.values() if currency.is_default)
    lines = list(PurchaseLine.objects.filter(purchase=purchase.pk).order_by("position"))
    returns, returned = _returns(purchase, lines)
    revisions = revisions_of([purchase])[purchase.pk]
    return PurchaseStory(
        purchase=purchase,
        main=main,
        lines=lines,
        returned=returned,
        rules=explanations(judged(purchase, revisions), currency=purchase.currency, locale=locale),
        earned=_earned(purchase, revisions, currencies),
        tender=_tender(purchase),
        cards=charges_of([purchase.pk])[purchase.pk] if purchase.gift_card_minor else [],
        rewards=rewards_taken([purchase]).get(purchase.pk, []),
        returns=returns,
        revisions=revisions,
        journals=_journals(purchase),
    )


def glance_of(purchase_id: uuid.UUID) -> tuple[Purchase, list[PurchaseLine]]:
    """Return a purchase and its lines for a quick look; two queries. Raises: PurchaseNotFound."""
    related = ("member__programme", "store", "channel")
    purchase = Purchase.objects.filter(pk=purchase_id).select_related(*related).first()
    if purchase is None:
        raise PurchaseNotFound(_("There is no such purchase."))
    return purchase, list(PurchaseLine.objects.filter(purchase=purchase.pk).order_by("position"))


def _returns(purchase: Purchase, lines: Iterable[PurchaseLine]) -> tuple[list[ReturnStory], dict[uuid.UUID, list[ReturnLine]]]:
    """Return what came back, by return and by line of the purchase."""
    by_id = {line.pk: line for line in lines}
    rows = list(Return.objects.filter(points_account=purchase.points_account_id, purchase=purchase.pk).order_by("pk"))
    by_return: dict[uuid.UUID, list[ReturnLine]] = defaultdict(list)
    by_line: dict[uuid.UUID, list[ReturnLine]] = defaultdict(list)
    if rows:
        for part in ReturnLine.objects.filter(of__in=[row.pk for row in rows]).order_by("pk"):
            by_return[part.of_id].append(part)
            by_line[part.line_id].append(part)
    return [ReturnStory(row, [(by_id[part.line_id], part) for part in by_return[row.pk]]) for row in rows], dict(by_line)


def _earned(purchase: Purchase, revisions: Sequence[PurchaseRevision], currencies: dict[str, PointCurrency]) -> list[EarnedLot]:
    given = [*purchase.earned, *(earned for row in revisions for earned in row.earned)]
    grants = [uuid.UUID(earned["movement"]) for earned in given]
    if not grants:
        return []
    lots = Lot.objects.filter(points_account=purchase.points_account_id).in_bulk(grants)
    steps = _steps(purchase, grants)
    return [
        EarnedLot(currencies[earned["currency"]], grant, int(earned["units"]), lots.get(grant), steps.get(grant, []))
        for earned, grant in zip(given, grants, strict=True)
    ]


def _steps(purchase: Purchase, lots: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[LotStep]]:
    """Return what happened to each lot, first to last, with the redemption or purchase behind it."""
    moves = history_of_lots(lots=lots, points_account=purchase.points_account_id)
    redemptions = redemptions_behind(purchase, {move.movement_id for move in moves if State.REDEEMED in (move.from_state, move.to_state)})
    paid = Purchase.objects.select_related("store").in_bulk([r.purchase for r in redemptions.values() if r.purchase])
    found: dict[uuid.UUID, list[LotStep]] = defaultdict(list)
    for move in moves:
        behind = redemptions.get(move.movement_id)
        step = LotStep(
            move.business_on,
            move.movement_id,
            move.from_state,
            move.to_state,
            move.units,
            behind,
            paid.get(behind.purchase) if behind and behind.purchase else None,
        )
        found[move.lot_id].append(step)
    return found


def redemptions_behind(purchase: Purchase, movements: Iterable[uuid.UUID]) -> dict[uuid.UUID, Redemption]:
    """Return the redemptions whose points these movements took or gave back, by movement; two queries."""
    wanted = list(movements)
    if not wanted:
        return {}
    rows = Movement.objects.filter(points_account=purchase.points_account_id, pk__in=wanted)
    undone = {row.pk: row.reverses_id or row.pk for row in rows.only("id", "reverses_id")}
    chosen = Redemption.objects.filter(member=purchase.member_id, redeem_movement__in=set(undone.values()))
    by_movement = {row.redeem_movement: row for row in chosen.select_related("reward_version__reward")}
    return {movement: by_movement[taken] for movement, taken in undone.items() if taken in by_movement}


def _tender(purchase: Purchase) -> PaidWithPoints | None:
    if purchase.tender is None:
        return None
    redemption = Redemption.objects.filter(member=purchase.member_id, pk=purchase.tender).first()
    if redemption is None:
        return None
    return PaidWithPoints(redemption, lots_taken(redemption))


def lots_taken(redemption: Redemption) -> list[LotTaken]:
    """Return the lots that a redemption's points came from, in the order in which they were spent; four queries."""
    movements = [movement for movement in (redemption.redeem_movement, redemption.hold_movement) if movement]
    moves = lot_moves_of(movements=movements, points_account=redemption.points_account).filter(from_state=State.AVAILABLE)
    taken: dict[uuid.UUID, int] = defaultdict(int)
    for lot, units in moves.order_by("id").values_list("lot_id", "units"):
        taken[lot] += units
    lots = Lot.objects.filter(points_account=redemption.points_account).in_bulk(list(taken))
    purchases = purchases_of_lots(redemption.points_account, list(taken)) if taken else {}
    return [LotTaken(lots[lot], units, purchases.get(lot)) for lot, units in taken.items() if lot in lots]


def _journals(purchase: Purchase) -> list[Journal]:
    """Return what the books posted for the programme's day: a day's purchases are posted together, once they are valued."""
    rows = Journal.objects.filter(
        Q(programme=purchase.programme_id) | Q(programme__isnull=True),
        book=purchase.member.programme.legal_entity.book_id,
        period__starts_on__gte=purchase.business_on.replace(day=1),
        business_on=purchase.business_on,
        basis="event",
    )
    return list(rows.order_by("year", "number")[:20])


def purchases_of_lots(points_account: uuid.UUID, lots: Sequence[uuid.UUID]) -> dict[uuid.UUID, Purchase]:
    """Return the purchases that granted these lots, by lot; lots that came from elsewhere are left out. Two queries, or three."""
    acts = Movement.objects.filter(points_account=points_account, pk__in=lots, act__points_account=points_account)
    keys = acts.filter(act__source__in=[Source.PURCHASE, Source.RECALCULATION]).values_list("pk", "act__key")
    named = {lot: key.split(":") for lot, key in keys}
    of_lot = {lot: uuid.UUID(key[1]) for lot, key in named.items() if key[0] == "earn"}
    if revised := {lot: uuid.UUID(key[1]) for lot, key in named.items() if key[0] == "revise"}:
        rows = PurchaseRevision.objects.filter(points_account=points_account).in_bulk(list(revised.values()))
        of_lot |= {lot: rows[revision].purchase_id for lot, revision in revised.items() if revision in rows}
    found = Purchase.objects.filter(points_account=points_account).select_related("store", "channel").in_bulk(list(of_lot.values()))
    return {lot: found[purchase] for lot, purchase in of_lot.items() if purchase in found}
