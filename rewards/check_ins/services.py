"""Make check-in points, close them, and check members in: the only code that writes them."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.entities.queries import may_sell
from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from ledger.points import services as bank
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Malformed, Refused, StartAgain
from rewards.check_ins.domain import CodeKind, Hours, Limit, counted_on, judged_at
from rewards.check_ins.models import CheckIn, CheckInPoint
from rewards.check_ins.queries import CheckInOver, point_of_code
from rewards.events.services import SYSTEM_SOURCE, EventFacts, EventRecord, PayloadRefused, UnknownEventType, record_event_here
from rewards.setups.queries import setups_of


class MalformedCheckInPoint(Malformed):
    code = "malformed_check_in_point"


class CheckedInBefore(Refused):
    """Carries `event`, that of the check-in that counts."""

    code = "checked_in_before"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PointFacts:
    """What a colleague says of a point; `payload` is what each check-in tells the event type."""

    title: str
    event_type: str
    hours: Hours
    limit: Limit
    code_kind: CodeKind
    store: Store | None = None
    payload: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class CheckInRecord:
    """A check-in with what it earned."""

    check_in: CheckIn
    record: EventRecord


@transaction.atomic
def make_point(*, programme: Programme, facts: PointFacts, author: User, at: dt.datetime) -> CheckInPoint:
    """Make a point. Its event type must be in force on the first day and take the particulars. Raises: MalformedCheckInPoint."""
    hours = facts.hours
    errors = []
    if hours.last_on < hours.first_on:
        errors.append(FieldError("/last_on", "out_of_range", _("The last day lies before the first. Swap the two.")))
    elif hours.last_on < business_date(at, programme.time_zone):
        errors.append(FieldError("/last_on", "out_of_range", _("This day is over. Write today or a later day.")))
    if hours.closes_at <= hours.opens_at:
        errors.append(FieldError("/closes_at", "out_of_range", _("The hours end before they begin. Swap the two.")))
    if facts.store is not None and not may_sell(facts.store, programme.legal_entity_id):
        errors.append(FieldError("/store", "unknown", _("Choose a store of the programme's company.")))
    if errors := errors or _faults_of_type(programme, facts):
        raise MalformedCheckInPoint(_("Correct the marked fields."), errors=errors)
    return CheckInPoint.objects.create(
        programme=programme,
        store=facts.store,
        title=facts.title,
        event_type=facts.event_type,
        payload=dict(facts.payload),
        code_kind=facts.code_kind,
        limit=facts.limit,
        author=author,
        made_at=at,
        **dataclasses.asdict(hours),
    )


def _faults_of_type(programme: Programme, facts: PointFacts) -> list[FieldError]:
    found = setups_of(programme).event_type(facts.event_type, facts.hours.first_on)
    if found is None:
        return [
            FieldError("/event_type", "unknown", _("This event type is not in force on the first day. Choose another one or a later day."))
        ]
    _values, wrong = found[1].read(dict(facts.payload), programme.currency)
    return [FieldError("/payload", one.code, f"{one.pointer.removeprefix('/payload/')}: {one.detail}") for one in wrong]


@transaction.atomic
def close_point(*, point: CheckInPoint, closer: User, at: dt.datetime) -> CheckInPoint:
    """Let nobody check in here any more; a second time changes nothing."""
    locked = CheckInPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    if locked.closed_at is None:
        locked.closed_by, locked.closed_at = closer, at
        locked.save(update_fields=["closed_by", "closed_at"])
    return locked


def check_in(*, member: Member, token: str, at: dt.datetime, scanned_at: dt.datetime | None = None) -> CheckInRecord:
    """Check a member in and give what the rules of the event type say. Raises: as `check_in_here`."""
    while True:
        with contextlib.suppress(StartAgain), transaction.atomic():
            return check_in_here(member=member, token=token, at=at, scanned_at=scanned_at)


def check_in_here(*, member: Member, token: str, at: dt.datetime, scanned_at: dt.datetime | None = None) -> CheckInRecord:
    """Check in, in the caller's transaction. The code is judged by the moment of the scan if that is not long ago. Needs the member's programme.

    Raises: CheckInCodeNotKnown, CheckInElsewhere, CheckInCodeExpired, CheckInNotYet, CheckInOver, CheckedInBefore, ProgrammeNotLive,
    MemberNotActive, NoTermsInForce, TooManyPoints, StartAgain.
    """
    bank.lock_wallets(points_accounts=[member.points_account_id])
    seen_at = judged_at(scanned_at, at)
    point = point_of_code(member.programme, token, seen_at)
    counts = counted_on(Limit(point.limit), point.hours, point.local(seen_at).date())
    earlier = CheckIn.objects.filter(point=point, member=member, counted_on=counts).first()
    if earlier is not None:
        again = _("You have checked in here today. It counts once a day: come back tomorrow.")
        once = _("You have checked in here before. It counts once in all.")
        raise CheckedInBefore(again if point.limit == Limit.DAY else once, extra={"event": str(earlier.event)})
    facts = EventFacts(
        source=SYSTEM_SOURCE,
        external_id=f"check-in:{point.pk}:{member.pk}:{counts}",
        type=point.event_type,
        occurred_at=at,
        payload=point.payload,
        member=member.pk,
    )
    try:
        record = record_event_here(programme=member.programme, facts=facts, at=at)
    except (UnknownEventType, PayloadRefused) as problem:
        raise CheckInOver(_("Check-ins do not count here at the moment. Ask the staff; your points are as they were.")) from problem
    row = CheckIn.objects.create(point=point, member=member, counted_on=counts, occurred_at=at, event=record.event.pk)
    return CheckInRecord(row, record)
