"""Count events for causes, take the counts into sums, and note what was handed over: the only code that writes them.

An event writes rows of its own and touches no shared one, so that causes make nobody wait. The sums are taken in behind it.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date, month_end, month_start
from loyalty.kit.problems import Refused
from rewards.causes.domain import MOST_AT_ONCE, CauseTerms
from rewards.causes.models import CauseHandover, CauseMark, CauseUntaken
from rewards.causes.queries import Cause, handovers, owed_on
from rewards.earning.domain.basket import Value
from rewards.earning.domain.triggers import trigger_of_type
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup
from rewards.setups.queries import parsed, setups_of

AT_ONCE = 10_000
"""So many counts are taken into their sums in one statement."""


class NothingToHandOver(Refused):
    code = "nothing_to_hand_over"


class MonthNotOver(Refused):
    code = "month_not_over"


class OwedHasChanged(Refused):
    """Carries `given`: what could be handed over now."""

    code = "owed_has_changed"


class ReferenceConflict(Refused):
    code = "reference_conflict"


def count_event(
    *, member: Member, trigger: str, values: Mapping[str, Value], business_on: dt.date, event: uuid.UUID, at: dt.datetime
) -> None:
    """Count an event for the causes of its day, in the caller's transaction, which has locked the member's wallet and seen that the event is new."""
    setups = setups_of(member.programme)
    if not setups.has_causes:
        return
    marks = []
    for version in setups.on(SetupKind.CAUSE, business_on):
        terms: CauseTerms = parsed(version)
        if trigger_of_type(terms.event) == trigger and (counted := _counted(terms, values)):
            marks.append(
                CauseMark(
                    cause_id=version.setup_id, member=member, business_on=business_on, counted=counted, evidence=event, recorded_at=at
                )
            )
    _write(marks)


def take_counts_back(*, event: uuid.UUID, undo: uuid.UUID, business_on: dt.date, at: dt.datetime) -> None:
    """Subtract what an event had counted, on the day on which it is undone."""
    rows = CauseMark.objects.filter(evidence=event)
    _write(
        [
            CauseMark(
                cause_id=row.cause_id, member_id=row.member_id, business_on=business_on, counted=-row.counted, evidence=undo, recorded_at=at
            )
            for row in rows
        ]
    )


@transaction.atomic
def take_counts(*, cause: int, most: int = AT_ONCE) -> int:
    """Take counts of a cause into the sums of their days; return how many, 0 when none is left that nobody else is taking."""
    with connection.cursor() as cursor:
        cursor.execute(_sql("take"), {"cause": cause, "most": most})
        [taken] = cursor.fetchone()
    return int(taken)


@transaction.atomic
def hand_over(
    *, cause: Cause, through_on: dt.date, given: int, reference: str, document: str, staff: User, at: dt.datetime
) -> CauseHandover:
    """Note that everything through the last day of a month was handed over to the cause: `given` units, as they were seen, by a reference and a proof.

    The same reference with the same facts answers with the earlier one.
    Raises: MonthNotOver, NothingToHandOver, OwedHasChanged, ReferenceConflict.
    """
    through_on = month_end(through_on)
    setup = Setup.objects.select_for_update(no_key=True).select_related("programme").get(pk=cause.setup.pk)
    earlier = handovers(cause).filter(reference=reference).first()
    if earlier is not None:
        if (earlier.through_on, earlier.given, earlier.document) != (through_on, given, document):
            raise ReferenceConflict(_("This reference was used for another hand-over. Write the one of this payment."))
        return earlier
    if through_on >= month_start(business_date(at, setup.programme.time_zone)):
        raise MonthNotOver(_("This month is not over: what it counts may change. Choose an earlier one."))
    owed = owed_on(cause, through_on)
    if owed.open_units <= 0:
        raise NothingToHandOver(_("Nothing is owed through %(day)s that was not handed over.") % {"day": date_format(through_on, "j F Y")})
    if owed.open_units != given:
        detail = _("%(given)s can be handed over now: events came or were undone since. Look at it again.")
        raise OwedHasChanged(detail % {"given": owed.open_units}, extra={"given": owed.open_units})
    row = CauseHandover(
        programme=setup.programme,
        cause=setup,
        number=handovers(cause).count() + 1,
        through_on=through_on,
        given=given,
        amount_minor=given * cause.terms_on(through_on).cost_minor,
        reference=reference,
        document=document,
        handed_by=staff,
        handed_at=at,
    )
    row.save(force_insert=True)
    return row


def take_all(*, programme: Programme) -> int:
    """Take in everything of a programme that is there; return how many counts."""
    taken = 0
    for cause in Setup.objects.filter(programme=programme, kind=SetupKind.CAUSE).order_by("pk").values_list("pk", flat=True):
        while now := take_counts(cause=cause):
            taken += now
    return taken


def _counted(terms: CauseTerms, values: Mapping[str, Value]) -> int:
    """Return how many an event stands for: one, or what its field says; a field that is left out is one, what is less counts nothing."""
    said = values.get(f"event.{terms.of}", 1) if terms.of else 1
    return min(MOST_AT_ONCE, max(0, int(said))) if isinstance(said, int | Decimal) else 0


def _write(marks: Sequence[CauseMark]) -> None:
    CauseMark.objects.bulk_create(marks)
    CauseUntaken.objects.bulk_create(
        [CauseUntaken(cause_id=one.cause_id, business_on=one.business_on, counted=one.counted) for one in marks]
    )


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
