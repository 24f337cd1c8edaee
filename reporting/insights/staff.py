"""The staff home: how the programme does, by store and month."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.pages import month_choices, programme_choices, programme_page, read_month, render_part
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.addresses import routed
from reporting.insights import queries
from reporting.insights.queries import Overview, Trade


@require_safe
@programme_page(Act.SEE_REPORTS)
def home(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show the figures; ?store= and ?month=2026-03 choose what they are about."""
    today = clock.business_date(clock.now(), programme.time_zone)
    stores = queries.store_choices(programme)
    store = _store(request.GET.get("store", ""), stores)
    month = read_month(request.GET.get("month", ""))
    shown = queries.overview(programme, today, store=store, month=month)
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "stores": [{"value": str(pk), "label": name, "selected": pk == store} for pk, name in stores],
        "months": month_choices(today, month),
        "store_name": dict(stores).get(store or 0, ""),
        "shown": shown,
        "points_word": shown.currency.plural_word,
        "scale": shown.currency.unit.scale,
        "is_month": month is not None,
        "stretch": _stretch(shown, month),
        **_rates(shown),
        **_charts(shown),
        **_addresses(request.user),
    }
    return render_part(request, "reporting/insights/home.html", "reporting/insights/figures.html", context)


def _store(text: str, stores: list[tuple[int, str]]) -> int | None:
    return next((pk for pk, _name in stores if str(pk) == text), None)


def _stretch(shown: Overview, month: dt.date | None) -> str:
    if month is not None:
        return date_format(month, "F Y")
    return _("%(first)s to %(last)s") % {"first": date_format(shown.first_on, "j M Y"), "last": date_format(shown.last_on, "j M Y")}


def _rates(shown: Overview) -> dict[str, Any]:
    """Return shares in percent with one decimal; None where there is nothing to take a share of."""
    total, before = shown.total, shown.before
    return {
        "repeat": _percent(total.returning, total.buyers),
        "redemption": _percent(total.redeemed, total.earned),
        "returning_sales": _percent(total.returning_minor, total.price_minor),
        "tender_sales": _percent(total.tender_minor, total.price_minor),
        "buyers_change": _change(total.buyers, before.buyers) if before else "",
        "sales_change": _change(total.price_minor, before.price_minor) if before else "",
    }


def _percent(part: int, whole: int) -> str:
    """Write a share with one decimal, halves up; a dash where there is no whole."""
    return _tenths((part * 2_000 + whole) // (2 * whole)) if whole else "–"


def _change(now: int, before: int) -> str:
    """Write how much more or less it is than the month before; nothing without one."""
    if not before:
        return ""
    tenths = (abs(now - before) * 2_000 + before) // (2 * before)
    return ("+" if now >= before else "\N{MINUS SIGN}") + _tenths(tenths)


def _tenths(tenths: int) -> str:
    return _("%(number)s%%") % {"number": number_format(f"{tenths // 10}.{tenths % 10}", decimal_pos=1)}


def _charts(shown: Overview) -> dict[str, Any]:
    def series(name: str, of: str) -> tuple[str, list[int]]:
        return (name, [int(getattr(month.trade, of)) for month in shown.months])

    def has(of: str) -> bool:
        return any(getattr(month.trade, of) for month in shown.months)

    return {
        "has_trade": shown.total != Trade() or has("price_minor"),
        "labels": [date_format(month.starts_on, "M") for month in shown.months],
        "sales": [series(_("Sales"), "price_minor")],
        "points": [series(_("Earned"), "earned"), series(_("Redeemed"), "redeemed")],
        "members": [series(_("Bought"), "buyers"), series(_("Came back"), "returning")],
        "ranking": [(store.name, store.price_minor) for store in shown.stores],
    }


def _addresses(user: Any) -> dict[str, str]:
    """Return the pages behind the figures, as far as this colleague may open them."""
    finds, sees = may(user, Act.FIND_MEMBERS), may(user, Act.SEE_BOOKS)
    return {
        "members_url": reverse("staff:members") if finds else "",
        "purchases_url": reverse("staff:purchases") if finds else "",
        "tender_url": reverse("staff:purchases") + "?points=1" if finds else "",
        "rollforward_url": routed("staff:rollforward") if sees else "",
    }
