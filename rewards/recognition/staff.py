"""Who recognised whom, for what, month by month: for colleagues who run the programme."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.pages import frame
from accounts.programmes.queries import currency_of, programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.figures import points_text
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.recognition import queries
from rewards.recognition.domain import RecognitionTerms
from rewards.recognition.models import Recognition
from rewards.recognition.pages import name_of
from rewards.setups.queries import parsed

MONTHS = 6


@require_safe
@staff_page(Act.FIND_MEMBERS, Act.PREPARE_RULES, Act.SEE_BOOKS)
def recognitions(request: StaffRequest, programme: str) -> HttpResponse:
    """List a month's recognitions, newest first, and the sums of its values; ?month= chooses one of the last six."""
    found = programme_by_slug(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    months = [add_months(month_start(today), -back) for back in range(MONTHS)]
    month = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month")), months[0])
    rows = queries.in_month(found, month, add_months(month, 1))
    page = list_page(request, rows, BY_NEWEST_ID)
    offered = queries.recognition_on(found, today)
    sees_members = may(request.user, Act.FIND_MEMBERS)
    labels = (_("Day"), _("Who gave"), _("Who received"), _("What for"), _("Message"))
    context = {
        **frame(found, "setups"),
        "months": [_tab(one, current=one == month) for one in months],
        "value_columns": [{"label": _("What for")}, *({"label": label, "number": True} for label in (_("Recognitions"), _("Points")))],
        "values": [_value(row, offered.terms if offered else None, found.pk) for row in queries.totals_by_value(rows)],
        "columns": [*({"label": label} for label in labels), {"label": _("Points"), "number": True}],
        "rows": [_row(row, sees_members=sees_members) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/recognition/staff_recognitions.html", context)


def _tab(month: dt.date, *, current: bool) -> dict[str, Any]:
    return {"label": date_format(month, "F Y"), "url": f"?month={month:%Y-%m}", "current": current}


def _value(row: tuple[str, int, int], terms: RecognitionTerms | None, programme: Any) -> list[str]:
    code, times, units = row
    return [_named(code, terms) or _("No value"), points_text(times), points_text(units, currency_of(programme).unit.scale)]


def _row(row: Recognition, *, sees_members: bool) -> list[Any]:
    def person(member: Any) -> dict[str, str]:
        return {"value": name_of(member), **({"url": reverse("staff:member", args=[member.pk])} if sees_members else {})}

    value = _named(row.value, parsed(row.version))
    scale = currency_of(row.programme_id).unit.scale
    return [
        date_format(row.business_on, "j M Y"),
        person(row.giver),
        person(row.receiver),
        value,
        row.message,
        points_text(row.units, scale),
    ]


def _named(code: str, terms: RecognitionTerms | None) -> str:
    value = terms.values.get(code) if terms else None
    return value.name_in(get_language() or "en") if value else code
