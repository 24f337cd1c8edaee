"""Days of stores from a file that a colleague has: taken in like a call of the shop system, faults shown line by line."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entities.models import Store
from accounts.programmes.models import Programme
from accounts.staff.pages import StaffRequest, posted, programme_choices, programme_page
from accounts.staff.roles import Act
from accounts.store_days.files import COLUMNS, MOST_BYTES, NEEDED, FileFault, Line, UnreadableFile, read_lines
from accounts.store_days.items import report_items
from accounts.store_days.services import MOST_REPORTS, StoreDayRecord
from loyalty.kit import clock
from loyalty.kit.figures import points_text
from loyalty.kit.problems import Problem
from loyalty.kit.spreadsheets import csv_lines, safe
from reporting.exports.downloads import download

MAY_UPLOAD = (Act.MANAGE_PROGRAMMES, Act.PREPARE_CLOSE)
MOST_FAULTS = 50
"""So many lines are shown at once; whoever mends them sees the next ones."""
_FAULTS: dict[FileFault, Promise] = {
    FileFault.TOO_LARGE: gettext_lazy("The file is larger than %(kilobytes)s kilobytes. Send it in parts."),
    FileFault.NOT_UTF8: gettext_lazy("The file is not text in UTF-8. Save it as CSV UTF-8 and send it again."),
    FileFault.EMPTY: gettext_lazy(
        "The file has no line below the names of its columns. Take the template, and fill in a line for each day."
    ),
    FileFault.TOO_MANY_LINES: gettext_lazy("The file has more than %(lines)s lines. Send it in parts."),
    FileFault.COLUMN_MISSING: gettext_lazy("The first line names no column %(about)s. It names %(needed)s."),
    FileFault.COLUMN_UNKNOWN: gettext_lazy("Nobody reads a column %(about)s. Leave it out; known are %(known)s."),
    FileFault.COLUMN_TWICE: gettext_lazy("The column %(about)s is there twice. Leave one out."),
}


class StoreDaysForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("Choose a file"),
        widget=forms.FileInput({"accept": ".csv,.txt,text/csv"}),
        help_text=gettext_lazy(
            "CSV in UTF-8, its first line names the columns: store (its code), day (2026-03-31), sales (8120.50), tickets; if you like returns, currency."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page(*MAY_UPLOAD)
def upload(request: StaffRequest, programme: Programme) -> HttpResponse:
    """Take a file in; lines that are refused are shown and keep no other one back."""
    form, faults = StoreDaysForm(posted(request), request.FILES or None), list[tuple[Line, Problem]]()
    if form.is_valid():
        try:
            lines = read_lines(form.cleaned_data["file"].read(MOST_BYTES + 1), most=MOST_REPORTS, currency=programme.currency)
        except UnreadableFile as wrong:
            form.add_error("file", _told(wrong))
        else:
            items, source = [line.item for line in lines], f"staff:{request.user.pk}"
            answers = report_items(programme=programme, items=items, source=source, at=clock.now())
            faults = [(line, one) for line, one in zip(lines, answers, strict=True) if isinstance(one, Problem)]
            if records := [one for one in answers if isinstance(one, StoreDayRecord)]:
                messages.success(request, _taken(records))
            if not faults:
                return redirect("staff:store-days")
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "form": form,
        "cancel_url": reverse("staff:store-days"),
        "crumbs": [{"label": _("What stores sold"), "url": reverse("staff:store-days")}, {"label": _("Upload a file")}],
        "fault_count": len(faults),
        "columns": [{"label": _("Line"), "number": True}, *({"label": label} for label in (_("Store"), _("Day"), _("What is wrong")))],
        "rows": [_row(line, problem) for line, problem in faults[:MOST_FAULTS]],
    }
    return render(request, "reporting/store_days/upload.html", context, status=422 if form.errors or faults else 200)


@require_safe
@programme_page(*MAY_UPLOAD)
def template(_request: HttpRequest, programme: Programme) -> HttpResponse:
    """Hand out a file to fill in: yesterday, for each store."""
    yesterday = clock.business_date(clock.now(), programme.time_zone) - dt.timedelta(days=1)
    codes = Store.objects.filter(entity=programme.legal_entity_id).order_by("code").values_list("code", flat=True)[:MOST_REPORTS]
    rows = [[safe(code), yesterday.isoformat(), "", "", "", programme.currency] for code in codes]
    return download("\ufeff" + "".join(csv_lines([COLUMNS, *rows])), f"store-days-{programme.slug}.csv")


def _told(wrong: UnreadableFile) -> str:
    words = {"kilobytes": MOST_BYTES // 1_000, "lines": points_text(MOST_REPORTS), "about": wrong.about}
    return str(_FAULTS[wrong.fault]) % (words | {"needed": ", ".join(NEEDED), "known": ", ".join(COLUMNS)})


def _taken(records: Sequence[StoreDayRecord]) -> str:
    """Say how many days were taken in, and how many of them were known already."""
    new = sum(not record.replayed for record in records)
    text = ngettext("%(number)s day was taken in.", "%(number)s days were taken in.", new) % {"number": points_text(new)}
    known = len(records) - new
    told = ngettext("%(number)s had been reported with the same figures.", "%(number)s had been reported with the same figures.", known)
    return f"{text} {told % {'number': points_text(known)}}" if known else text


def _row(line: Line, problem: Problem) -> list[Any]:
    """Name each wrong column of a line; a refusal of the whole line stands alone."""
    named = [f"{error.pointer.strip('/')}: {error.detail}" if error.pointer.strip("/") else error.detail for error in problem.errors]
    return [line.number, str(line.item.get("store", "")), str(line.item.get("day", "")), " ".join(named) or problem.detail]
