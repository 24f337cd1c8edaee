"""One movement of points: its two sides, the lots that it touched, and what it belongs to."""

import dataclasses
import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency
from ledger.points.domain import Source
from ledger.points.models import Lot, LotMove, Movement
from ledger.points.queries import lot_moves_of
from loyalty.kit.problems import NotFound
from rewards.adjustments.models import Adjustment
from rewards.imports.models import BalanceImportRow
from rewards.purchases.models import Purchase, PurchaseRevision, Return
from rewards.purchases.story import purchases_of_lots
from rewards.redemptions.models import Redemption
from rewards.transfers.models import Transfer

Cause = Purchase | Return | Redemption | Adjustment | BalanceImportRow | Transfer


class MovementNotFound(NotFound):
    code = "movement_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class LotShare:
    """What the movement did to one lot, and the purchase that had granted it."""

    move: LotMove
    lot: Lot
    purchase: Purchase | None


@dataclasses.dataclass(frozen=True, slots=True)
class MovementStory:
    """`cause` is the purchase, return, redemption, adjustment, row of an import or transfer that moved the points, where it was one."""

    movement: Movement
    member: Member
    currency: PointCurrency
    shares: list[LotShare]
    cause: Cause | None
    lot: Lot | None


def movement_story(movement_id: uuid.UUID) -> MovementStory:
    """Return a movement with everything that it touched; ten queries at most. Raises: MovementNotFound."""
    movement = Movement.objects.select_related("act").filter(pk=movement_id).first()
    if movement is None:
        raise MovementNotFound(_("There is no such movement of points."))
    member = Member.objects.select_related("programme__legal_entity").filter(points_account=movement.points_account_id).first()
    if member is None:
        raise MovementNotFound(_("These points belong to nobody any more."))
    wallet = movement.points_account_id
    moves = list(lot_moves_of(movements=[movement.pk], points_account=wallet))
    lots = Lot.objects.filter(points_account=wallet).in_bulk([move.lot_id for move in moves])
    purchases = purchases_of_lots(wallet, list(lots)) if lots else {}
    return MovementStory(
        movement=movement,
        member=member,
        currency=PointCurrency.objects.select_related("unit").get(unit=movement.unit_id),
        shares=[LotShare(move, lots[move.lot_id], purchases.get(move.lot_id)) for move in moves if move.lot_id in lots],
        cause=_cause(movement, member),
        lot=lots.get(movement.pk),
    )


def _cause(movement: Movement, member: Member) -> Cause | None:
    """Return what the act's key names: earn:<purchase>:..., return:<return>:..., revise:<revision>:..., redeem:<redemption>, adjust:<adjustment>, import:<row>, send:<transfer>."""
    kind, _colon, rest = movement.act.key.partition(":")
    try:
        named = uuid.UUID(rest.split(":")[0])
    except ValueError:
        return None
    if movement.act.source == Source.PURCHASE and kind == "earn":
        return Purchase.objects.select_related("store", "channel").filter(member=member, pk=named).first()
    if kind == "revise":
        revision = PurchaseRevision.objects.filter(points_account=movement.points_account_id, pk=named).first()
        return (
            Purchase.objects.select_related("store", "channel").filter(member=member, pk=revision.purchase_id).first() if revision else None
        )
    if kind == "return":
        returned = Return.objects.select_related("purchase__store", "purchase__channel")
        return returned.filter(points_account=movement.points_account_id, pk=named).first()
    of_member: dict[int, QuerySet[Any]] = {
        Source.REDEMPTION: Redemption.objects.select_related("reward_version__reward").filter(member=member),
        Source.ADJUSTMENT: Adjustment.objects.filter(member=member),
        Source.TRANSFER: Transfer.objects.with_people().of_member(member.pk),
        Source.IMPORT: BalanceImportRow.objects.select_related("balance_import__programme")
        .defer("balance_import__content")
        .filter(member=member),
    }
    rows = of_member.get(movement.act.source)
    return rows.filter(pk=named).first() if rows is not None else None
