"""Questions about check-in points: which there are, and which one a code means."""

import datetime as dt
import uuid

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound, Refused
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.check_ins.domain import CodeKind, Opening, is_fresh
from rewards.check_ins.models import CheckInPoint, CheckInPointQuerySet
from rewards.check_ins.tokens import read_code, read_screen

NEWEST_FIRST = BY_NEWEST_ID


class CheckInPointNotFound(NotFound):
    code = "check_in_point_not_found"


class CheckInCodeNotKnown(Refused):
    code = "check_in_code_not_known"


class CheckInElsewhere(Refused):
    """The code belongs to another programme."""

    code = "check_in_elsewhere"


class CheckInCodeExpired(Refused):
    code = "check_in_code_expired"


class CheckInNotYet(Refused):
    """Carries `from_on` and `opens_at`."""

    code = "check_in_not_yet"


class CheckInOver(Refused):
    code = "check_in_over"


def points_of(programme: Programme) -> CheckInPointQuerySet:
    """Return a programme's points, to be read by NEWEST_FIRST."""
    return CheckInPoint.objects.filter(programme=programme).select_related("store", "programme")


def point_by_id(programme: Programme, point: uuid.UUID) -> CheckInPoint:
    """Raises: CheckInPointNotFound."""
    found = points_of(programme).filter(pk=point).first()
    if found is None:
        raise CheckInPointNotFound(_("There is no such check-in point."))
    return found


def point_of_screen(programme: Programme, token: str) -> CheckInPoint:
    """Return the open point whose screen a token opens. Raises: CheckInPointNotFound."""
    point = read_screen(token)
    found = points_of(programme).filter(pk=point, closed_at__isnull=True).first() if point else None
    if found is None:
        raise CheckInPointNotFound(_("This screen shows no code any more. Ask a colleague for its new address."))
    return found


def point_of_code(programme: Programme, token: str, at: dt.datetime) -> CheckInPoint:
    """Return the point that a code lets members check in at, at this moment.

    Raises: CheckInCodeNotKnown, CheckInElsewhere, CheckInCodeExpired, CheckInNotYet, CheckInOver.
    """
    read = read_code(token)
    point = CheckInPoint.objects.filter(pk=read[0]).select_related("store", "programme").first() if read else None
    if read is None or point is None or (read[1] is None) != (point.code_kind == CodeKind.PRINTED):
        raise CheckInCodeNotKnown(_("This code is not one of ours. Scan the code in the shop again."))
    if point.programme_id != programme.pk:
        raise CheckInElsewhere(_("This code belongs to another programme. Scan it with the camera of a phone and open its own link."))
    if read[1] is not None and not is_fresh(read[1], at):
        raise CheckInCodeExpired(_("This code has changed since. Scan the one that the screen shows now."))
    check_open(point, at)
    return point


def check_open(point: CheckInPoint, at: dt.datetime) -> None:
    """Raises: CheckInNotYet, CheckInOver."""
    if point.closed_at is not None:
        raise CheckInOver(_("Nobody checks in with this code any more. Ask the staff for the new one."))
    moment = point.local(at)
    words = {"opens": time_format(point.opens_at, "H:i"), "closes": time_format(point.closes_at, "H:i")}
    match point.hours.standing(moment):
        case Opening.NOT_YET:
            words["day"] = date_format(point.first_on, "j F Y")
            raise CheckInNotYet(_("Check-in begins on %(day)s at %(opens)s. Come back then.") % words, extra=_from(point, point.first_on))
        case Opening.BEFORE_HOURS:
            detail = _("You can check in from %(opens)s to %(closes)s. Scan the code again then.")
            raise CheckInNotYet(detail % words, extra=_from(point, moment.date()))
        case Opening.AFTER_HOURS:
            detail = _("Check-in is over for today. Come back tomorrow between %(opens)s and %(closes)s.")
            raise CheckInNotYet(detail % words, extra=_from(point, moment.date() + dt.timedelta(days=1)))
        case Opening.OVER:
            words["day"] = date_format(point.last_on, "j F Y")
            raise CheckInOver(_("Check-in ended on %(day)s at %(closes)s. Ask the staff what comes next.") % words)


def _from(point: CheckInPoint, day: dt.date) -> dict[str, str]:
    return {"from_on": day.isoformat(), "opens_at": point.opens_at.strftime("%H:%M")}
