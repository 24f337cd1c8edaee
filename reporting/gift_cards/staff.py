"""Gift cards for finance: how what is owed on them got from the opening to the closing balance, month by month."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.pages import programme_choices, programme_page
from accounts.staff.roles import Act
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money, exponent
from reporting.exports.downloads import download
from reporting.gift_cards.queries import CardMonth, CardReport, card_reports
from reporting.rollforward.files import Cell, as_csv
from rewards.gift_cards.domain import CardKind

FIGURES = ("opening", "issued", "charged", "given_back", "expired", "closing")


@require_safe
@programme_page(Act.SEE_BOOKS)
def report(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show the months of sold and of given cards."""
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "reports": [_shown(one, programme.currency) for one in card_reports(programme)],
    }
    return render(request, "reporting/gift_cards/report.html", context)


@require_safe
@programme_page(Act.SEE_BOOKS)
def report_file(_request: HttpRequest, programme: Programme) -> HttpResponse:
    """Send all months as CSV, amounts in major units."""
    digits = exponent(programme.currency)
    table: list[list[Cell]] = [["month", "kind", *FIGURES]]
    for one in card_reports(programme):
        for row in one.months:
            amounts = (Decimal(getattr(row, name)).scaleb(-digits) for name in FIGURES)
            table.append([f"{row.month:%Y-%m}", row.kind.value, *amounts])
    return download(as_csv(table), f"gift-cards-{programme.slug}.csv")


def _shown(report: CardReport, currency: str) -> dict[str, Any]:
    labels = (_("Opening"), _("Issued"), _("Paid with them"), _("Given back"), _("Ran out"), _("Closing"))
    is_sold = report.kind == CardKind.SOLD
    return {
        "title": _("Sold cards") if is_sold else _("Given cards"),
        "text": _("Paid for in advance: owed until they pay or run out.") if is_sold else _("Promotions: nobody paid, so nothing is owed."),
        "columns": [{"label": _("Month")}, *({"label": label, "number": True} for label in labels)],
        "rows": [_row(row, currency) for row in reversed(report.months)],
        "state": "verified" if report.ties else "refused",
        "tie": _("ties with the cards") if report.ties else _("differs from the cards"),
        "on_cards": money_text(Money(report.on_cards, currency)),
    }


def _row(row: CardMonth, currency: str) -> list[str]:
    return [date_format(row.month, "F Y"), *(money_text(Money(getattr(row, name), currency)) for name in FIGURES)]
