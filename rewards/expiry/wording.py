"""Ends of points in words, for pages of members and of the till."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members.models import Member
from accounts.programmes.domain import Activity
from accounts.programmes.models import PointCurrency
from ledger.points import queries as points
from loyalty.kit.figures import ending_text
from rewards.expiry.queries import next_ending

_UNLESS: Final = {
    Activity.EARN: gettext_lazy("unless you earn points by then"),
    Activity.REDEEM: gettext_lazy("unless you spend points by then"),
    Activity.ANY: gettext_lazy("unless you earn or spend points by then"),
}


def next_ending_text(*, member: Member, currency: PointCurrency, today: dt.date, write: Callable[[int], str]) -> str:
    """Say which points end next, and what keeps them: "320 points: last day 28 February, unless you earn points by then"."""
    if not currency.unit.ends_move:
        plain = points.next_ending(points_account=member.points_account_id, unit=currency.unit_id, today=today)
        return ending_text(write(plain.units), plain.last_on, today) if plain else ""
    ending = next_ending(member=member, currency=currency, today=today)
    if ending is None:
        return ""
    text = ending_text(write(ending.units), ending.last_on, today)
    if ending.unless is None:
        return text
    return _("%(ending)s, %(unless)s") % {"ending": text, "unless": _UNLESS[ending.unless]}
