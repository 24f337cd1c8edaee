"""Orders of WooCommerce. Refunds have no topic of their own: an updated order lists them, each with its total.

Times come twice, local without a zone and in GMT: GMT counts. What was paid for the goods are the totals of the lines, with their tax where prices
include it. Refunds name amounts only, so the quantity of a line is its money, of which any part can come back.
"""

import datetime as dt

from loyalty.kit.money import Money
from rewards.connectors.domain.acts import Person, Reading, Refund, RefundKind, Sale, Why
from rewards.connectors.domain.body import Body, good_codes
from rewards.purchases.domain import AMOUNT_ONLY, LineFacts

PAID = frozenset({"processing", "completed", "refunded"})


def read(topic: str, body: Body) -> Reading:
    """Raises: MalformedDelivery."""
    return _order(body) if topic in {"order.created", "order.updated"} else Reading(why=Why.TOPIC)


def _order(body: Body) -> Reading:
    order, status, currency = body.reference("id"), body.words("status"), body.currency("currency")
    changed_at = body.moment("date_modified_gmt" if body.has("date_modified_gmt") else "date_created_gmt", zone=dt.UTC)
    if status == "cancelled":
        return Reading(order, (Refund(order, f"{order}:cancelled", changed_at, RefundKind.REST),))
    if status not in PAID:
        return Reading(order, why=Why.UNPAID)
    lines = _lines(body, currency)
    if not lines:
        return Reading(order, why=Why.NO_GOODS)
    codes = good_codes(one.words("code", most=40) for one in body.parts("coupon_lines"))
    sale = Sale(order, body.moment("date_created_gmt", zone=dt.UTC), currency, lines, _person(body), codes)
    refunded = sum(abs(one.amount("total", currency)) for one in body.parts("refunds"))
    if not refunded:
        return Reading(order, (sale,))
    total = max(body.amount("total", currency), refunded)
    return Reading(order, (sale, Refund(order, f"{order}:{refunded}", changed_at, RefundKind.TOTAL, refunded, total)))


def _lines(body: Body, currency: str) -> tuple[LineFacts, ...]:
    includes = body.is_true("prices_include_tax")
    found = (_line(one, currency, includes=includes) for one in body.parts("line_items"))
    return tuple(line for line in found if line is not None)


def _line(one: Body, currency: str, *, includes: bool) -> LineFacts | None:
    tax = max(0, one.amount("total_tax", currency, default=0)) if includes else 0
    price = one.amount("total", currency) + tax
    if price <= 0:
        return None
    return LineFacts(
        external_id=one.reference("id"),
        sku=one.words("sku") or one.words("product_id"),
        category="",
        brand="",
        quantity=Money(price, currency).decimal,
        price_minor=price,
        discount_minor=max(0, one.amount("subtotal", currency, default=0) - one.amount("total", currency)),
        tax_minor=min(tax, price),
        flags=(AMOUNT_ONLY,),
    )


def _person(body: Body) -> Person:
    billing, customer = body.part("billing"), body.words("customer_id")
    return Person(billing.words("email", most=254), "" if customer == "0" else customer, billing.words("phone", most=30))
