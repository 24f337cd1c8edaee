"""Questions about the prices and statements of partners."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.partners.models import Partner
from accounts.programmes.models import Programme
from ledger.books.domain import Profile
from loyalty.kit.kept import Kept
from loyalty.kit.problems import NotFound, Refused
from rewards.coalition import domain
from rewards.coalition.domain import Company, LineKey, Terms, Way, What, partner_of, source_of
from rewards.coalition.models import PartnerPrice, PartnerStatement, PartnerStatementLine

Prices = dict[tuple[int, str], dict[str, list[tuple[dt.date, Decimal, Decimal]]]]
"""Prices and marketing services, by partner and way, and by currency code: from which day on, newest first."""


class Coalition(NamedTuple):
    """Who takes part in the programmes of a company, and on which terms."""

    prices: Prices
    companies: dict[int, Company]
    sellers: dict[int, int | None]
    """The partner whose store it is, where other companies of the group take part: None for the operator's own."""

    def on(self, way: Way, partner: int, day: dt.date) -> dict[str, tuple[Decimal, Decimal]]:
        """Return what is in force on a day, by currency code."""
        of = self.prices.get((partner, way.value), {})
        found = {code: next(((price, marketing) for first, price, marketing in rows if first <= day), None) for code, rows in of.items()}
        return {code: prices for code, prices in found.items() if prices is not None}


STATEMENTS = "partner_statements"
"""What a journal names that was made from statements."""
_coalitions: Kept[uuid.UUID, Coalition] = Kept()


class PartnerNotFound(NotFound):
    code = "partner_not_found"


class StatementNotFound(NotFound):
    code = "statement_not_found"


class PointsNotTakenHere(Refused):
    code = "points_not_taken_here"


def terms_of_sale(programme: Programme, *, source: str, store: int | None, day: dt.date) -> Terms | None:
    """Return the terms of the partner whose sale it is on a day; None for a sale of the programme's own company.

    It is the company's whose store it is, else the partner's whose key it came with, where that has a price or is a company of the group.
    """
    known = coalition_of(programme)
    if store is not None and known.companies and store not in known.sellers:
        _coalitions.forget(programme.pk)
        known = coalition_of(programme)
    partner = known.sellers.get(store) if store is not None else None
    partner = partner_of(source) if partner is None else partner
    if partner is None:
        return None
    issue, redeem, company = known.on(Way.ISSUE, partner, day), known.on(Way.REDEEM, partner, day), known.companies.get(partner)
    if not issue and not redeem and company is None:
        return None
    return Terms(
        partner=partner,
        issue={code: price for code, (price, _marketing) in issue.items()},
        redeem={code: price for code, (price, _marketing) in redeem.items()},
        marketing={code: marketing for code, (_price, marketing) in issue.items()},
        company=company,
    )


def takes_points(terms: Terms | None, currency: str) -> bool:
    """Tell whether points that pay are redeemed at a partner: not where it is a sale of the programme's own company.

    Raises: PointsNotTakenHere (nobody agreed on what the partner is paid for them).
    """
    if terms is not None and currency not in terms.redeem:
        raise PointsNotTakenHere(
            _("This partner takes no points as a payment yet. Agree on a price of points that are redeemed there first.")
        )
    return terms is not None


def companies_selling(programme: Programme, source: str) -> tuple[int, ...]:
    """Return the companies whose stores and channels a purchase from this sender may name, the first one first: its own for a company of the
    group, all of them for others."""
    companies, operator = coalition_of(programme).companies, programme.legal_entity_id
    partner = partner_of(source) if companies else None
    if partner in companies:
        return (companies[partner].entity,)
    return (operator, *(company.entity for company in companies.values()))


def coalition_of(programme: Programme) -> Coalition:
    """Return who takes part, as it was at most a few seconds ago."""
    return _coalitions.get(programme.pk, lambda: _read(programme))


def forget_coalition(programme: uuid.UUID) -> None:
    """Read it again at its next use."""
    _coalitions.forget(programme)


def partner_by_name(programme: Programme, name: str) -> Partner:
    """Raises: PartnerNotFound."""
    found = Partner.objects.filter(legal_entity=programme.legal_entity_id, name=name).first()
    if found is None:
        raise PartnerNotFound(_("The programme's company has no partner %(name)s.") % {"name": name})
    return found


def prices_of(programme: Programme) -> QuerySet[PartnerPrice]:
    return PartnerPrice.objects.filter(currency__programme=programme).select_related("partner", "currency__unit", "author", "approver")


def statements_of(programme: Programme) -> QuerySet[PartnerStatement]:
    return PartnerStatement.objects.filter(programme=programme).select_related("partner")


def statement_by_id(programme: Programme, statement: uuid.UUID, *, partner: int | None = None) -> PartnerStatement:
    """Raises: StatementNotFound (of another programme or partner, too)."""
    rows = statements_of(programme).filter(pk=statement)
    found = (rows if partner is None else rows.filter(partner=partner)).first()
    if found is None:
        raise StatementNotFound(_("There is no such statement."))
    return found


def statement_behind(sources: Sequence[uuid.UUID]) -> PartnerStatement | None:
    """Return the statement that a journal was made from, if it was made from one; nothing is asked without sources."""
    return PartnerStatement.objects.select_related("partner", "programme").filter(pk__in=sources).first() if sources else None


def lines_of(statement: PartnerStatement) -> Sequence[PartnerStatementLine]:
    return list(statement.lines.order_by("points", "business_on", "what", "price_minor"))


def unstated(programme: Programme, partner: Partner, through_on: dt.date) -> dict[LineKey, domain.Sum]:
    """Return what came through the partner through a day and stands in no statement yet."""
    return less_stated(acts_through(programme, partner, through_on), programme, partner, through_on)


def less_stated(
    acts: Mapping[LineKey, domain.Sum], programme: Programme, partner: Partner, through_on: dt.date
) -> dict[LineKey, domain.Sum]:
    """Take away what statements have of these acts, all of them through a day."""
    found = dict(acts)
    stated = PartnerStatementLine.objects.filter(statement__programme=programme, statement__partner=partner, business_on__lte=through_on)
    rows = stated.values_list("points", "business_on", "what", "price_minor").annotate(
        Sum("count"), Sum("units"), Sum("amount_minor"), Sum("face_minor")
    )
    for points, on, what, price, *told in rows.order_by():
        key = LineKey(points, on, What(what), price)
        found[key] = found.get(key, domain.Sum(0, 0, 0, 0)).less(domain.Sum(*told))
    return {key: sums for key, sums in sorted(found.items()) if any(sums)}


def acts_through(programme: Programme, partner: Partner, through_on: dt.date) -> dict[LineKey, domain.Sum]:
    """Return all that came through the partner through a day."""
    asked: dict[str, str | int | uuid.UUID | dt.date | None] = {
        "programme": programme.pk,
        "operator": programme.legal_entity_id,
        "partner": partner.pk,
        "company": partner.group_company_id,
        "source": source_of(partner.pk),
        "through": through_on,
        "time_zone": programme.time_zone,
    }
    with connection.cursor() as cursor:
        cursor.execute(_sql(), asked)
        return {LineKey(code, on, What(what), price): domain.Sum(*sums) for code, on, what, price, *sums in cursor.fetchall()}


def _read(programme: Programme) -> Coalition:
    operator = programme.legal_entity_id
    partners = (
        Partner.objects.filter(legal_entity=operator, group_company__isnull=False).select_related("group_company__book").order_by("pk")
    )
    companies = {partner.pk: _company(partner) for partner in partners}
    seats = {company.entity: partner for partner, company in companies.items()}
    stores = Store.objects.selling_for(operator).values_list("pk", "entity") if companies else ()
    return Coalition(_read_prices(programme), companies, {store: seats.get(entity) for store, entity in stores})


def _company(partner: Partner) -> Company:
    company = partner.group_company
    assert company is not None, "it was chosen by its company"
    return Company(company.pk, company.book_id, company.book.profile == Profile.FULL)


def _read_prices(programme: Programme) -> Prices:
    rows = PartnerPrice.objects.filter(currency__programme=programme, approved_at__isnull=False).order_by("-valid_from")
    found: Prices = {}
    for row in rows.select_related("currency"):
        of_partner = found.setdefault((row.partner_id, row.way), {})
        of_partner.setdefault(row.currency.code, []).append((row.valid_from, row.price_minor, row.marketing_minor))
    return found


@cache
def _sql() -> str:
    return (Path(__file__).parent / "sql" / "facts.sql").read_text()
