"""Points that members hold come to buy less only with notice, and not at all where the programme's terms promise so."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.programmes.domain import first_day_with_notice, former_after, is_longer
from accounts.programmes.models import Programme, ProgrammeState
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
    today = business_date(at, programme.time_zone)
    days = programme.notice_days_on(today)
    if days is None:
        detail = _(
            "Members' points would buy less, and this programme promises that they never do."
            " Leave what they have as it is: offer something new beside it instead."
        )
        raise PointsWouldBuyLess(detail, extra={"earliest": None})
    earliest = first_day_with_notice(today, days)
    if counts_from < earliest:
        ahead = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        detail = _("Members' points would buy less. They must hear of it %(ahead)s ahead: let it begin on %(day)s or later.")
        told = detail % {"ahead": ahead, "day": date_format(earliest, "j F Y")}
        raise PointsWouldBuyLess(told, extra={"earliest": earliest.isoformat()})


def keep_former_notice(*, programme: Programme, at: dt.datetime) -> None:
    """Let the notice before go on counting until it has passed, on a programme that is about to be saved with a shorter one.

    One person may make it shorter; this way it is no help against members who were promised a longer one. Locks the programme's row.
    """
    before = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    programme.former_notice_days, programme.former_notice_until = before.former_notice_days, before.former_notice_until
    if before.state == ProgrammeState.DRAFT or not is_longer(before.devaluation_notice_days, programme.devaluation_notice_days):
        return
    kept = former_after(before.devaluation_notice_days, before.former_notice, business_date(at, before.time_zone))
    programme.former_notice_days, programme.former_notice_until = kept.days, kept.until
