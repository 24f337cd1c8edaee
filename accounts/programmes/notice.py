"""Points that members hold come to buy less only with notice, and not at all where the programme's terms promise so."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.programmes.domain import first_day_with_notice
from accounts.programmes.models import Programme
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Refused


class PointsWouldBuyLess(Refused):
    """Carries `earliest`, the first day on which the change can count, or null if the terms promise that it never does."""

    code = "points_would_buy_less"


def check_notice(*, programme: Programme, counts_from: dt.date, at: dt.datetime) -> None:
    """Let a change by which points buy less count from a day on, if members hear of it in time. Raises: PointsWouldBuyLess.

    A programme that is not live has members only as a trial: it needs no notice.
    """
    if not programme.is_live:
        return
    days = programme.devaluation_notice_days
    if days is None:
        detail = _(
            "Members' points would buy less, and this programme promises that they never do."
            " Leave what they have as it is: offer something new beside it instead."
        )
        raise PointsWouldBuyLess(detail, extra={"earliest": None})
    earliest = first_day_with_notice(business_date(at, programme.time_zone), days)
    if counts_from < earliest:
        ahead = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        detail = _("Members' points would buy less. They must hear of it %(ahead)s ahead: let it begin on %(day)s or later.")
        told = detail % {"ahead": ahead, "day": date_format(earliest, "j F Y")}
        raise PointsWouldBuyLess(told, extra={"earliest": earliest.isoformat()})
