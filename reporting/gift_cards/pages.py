"""Estimates and statements of gift cards as plain values for pages; no queries."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.books.models import Book
from loyalty.kit.money import Money
from reporting.estimates.pages import percentage_text
from reporting.gift_cards.models import CardEstimate, CardStatement
from reporting.gift_cards.queries import Estimates
from reporting.journals.wording import moment, month_name, person
from reporting.rollforward.files import Cell

FIGURES = ("opening_minor", "sold_minor", "paid_minor", "given_back_minor", "breakage_minor", "unclaimed_minor", "liability_minor")


def estimates_of(found: Estimates, user: UUID, *, may_approve: bool) -> dict[str, Any]:
    """Return every version, newest first, and the drafts that this person may approve."""
    labels = (_("Will be spent"), _("Of the rest to the state"), _("From the close of"), _("State"), _("Prepared"), _("Approved"))
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [_estimate(one, found) for one in found.estimates],
        "drafts": [
            {
                "text": _("%(spent)s will be spent, from the close of %(month)s: %(evidence)s")
                % {"spent": _spent(one), "month": month_name(one.valid_from), "evidence": one.evidence},
                "url": reverse("staff:gift-card-estimate-approve", args=[one.pk]) if may_approve and one.prepared_by != user else "",
            }
            for one in found.estimates
            if one.state == CardEstimate.State.DRAFT
        ],
    }


def statements_table(statements: Sequence[CardStatement], book: Book) -> dict[str, Any]:
    """Return how a closed month's liability rolled forward, by programme and month of issue; nothing without cards."""
    if not statements:
        return {}
    labels = (_("Opening"), _("Sold"), _("Paid with them"), _("Given back"), _("Breakage"), _("To the state"), _("Liability"))
    totals = [Money(sum(getattr(row, name) for row in statements), book.currency) for name in FIGURES]
    return {
        "columns": [{"label": _("Sold in")}, *({"label": label, "number": True} for label in labels)],
        "rows": [
            [f"{row.programme.name}, {month_name(row.card_month)}", *(Money(getattr(row, name), book.currency) for name in FIGURES)]
            for row in statements
        ],
        "totals": [_("All gift cards"), *totals],
    }


def statements_file(statements: Sequence[CardStatement], book: Book) -> list[list[Cell]]:
    """Return the same for a file, amounts in major units."""
    table: list[list[Cell]] = [["programme", "sold_in", *(name.removesuffix("_minor") for name in FIGURES)]]
    for row in statements:
        amounts = (Decimal(getattr(row, name)).scaleb(-book.minor_digits) for name in FIGURES)
        table.append([row.programme.slug, f"{row.card_month:%Y-%m}", *amounts])
    return table


def _estimate(one: CardEstimate, found: Estimates) -> list[Any]:
    chip = {CardEstimate.State.SUPERSEDED: "closed"}.get(CardEstimate.State(one.state), one.state)
    return [
        _spent(one),
        percentage_text(one.unclaimed_percentage),
        month_name(one.valid_from),
        {"value": one.get_state_display(), "state": chip},
        {"value": person(found.names, one.prepared_by), "hint": moment(one.prepared_at)},
        {"value": person(found.names, one.approved_by), "hint": moment(one.approved_at)},
    ]


def _spent(one: CardEstimate) -> str:
    return _("nobody can say") if one.percentage is None else percentage_text(one.percentage)
