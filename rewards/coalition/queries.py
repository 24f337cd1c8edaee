"""Questions about the prices and statements of partners."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.partners.models import Partner
from accounts.programmes.models import Programme
from loyalty.kit.kept import Kept
from loyalty.kit.problems import NotFound
from rewards.coalition import domain
from rewards.coalition.domain import LineKey, Way, What, partner_of, source_of
from rewards.coalition.models import PartnerPrice, PartnerStatement, PartnerStatementLine

Prices = dict[int, dict[str, list[tuple[dt.date, Decimal]]]]
"""What issuing costs, by partner and currency code: from which day on, newest first."""
_prices: Kept[uuid.UUID, Prices] = Kept()


class PartnerNotFound(NotFound):
    code = "partner_not_found"


class StatementNotFound(NotFound):
    code = "statement_not_found"


def issue_prices(programme: uuid.UUID, source: str, day: dt.date) -> dict[str, Decimal]:
    """Return what a unit of each currency costs the partner whose key an act came with; nothing where there are no such prices."""
    partner = partner_of(source)
    if partner is None:
        return {}
    known = _prices.get(programme, lambda: _read(programme)).get(partner, {})
    found = {code: next((price for first, price in prices if first <= day), None) for code, prices in known.items()}
    return {code: price for code, price in found.items() if price is not None}


def forget_prices(programme: uuid.UUID) -> None:
    """Read the prices again at their next use."""
    _prices.forget(programme)


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


def lines_of(statement: PartnerStatement) -> Sequence[PartnerStatementLine]:
    return list(statement.lines.order_by("points", "business_on", "what", "price_minor"))


def unstated(programme: Programme, partner: Partner, through_on: dt.date) -> dict[LineKey, domain.Sum]:
    """Return what came through the partner through a day and stands in no statement yet."""
    found = _facts(programme, partner, through_on)
    stated = PartnerStatementLine.objects.filter(statement__programme=programme, statement__partner=partner)
    rows = stated.values_list("points", "business_on", "what", "price_minor").annotate(Sum("count"), Sum("units"), Sum("amount_minor"))
    for points, on, what, price, *told in rows.order_by():
        key = LineKey(points, on, What(what), price)
        found[key] = found.get(key, domain.Sum(0, 0, 0)).less(domain.Sum(*told))
    return {key: sums for key, sums in sorted(found.items()) if any(sums)}


def _facts(programme: Programme, partner: Partner, through_on: dt.date) -> dict[LineKey, domain.Sum]:
    asked: dict[str, str | int | uuid.UUID | dt.date] = {
        "programme": programme.pk,
        "partner": partner.pk,
        "source": source_of(partner.pk),
        "through": through_on,
        "time_zone": programme.time_zone,
    }
    with connection.cursor() as cursor:
        cursor.execute(_sql(), asked)
        return {LineKey(code, on, What(what), price): domain.Sum(*sums) for code, on, what, price, *sums in cursor.fetchall()}


def _read(programme: uuid.UUID) -> Prices:
    rows = PartnerPrice.objects.filter(currency__programme=programme, way=Way.ISSUE, approved_at__isnull=False)
    found: Prices = defaultdict(lambda: defaultdict(list))
    for partner, currency, first, price in rows.order_by("-valid_from").values_list(
        "partner", "currency__code", "valid_from", "price_minor"
    ):
        found[partner][currency].append((first, price))
    return dict(found)


@cache
def _sql() -> str:
    return (Path(__file__).parent / "sql" / "facts.sql").read_text()
