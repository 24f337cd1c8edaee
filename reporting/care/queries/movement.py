"""One movement of points: its two sides, the lots that it touched, and what it belongs to."""

import dataclasses
import uuid

from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency
from ledger.points.domain import Source
from ledger.points.models import Lot, LotMove, Movement
from loyalty.kit.problems import NotFound
from rewards.adjustments.models import Adjustment
from rewards.purchases.models import Purchase, Return
from rewards.purchases.story import purchases_of_lots
from rewards.redemptions.models import Redemption


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
    """`cause` is the purchase, return, redemption or adjustment that moved the points, where it was one."""

    movement: Movement
    member: Member
    currency: PointCurrency
    shares: list[LotShare]
    cause: Purchase | Return | Redemption | Adjustment | None
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
    moves = list(LotMove.objects.filter(points_account=wallet, movement=movement.pk).order_by("id"))
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


def _cause(movement: Movement, member: Member) -> Purchase | Return | Redemption | Adjustment | None:
    """Return what the act's key names: earn:<purchase>:..., return:<return>:..., redeem:<redemption>, adjust:<adjustment>."""
    kind, _colon, rest = movement.act.key.partition(":")
    try:
        named = uuid.UUID(rest.split(":")[0])
    except ValueError:
        return None
    if movement.act.source == Source.PURCHASE and kind == "earn":
        return Purchase.objects.select_related("store", "channel").filter(member=member, pk=named).first()
    if kind == "return":
        rows = Return.objects.select_related("purchase__store", "purchase__channel")
        return rows.filter(points_account=movement.points_account_id, pk=named).first()
    if movement.act.source == Source.REDEMPTION:
        return Redemption.objects.select_related("reward_version__reward").filter(member=member, pk=named).first()
    if movement.act.source == Source.ADJUSTMENT:
        return Adjustment.objects.filter(member=member, pk=named).first()
    return None
