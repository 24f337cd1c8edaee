"""Questions about recognition: what is set up, what somebody has left to give, who recognised whom."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency, Programme
from ledger.points.queries import holdings
from loyalty.kit.clock import business_date, month_start
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.recognition.domain import RecognitionTerms
from rewards.recognition.models import Allowance, Recognition, RecognitionQuerySet, RecognitionUndo
from rewards.setups.domain import SetupKind
from rewards.setups.models import SetupVersion
from rewards.setups.queries import parsed, setups_of

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class RecognitionNotFound(NotFound):
    code = "recognition_not_found"


class RecognitionNotOffered(NotFound):
    code = "recognition_not_offered"


@dataclasses.dataclass(frozen=True, slots=True)
class Offered:
    """How members recognise one another on a day, and the currencies of it."""

    version: SetupVersion
    terms: RecognitionTerms
    allowance: PointCurrency
    earned: PointCurrency


def recognition_on(programme: Programme, day: dt.date) -> Offered | None:
    """Return how members recognise one another on a day; None where they do not. One query where they do."""
    setups = setups_of(programme)
    found = setups.on(SetupKind.RECOGNITION, day) if setups.has_recognition else []
    if not found:
        return None
    terms: RecognitionTerms = parsed(found[0])
    rows = {row.code: row for row in PointCurrency.objects.filter(programme=programme).select_related("unit")}
    return Offered(found[0], terms, rows[terms.allowance], rows[terms.earned])


def offered_on(programme: Programme, day: dt.date) -> Offered:
    """Raises: RecognitionNotOffered."""
    found = recognition_on(programme, day)
    if found is None:
        raise RecognitionNotOffered(_("Members of this programme do not recognise one another with points."))
    return found


def left_to_give(member: Member, offered: Offered, day: dt.date) -> int:
    """Return how many points a member has left to give; of a month whose allowance has not come yet, all of it."""
    if not has_allowance(member, month_start(day)):
        return planned_allowance(member, offered.terms, day)
    held = {row.unit: row.available for row in holdings(points_account=member.points_account_id, today=day)}
    return int(held.get(offered.allowance.unit_id, 0))


def planned_allowance(member: Member, terms: RecognitionTerms, day: dt.date) -> int:
    """Return what a member's allowance of the month of a day is. Needs the programme."""
    return terms.allowance_of(member.attributes, business_date(member.joined_at, member.programme.time_zone), month_start(day))


def has_allowance(member: Member, month: dt.date) -> bool:
    return Allowance.objects.filter(member=member, month=month).exists()


def given_today(member: Member, day: dt.date) -> int:
    """Return how many recognitions a member gave on a day."""
    return Recognition.objects.filter(giver=member, business_on=day).count()


def recognition_by_id(programme: Programme, recognition: uuid.UUID) -> Recognition:
    """Raises: RecognitionNotFound."""
    found = Recognition.objects.with_people().filter(programme=programme, pk=recognition).first()
    if found is None:
        raise RecognitionNotFound(_("There is no such recognition. Look it up in the list of recognitions."))
    return found


def undo_of(row: Recognition) -> RecognitionUndo | None:
    """Return how it was taken back, if it was; asks nothing where it was loaded with it."""
    return getattr(row, "undo", None)


def received_by(member: Member) -> "QuerySet[Recognition]":
    return Recognition.objects.with_people().filter(receiver=member)


def given_by(member: Member) -> "QuerySet[Recognition]":
    return Recognition.objects.with_people().filter(giver=member)


def in_month(programme: Programme, month: dt.date, next_month: dt.date) -> RecognitionQuerySet:
    return Recognition.objects.with_people().filter(programme=programme, business_on__gte=month, business_on__lt=next_month)


def totals_by_value(rows: RecognitionQuerySet) -> list[tuple[str, int, int]]:
    """Return for each value how many recognitions that stand named it and the points of them, the most points first."""
    found = rows.standing().order_by().values("value").annotate(times=Count("pk"), total=Sum("units")).order_by("-total", "value")
    return [(row["value"], row["times"], int(row["total"])) for row in found]
