"""Deferred membership fees for finance, month by month."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.pages import programme_choices, programme_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money, exponent
from reporting.exports.downloads import download
from reporting.plans.domain import FeeMonth
from reporting.plans.queries import fee_months, posted_of
from reporting.rollforward.files import Cell, as_csv

FIGURES = ("opening", "paid", "refunded", "earned", "closing")


@require_safe
@programme_page(Act.SEE_BOOKS)
def report(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show what was paid, what went back, what was earned and what is owed, newest month first."""
    months = _months(programme)
    owed, posted = months[-1].closing if months else 0, posted_of(programme)
    labels = (_("Opening"), _("Paid"), _("Given back"), _("Earned"), _("Closing"))
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "columns": [{"label": _("Month")}, *({"label": label, "number": True} for label in labels)],
        "rows": [_row(row, programme.currency) for row in reversed(months)],
        "state": "verified" if owed == posted else "pending",
        "tie": _("ties with the books") if owed == posted else _("the books follow within hours"),
        "owed": money_text(Money(owed, programme.currency)),
        "posted": money_text(Money(posted, programme.currency)),
    }
    return render(request, "reporting/plans/report.html", context)


@require_safe
@programme_page(Act.SEE_BOOKS)
def report_file(_request: HttpRequest, programme: Programme) -> HttpResponse:
    """Send all months as CSV, amounts in major units."""
    digits = exponent(programme.currency)
    months: list[list[Cell]] = [
        [f"{row.month:%Y-%m}", *(Decimal(getattr(row, name)).scaleb(-digits) for name in FIGURES)] for row in _months(programme)
    ]
    table: list[list[Cell]] = [["month", *FIGURES], *months]
    return download(as_csv(table), f"membership-fees-{programme.slug}.csv")


def _months(programme: Programme) -> list[FeeMonth]:
    return fee_months(programme, clock.business_date(clock.now(), programme.time_zone))


def _row(row: FeeMonth, currency: str) -> list[str]:
    return [date_format(row.month, "F Y"), *(money_text(Money(getattr(row, name), currency)) for name in FIGURES)]
