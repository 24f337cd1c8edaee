"""Who recognised whom, for what, month by month, and how to take it back: for colleagues who run the programme."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.pages import frame
from accounts.programmes.queries import currency_of, programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.figures import points_text
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.recognition import queries
from rewards.recognition.domain import RecognitionTerms, lapses_on
from rewards.recognition.forms import UndoForm
from rewards.recognition.models import Recognition
from rewards.recognition.pages import name_of
from rewards.recognition.services import Undoing, undo_recognition
from rewards.setups.queries import parsed

MONTHS = 6
SOURCE = "staff"


@require_safe
@staff_page(Act.FIND_MEMBERS, Act.PREPARE_RULES, Act.SEE_BOOKS)
def recognitions(request: StaffRequest, programme: str) -> HttpResponse:
    """List a month's recognitions, newest first, and the sums of its values; ?month= chooses one of the last six."""
    found = programme_by_slug(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    months = [add_months(month_start(today), -back) for back in range(MONTHS)]
    month = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month")), months[0])
    rows = queries.in_month(found, month, add_months(month, 1))
    page = list_page(request, rows.select_related("undo__staff"), BY_NEWEST_ID)
    offered = queries.recognition_on(found, today)
    sees_members, undoes = may(request.user, Act.FIND_MEMBERS), may(request.user, Act.UNDO_TRANSFERS)
    labels = (_("Day"), _("Who gave"), _("Who received"), _("What for"), _("Message"))
    context = {
        **frame(found, "setups"),
        "months": [_tab(one, current=one == month) for one in months],
        "value_columns": [{"label": _("What for")}, *({"label": label, "number": True} for label in (_("Recognitions"), _("Points")))],
        "values": [_value(row, offered.terms if offered else None, found.pk) for row in queries.totals_by_value(rows)],
        "columns": [*({"label": label} for label in labels), {"label": _("Points"), "number": True}, {"label": _("State")}],
        "rows": [[*_row(row, sees_members=sees_members), _state(row, found.slug, undoes=undoes)] for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/recognition/staff_recognitions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.UNDO_TRANSFERS)
def undo(request: StaffRequest, programme: str, recognition: uuid.UUID) -> HttpResponse:
    """Take a recognition back: why, and confirm."""
    found = programme_by_slug(programme)
    row = queries.recognition_by_id(found, recognition)
    row.programme = found
    form = UndoForm(posted(request))
    listed = f"{reverse('staff:recognitions', args=[found.slug])}?month={row.business_on:%Y-%m}"
    if form.is_valid():
        try:
            undo_recognition(recognition=row, undoing=Undoing(SOURCE, form.cleaned_data["reason"], request.user), at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The recognition of %(name)s was taken back.") % {"name": name_of(row.receiver)})
            return redirect(listed)
    context = {
        "title": _("Take a recognition back"),
        "text": _what_happens(row),
        "form": form,
        "submit_label": _("Take the recognition back"),
        "kind": "danger",
        "cancel_url": listed,
        "cancel_label": _("Leave it as it is"),
        "crumbs": [{"label": _("Who recognised whom"), "url": listed}, {"label": _("Take it back")}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _what_happens(row: Recognition) -> str:
    """Say who gave what to whom, and what becomes of the points."""
    points = points_text(row.units, currency_of(row.programme_id).unit.scale)
    words = {"giver": name_of(row.giver), "receiver": name_of(row.receiver), "points": points, "day": date_format(row.business_on, "j F Y")}
    given = _("%(giver)s gave %(receiver)s %(points)s points on %(day)s. They are taken from %(receiver)s.") % words
    if clock.business_date(clock.now(), row.programme.time_zone) < lapses_on(month_start(row.business_on)):
        return given + " " + _("%(giver)s can give them away again this month.") % words
    return given + " " + _("The month is over: they lapsed with its allowance.")


def _state(row: Recognition, programme: str, *, undoes: bool) -> dict[str, str]:
    """Return that it was taken back, by whom and why, or the way to do it."""
    undone = queries.undo_of(row)
    if undone:
        by = ", ".join(filter(None, (date_format(undone.business_on, "j M Y"), str(undone.staff or undone.source), undone.reason)))
        return {"value": _("taken back"), "state": "reversed", "hint": by}
    return {"value": _("Take it back"), "url": reverse("staff:recognition-undo", args=[programme, row.pk])} if undoes else {"value": ""}


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
