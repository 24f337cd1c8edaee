"""Take a recognition back that was a mistake, or that should never have been given.

The receiver's points end as if they had never been given, and the books with them; the giver's come back to the allowance that they were taken
from, while its month is open. Locks: both wallets in order, as when it was given.
"""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.outbox.services import publish
from accounts.users.models import User
from ledger.points import services as bank
from ledger.points.domain import ArrearsPolicy, Reason, Reversal, Source, Taking
from ledger.points.models import Movement, PointUnit
from loyalty.kit.clock import business_date, month_start
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import Refused
from rewards.recognition.domain import lapses_on
from rewards.recognition.models import Recognition, RecognitionUndo

KEY = "recognition-undo:"


class RecognitionUndone(Refused):
    """It was taken back before, by somebody else or for another reason."""

    code = "recognition_undone"


class RecognisedPointsAreSpent(Refused):
    code = "recognised_points_are_spent"


@dataclasses.dataclass(frozen=True, slots=True)
class Undoing:
    """Who takes a recognition back, and why: a colleague, or a partner by its key."""

    source: str
    reason: str
    staff: User | None = None


@transaction.atomic
def undo_recognition(*, recognition: Recognition, undoing: Undoing, at: dt.datetime) -> RecognitionUndo:
    """Take a recognition back as a whole; the same decision twice takes it back once. Needs its people and its programme.

    Raises: RecognitionUndone, RecognisedPointsAreSpent (and the currency lets nobody owe points), PointsOnHold.
    """
    assert undoing.reason, "who takes something back says why"
    giver, receiver, programme = recognition.giver, recognition.receiver, recognition.programme
    bank.lock_wallets(points_accounts=[giver.points_account_id, receiver.points_account_id])
    if earlier := RecognitionUndo.objects.filter(recognition=recognition).first():
        return _same(earlier, undoing)
    day = business_date(at, programme.time_zone)
    row = RecognitionUndo(
        id=uuid7(),
        recognition=recognition,
        programme=programme,
        reason=undoing.reason,
        source=undoing.source,
        staff=undoing.staff,
        undone_at=at,
        business_on=max(day, recognition.business_on),
    )
    reversal = _take(row)
    row.taken_movement, row.owed_units = reversal.movement, reversal.owed
    if day < lapses_on(month_start(recognition.business_on)):
        row.returned_units, row.returned_movement = recognition.units, _return(row)
    row.save(force_insert=True)
    for member in (giver, receiver):
        payload = {"recognition": str(recognition.pk), "units": recognition.units}
        publish(topic="recognition.undone", payload=payload, at=at, programme_id=programme.pk, member_id=member.pk)
    return row


def _same(earlier: RecognitionUndo, undoing: Undoing) -> RecognitionUndo:
    """Raises: RecognitionUndone."""
    if (earlier.source, earlier.reason, earlier.staff) != (undoing.source, undoing.reason, undoing.staff):
        raise RecognitionUndone(_("This recognition was taken back before. Nothing more is to be done."))
    return earlier


def _take(row: RecognitionUndo) -> Reversal:
    """Take the points from the receiver. Raises: RecognisedPointsAreSpent, PointsOnHold.

    Nothing of it is forgiven, whatever the currency does with bonuses: the giver would have given twice what there was once.
    """
    recognition = row.recognition
    unit = _unit_of(recognition.receiver, recognition.received_movement)
    owes = ArrearsPolicy(unit.arrears_policy) is ArrearsPolicy.LIMIT
    try:
        return bank.reverse(
            grant=recognition.received_movement,
            taking=_taking(row, recognition.receiver, unit, Source.CAMPAIGN),
            policy=ArrearsPolicy.LIMIT if owes else ArrearsPolicy.FORBID,
            limit=unit.arrears_limit,
            refunded_minor=None,
            order=unit.consumption_order,
        )
    except bank.SpentPointsMayNotBeOwed as problem:
        detail = _(
            "The points were spent, and this member cannot owe so many. Correct the points by hand, or leave the recognition as it is."
        )
        raise RecognisedPointsAreSpent(detail) from problem


def _return(row: RecognitionUndo) -> uuid.UUID:
    """Give the points back to the allowance of the giver."""
    recognition = row.recognition
    unit = _unit_of(recognition.giver, recognition.given_movement)
    taking = _taking(row, recognition.giver, unit, Source.TRANSFER)
    return bank.restore(redemption=recognition.given_movement, taking=taking, order=unit.consumption_order).movement


def _taking(row: RecognitionUndo, member: Member, unit: PointUnit, source: Source) -> Taking:
    return Taking(
        points_account=member.points_account_id,
        unit=unit.pk,
        source=source,
        key=f"{KEY}{row.recognition_id}",
        units=row.recognition.units,
        reason=Reason.CANCELLATION,
        occurred_at=row.undone_at,
        business_on=row.business_on,
    )


def _unit_of(member: Member, movement: uuid.UUID) -> PointUnit:
    """Return the currency that was moved then, whatever the programme gives now."""
    return Movement.objects.select_related("unit").get(pk=movement, points_account=member.points_account_id).unit
