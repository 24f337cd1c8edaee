"""The calendar of campaigns, for colleagues: bars on a line of time and the table behind them."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.pages import programme_choices, programme_page, read_month, render_part
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.addresses import query_with
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from reporting.campaign_calendar import queries
from reporting.campaign_calendar.domain import ROW, WIDTH, Window, bar_of, written
from reporting.campaign_calendar.queries import Planned
from rewards.campaigns.pages import CHIPS, budget_bars, lift_words, stage_of

_MONTHS, _BACK, _HEAD = 6, 2, 28


@require_safe
@programme_page(Act.SEE_REPORTS)
def campaign_calendar(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show six months; ?from=2026-01 names the first of them, else two before this one."""
    today = clock.business_date(clock.now(), programme.time_zone)
    first = read_month(request.GET.get("from", "")) or add_months(month_start(today), -_BACK)
    window = Window(first, _MONTHS)
    planned = queries.calendar(programme, window)
    leads = may(request.user, Act.PREPARE_RULES) or may(request.user, Act.APPROVE_RULES)
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "first": f"{first:%Y-%m}",
        "stretch": f"{date_format(first, 'M Y')} – {date_format(window.last_on, 'M Y')}",
        "earlier_url": query_with(request.GET, **{"from": f"{add_months(first, -_MONTHS):%Y-%m}"}),
        "later_url": query_with(request.GET, **{"from": f"{add_months(first, _MONTHS):%Y-%m}"}),
        **_drawing(window, planned, today),
        "columns": _columns(),
        "rows": [_row(one, programme, today, leads=leads) for one in planned],
    }
    return render_part(request, "reporting/campaign_calendar/calendar.html", "reporting/campaign_calendar/months.html", context)


def _drawing(window: Window, planned: list[Planned], today: dt.date) -> dict[str, Any]:
    height = _HEAD + ROW * len(planned)
    is_now = window.shows(today, today)
    return {
        "view_box": f"0 0 {WIDTH} {height}",
        "height": str(height),
        "months": [{"x": written(window.place(start)), "label": date_format(start, "M")} for start in window.starts()],
        "today_x": written(window.place(today)) if is_now else "",
        "bars": [_bar(window, one, number, today) for number, one in enumerate(planned)],
    }


def _bar(window: Window, one: Planned, number: int, today: dt.date) -> dict[str, str]:
    bar = bar_of(window, one.terms.first_on, one.terms.last_on)
    top = _HEAD + ROW * number
    stage, _label = stage_of(one.campaign, one.terms, today)
    ends = window.place(one.terms.last_on) > WIDTH * 3 // 4
    return {
        "x": bar.x,
        "y": str(top + 20),
        "width": bar.width,
        "stage": stage,
        "name": one.campaign.name,
        "text_x": written(window.place(one.terms.last_on + dt.timedelta(days=1))) if ends else bar.x,
        "text_y": str(top + 14),
        "anchor": "end" if ends else "start",
    }


def _columns() -> list[dict[str, Any]]:
    labels = (_("Campaign"), _("Days"), _("State"), _("Budget used"), _("Points given"), _("Expected cost"), _("Lift"))
    figures = {4, 5}
    return [{"label": label, "number": number in figures} for number, label in enumerate(labels)]


def _row(one: Planned, programme: Programme, today: dt.date, *, leads: bool) -> list[Any]:
    stage, label = stage_of(one.campaign, one.terms, today)
    address = reverse("staff:campaign", args=[programme.slug, one.campaign.code]) if leads else ""
    bars = budget_bars(one.terms.budget, one.used, programme.currency)
    return [
        {"value": one.campaign.name, "url": address, "hint": one.campaign.code},
        f"{date_format(one.terms.first_on, 'j M Y')} – {date_format(one.terms.last_on, 'j M Y')}",
        {"value": label, "state": CHIPS[stage]},
        "; ".join(f"{bar['label']}: {bar['text']}" for bar in bars) or _("no limit"),
        points_text(one.used.units),
        money_text(Money(one.used.cost_minor, programme.currency)),
        lift_words(one.lift, programme.currency) if one.lift is not None else _("nobody is assigned yet"),
    ]
