"""What proves the points of a purchase: a signed promise at once, and the proof from the log once it is there."""

import dataclasses
import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.members.models import Member
from ledger.points.domain import Source
from ledger.points.models import Act, Movement
from ledger.seals.queries import proven_among
from rewards.purchases.models import PurchaseRevision, Return
from rewards.redemptions.models import Redemption


@dataclasses.dataclass(frozen=True, slots=True)
class Provable:
    """A movement that a purchase or its returns made, in words; `is_ready` when a checkpoint holds it."""

    movement: uuid.UUID
    label: str
    units: int
    is_ready: bool


def provable_of(member: Member, purchase: uuid.UUID) -> list[Provable]:
    """Return what a purchase earned and cost in points, and what its returns took and gave back, oldest first. Six queries."""
    wallet = member.points_account_id
    acts = {act.pk: act for act in _acts(wallet, purchase)}
    rows = list(Movement.objects.filter(points_account=wallet, act__in=acts).order_by("pk"))
    ready = proven_among([row.pk for row in rows], points_account=wallet)
    rewards = {taken.redeem_movement: taken.title for taken in Redemption.objects.taken_with([purchase])}
    labels = [rewards.get(row.pk) or _label(acts[row.act_id], row.signed_amount) for row in rows]
    return [Provable(row.pk, label, row.signed_amount, row.pk in ready) for row, label in zip(rows, labels, strict=True)]


def _acts(wallet: uuid.UUID, purchase: uuid.UUID) -> Iterable[Act]:
    named = Q(source=Source.PURCHASE, key__startswith=f"earn:{purchase}:")
    for one in Return.objects.filter(points_account=wallet, purchase=purchase).values_list("pk", flat=True):
        named |= Q(source=Source.RETURN, key__startswith=f"return:{one}:")
    for one in PurchaseRevision.objects.filter(points_account=wallet, purchase=purchase).values_list("pk", flat=True):
        named |= Q(source=Source.RECALCULATION, key__startswith=f"revise:{one}:")
    spent = Redemption.objects.filter(points_account=wallet, purchase=purchase, redeem_movement__isnull=False).values("redeem_movement")
    return Act.objects.filter(named | Q(pk__in=spent), points_account=wallet)


def _label(act: Act, units: int) -> str:
    match act.source:
        case Source.PURCHASE:
            return _("Earned")
        case Source.REDEMPTION:
            return _("Paid with points")
    if act.source == Source.RECALCULATION and units > 0:
        return _("Points added afterwards")
    return _("Points given back") if units > 0 else _("Points taken back")
