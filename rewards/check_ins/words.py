"""Check-in points in words."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rewards.check_ins.models import CheckInPoint


def days_text(point: CheckInPoint) -> str:
    """Say on which days members check in."""
    words = {"first": date_format(point.first_on, "j F Y"), "last": date_format(point.last_on, "j F Y")}
    return words["first"] if point.first_on == point.last_on else _("%(first)s to %(last)s") % words


def hours_text(point: CheckInPoint) -> str:
    """Say at which hours members check in."""
    return _("%(opens)s to %(closes)s") % {"opens": point.opens_at.strftime("%H:%M"), "closes": point.closes_at.strftime("%H:%M")}


def state_of(point: CheckInPoint, at: dt.datetime) -> tuple[str, str]:
    """Return the state of a point as a badge and a word."""
    day = point.local(at).date()
    if point.closed_at is not None:
        return "closed", _("closed")
    if day > point.last_on:
        return "expired", _("over")
    return ("draft", _("begins later")) if day < point.first_on else ("live", _("open"))
