"""Partners of a coalition for colleagues: prices with their approval, statements of months."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money, exponent
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_DAY, BY_NEWEST_ID, Key
from rewards.coalition.domain import Way, What, digest_of
from rewards.coalition.files import as_csv
from rewards.coalition.forms import MonthForm, PriceForm
from rewards.coalition.models import PartnerPrice, PartnerStatement, PartnerStatementLine
from rewards.coalition.queries import lines_of, prices_of, statement_by_id, statements_of
from rewards.coalition.services import approve_price, issue_statement, propose_price
from rewards.coalition.shapes import head_of, line_of

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)
NEWEST_FIRST = (Key("month", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def prices(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Show what points cost partners and bring them, newest first, and propose a price."""
    found = programme_by_slug(programme)
    may_write = may(request.user, Act.PREPARE_RULES)
    form = PriceForm(found, posted(request) if may_write else None)
    if may_write and form.is_valid():
        said = form.cleaned_data
        try:
            propose_price(
                partner=said["partner"],
                currency=said["currency"],
                way=Way(said["way"]),
                price_minor=form.price_minor,
                marketing_minor=form.marketing_minor,
                valid_from=said["valid_from"],
                author=request.user,
                at=clock.now(),
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The price waits for another person's approval. Nothing has changed yet."))
            return redirect("staff:partner-prices", found.slug)
    page = list_page(request, prices_of(found), BY_NEWEST_ID)
    context = {
        **frame(found, "partners"),
        "statements_url": reverse("staff:partner-statements", args=[found.slug]),
        "prices": [_price(row, found, request.user) for row in page.rows],
        "form": form if may_write else None,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/coalition/prices.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, price: uuid.UUID) -> HttpResponseBase:
    """Approve a price that somebody else proposed."""
    found = programme_by_slug(programme)
    row = prices_of(found).filter(pk=price).first()
    if row is not None:
        try:
            approve_price(price=row, approver=request.user, at=clock.now())
        except Problem as problem:
            messages.error(request, problem.detail)
        else:
            messages.success(request, _("Approved. The price counts from its day on."))
    return redirect("staff:partner-prices", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def statements(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Show the statements of partners, newest month first, and state a month."""
    found = programme_by_slug(programme)
    may_issue = may(request.user, Act.PREPARE_CLOSE)
    form = MonthForm(found, posted(request) if may_issue else None)
    if may_issue and form.is_valid():
        said = form.cleaned_data
        try:
            row = issue_statement(programme=found, partner=said["partner"], month=said["month"], at=clock.now(), issued_by=request.user)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The month is stated. Send the file to the partner."))
            return redirect("staff:partner-statement", found.slug, row.pk)
    page = list_page(request, statements_of(found), NEWEST_FIRST)
    context = {
        **frame(found, "partners"),
        "prices_url": reverse("staff:partner-prices", args=[found.slug]),
        "columns": [
            {"label": _("Month")},
            {"label": _("Partner")},
            {"label": _("The partner owes"), "number": True},
            {"label": _("The partner is owed"), "number": True},
        ],
        "rows": [_statement_row(row, found) for row in page.rows],
        "form": form if may_issue else None,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/coalition/statements.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(*_SEE)
def statement(request: StaffRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Show a statement with its lines, and whether its hash is that of what stands in it."""
    found = programme_by_slug(programme)
    row = statement_by_id(found, statement)
    lines = lines_of(row)
    holds = digest_of(head_of(row), [line_of(line, row) for line in lines]) == row.digest
    labels = (_("Day"), _("What happened"), _("Points"))
    numbers = (_("How often"), _("Points"), _("Price of a point"), _("Amount"), _("Paid with them"))
    scales = {currency.code: currency.unit.scale for currency in found.currencies.select_related("unit")}
    context = {
        **frame(found, "partners"),
        "title": _("%(partner)s, %(month)s") % {"partner": row.partner, "month": date_format(row.month, "F Y")},
        "state": "verified" if holds else "failed",
        "state_label": _("the hash holds") if holds else _("the hash does not hold"),
        "facts": [
            {"label": _("The partner owes"), "value": _money(row.invoiced_minor, row)},
            {"label": _("The partner is owed"), "value": _money(row.payable_minor, row)},
            {"label": _("Paid with points there"), "value": _money(row.tendered_minor, row)},
            {"label": _("Issued"), "value": date_format(localtime(row.issued_at), "j F Y, H:i")},
            {"label": _("Hash"), "value": row.digest},
        ],
        "file_url": reverse("staff:partner-statement-file", args=[found.slug, row.pk]),
        "columns": [*({"label": label} for label in labels), *({"label": label, "number": True} for label in numbers)],
        "rows": [_line(line, row, scales.get(line.points, 0)) for line in lines],
    }
    return render(request, "rewards/coalition/statement.html", context)


@require_safe
@staff_page(*_SEE)
def statement_file(_request: StaffRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Send a statement as CSV, amounts in major units."""
    found = programme_by_slug(programme)
    row = statement_by_id(found, statement)
    answer = HttpResponse(as_csv(row, lines_of(row)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="statement-{row.partner_id}-{row.month:%Y-%m}.csv"'
    return answer


def _price(row: PartnerPrice, programme: Programme, user: User) -> dict[str, Any]:
    point = row.price_minor.scaleb(row.currency.unit.scale - exponent(programme.currency))
    may_approve = may(user, Act.APPROVE_RULES) and row.author_id != user.pk and row.approved_at is None
    return {
        "title": f"{row.partner}: {point.normalize():f} {programme.currency}",
        "text": " · ".join([row.get_way_display(), row.currency.plural_word, *_services_with(row, programme)]),
        "days": _("from %(day)s") % {"day": date_format(row.valid_from, "j F Y")},
        "people": people_of(row.author, row.approver),
        "state": "live" if row.approved_at else "awaiting",
        "state_label": _("approved") if row.approved_at else _("waits for approval"),
        "approve_url": reverse("staff:partner-price-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def _services_with(row: PartnerPrice, programme: Programme) -> list[str]:
    """Say what marketing services come with a point, if any do."""
    each = row.marketing_minor.scaleb(row.currency.unit.scale - exponent(programme.currency))
    words = {"price": f"{each.normalize():f}", "currency": programme.currency}
    return [_("with marketing services of %(price)s %(currency)s") % words] if each else []


def _statement_row(row: PartnerStatement, programme: Programme) -> list[Any]:
    url = reverse("staff:partner-statement", args=[programme.slug, row.pk])
    month = {"value": date_format(row.month, "F Y"), "url": url}
    return [month, str(row.partner), _money(row.invoiced_minor, row), _money(row.payable_minor, row)]


def _line(line: PartnerStatementLine, row: PartnerStatement, scale: int) -> list[Any]:
    what = What(line.what)
    price = line.price_minor.scaleb(scale - exponent(row.currency))
    return [
        date_format(line.business_on, "j M Y"),
        what_words()[what],
        line.points,
        points_text(line.count),
        points_text(line.units, scale),
        f"{price.normalize():f}",
        _money(what.sign * line.amount_minor, row),
        _money(what.sign * line.face_minor, row) if line.face_minor else "",
    ]


def what_words() -> dict[What, str]:
    return {
        What.ISSUED: _("issued through the partner"),
        What.TAKEN_BACK: _("taken back by returns"),
        What.REDEEMED: _("redeemed at the partner"),
        What.GIVEN_BACK: _("given back, not redeemed after all"),
        What.TENDERED: _("paid with points at the partner"),
        What.REFUNDED: _("given back with returns of what they paid"),
    }


def _money(minor: int, row: PartnerStatement) -> str:
    return money_text(Money(minor, row.currency))
