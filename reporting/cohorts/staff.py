"""Who stays, for colleagues: the retention triangle as a table and as a file."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.entities.models import Store
from accounts.entities.queries import place_choices
from accounts.programmes.models import Programme
from accounts.staff.pages import programme_choices, programme_page, render_part
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.addresses import query_with
from loyalty.kit.figures import points_text
from reporting.cohorts import queries
from reporting.cohorts.domain import Began, Cohort, Triangle
from reporting.exports.downloads import download, file_name
from reporting.rollforward.files import Cell, as_csv

_HEATS = 8
"""Shades in static/css/desk.css."""


@require_safe
@programme_page(Act.SEE_REPORTS)
def cohorts(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show the triangle; ?began=bought goes by the first purchase, ?store= counts purchases of one store."""
    stores = place_choices(Store.objects.selling_for(programme.legal_entity_id))
    began, store = _began(request), _store(request, dict(stores))
    shown = queries.retention(programme, _today(programme), began=began, store=store)
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "stores": [{"value": str(pk), "label": name, "selected": pk == store} for pk, name in stores],
        "ways": [{"value": Began.BOUGHT.value, "label": _("the first purchase"), "selected": began is Began.BOUGHT}],
        "by_purchase": began is Began.BOUGHT,
        "store_name": dict(stores).get(store or 0, ""),
        "months": [points_text(number) for number in range(_width(shown))],
        "rows": [_row(cohort, leads=began is Began.JOINED) for cohort in shown.cohorts],
        "averages": [_share(*shown.average(number)) for number in range(_width(shown))],
        "file_url": reverse("staff:cohorts-file") + query_with(request.GET),
    }
    return render_part(request, "reporting/cohorts/cohorts.html", "reporting/cohorts/triangle.html", context)


@require_safe
@programme_page(Act.SEE_REPORTS)
def cohorts_file(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Send the triangle as CSV: a row for each cohort and month, so that any tool can turn it."""
    stores = dict(Store.objects.selling_for(programme.legal_entity_id).values_list("pk", "name"))
    shown = queries.retention(programme, _today(programme), began=_began(request), store=_store(request, stores))
    rows: list[list[Cell]] = [
        [f"{cohort.month:%Y-%m}", cohort.size, since, bought] for cohort in shown.cohorts for since, bought in enumerate(cohort.bought)
    ]
    table: list[list[Cell]] = [["cohort", "members", "months_since", "bought"], *rows]
    return download(as_csv(table), file_name(programme.legal_entity.book, programme.slug, "cohorts", suffix="csv"))


def _today(programme: Programme) -> dt.date:
    return clock.business_date(clock.now(), programme.time_zone)


def _began(request: HttpRequest) -> Began:
    return Began.BOUGHT if request.GET.get("began") == Began.BOUGHT.value else Began.JOINED


def _store(request: HttpRequest, stores: dict[int, str]) -> int | None:
    text = request.GET.get("store", "")
    return next((pk for pk in stores if str(pk) == text), None)


def _width(shown: Triangle) -> int:
    return max((len(cohort.bought) for cohort in shown.cohorts), default=0)


def _row(cohort: Cohort, *, leads: bool) -> dict[str, Any]:
    last = len(cohort.bought) - 1
    return {
        "month": date_format(cohort.month, "M Y"),
        "address": f"{reverse('staff:home')}?cohort={cohort.month:%Y-%m}" if leads else "",
        "size": points_text(cohort.size),
        "cells": [
            {
                "text": _share(bought, cohort.size),
                "heat": _heat(bought, cohort.size),
                "told": _("%(bought)s of %(size)s") % {"bought": points_text(bought), "size": points_text(cohort.size)},
                "under_way": since == last,
            }
            for since, bought in enumerate(cohort.bought)
        ],
    }


def _share(bought: int, members: int) -> str:
    """Write a share in whole percent, halves up."""
    if not members:
        return ""
    return _("%(number)s%%") % {"number": number_format((bought * 200 + members) // (2 * members))}


def _heat(bought: int, members: int) -> int:
    """Return the shade of a share: 0 for nobody, _HEATS for everybody."""
    return -(-bought * _HEATS // members) if members else 0
