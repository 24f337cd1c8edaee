"""Orders and refunds of Shopify.

What was paid for the goods is `subtotal_price`: after discounts, without delivery, with tax only where prices include it. The lines share it
by their own prices.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from loyalty.kit.money import share_out
from rewards.connectors.domain.acts import Person, Reading, Refund, RefundKind, Sale, Why
from rewards.connectors.domain.body import MOST_MINOR, Body, good_codes
from rewards.purchases.domain import LineFacts


def read(topic: str, body: Body) -> Reading:
    """Raises: MalformedDelivery."""
    match topic:
        case "orders/create" | "orders/paid":
            return _order(body)
        case "orders/cancelled":
            return _cancelled(body)
        case "refunds/create":
            return _refund(body)
    return Reading(why=Why.TOPIC)


def _order(body: Body) -> Reading:
    order = body.reference("id")
    if body.is_true("test"):
        return Reading(order, why=Why.TEST)
    currency = body.currency("currency")
    lines = _lines(body, currency)
    if not sum(line.price_minor for line in lines):
        return Reading(order, why=Why.NO_GOODS)
    codes = good_codes(one.words("code", most=40) for one in body.parts("discount_codes"))
    return Reading(order, (Sale(order, body.moment("created_at"), currency, lines, _person(body), codes),))


def _lines(body: Body, currency: str) -> tuple[LineFacts, ...]:
    items = [(one, one.quantity("quantity")) for one in body.parts("line_items") if one.words("quantity") != "0"]
    discounts = [_discount(one, currency) for one, _quantity in items]
    gross = [_times(one.amount("price", currency), quantity, one) for one, quantity in items]
    prices = [max(0, price - discount) for price, discount in zip(gross, discounts, strict=True)]
    prices = _as_paid(prices, body.amount("subtotal_price", currency, default=sum(prices)), body)
    includes = body.is_true("taxes_included")
    return tuple(
        LineFacts(
            external_id=one.reference("id"),
            sku=one.words("sku") or one.words("variant_id"),
            category=one.words("product_type"),
            brand=one.words("vendor"),
            quantity=quantity,
            price_minor=price,
            discount_minor=max(0, discount),
            tax_minor=min(price, max(0, _tax(one, currency))) if includes else 0,
        )
        for (one, quantity), price, discount in zip(items, prices, discounts, strict=True)
    )


def _times(price_minor: int, quantity: Decimal, one: Body) -> int:
    found = int((price_minor * quantity).quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 <= found <= MOST_MINOR:
        raise one.wrong("price", "an amount that the books can hold")
    return found


def _as_paid(prices: Sequence[int], subtotal: int, body: Body) -> list[int]:
    """Return what of the order's subtotal falls on each line."""
    if subtotal < 0:
        raise body.wrong("subtotal_price", "an amount")
    return list(prices) if not prices or sum(prices) == subtotal else share_out(subtotal, prices)


def _discount(one: Body, currency: str) -> int:
    parts = one.parts("discount_allocations")
    return sum(part.amount("amount", currency) for part in parts) if parts else one.amount("total_discount", currency, default=0)


def _tax(one: Body, currency: str) -> int:
    return sum(part.amount("price", currency, default=0) for part in one.parts("tax_lines"))


def _person(body: Body) -> Person:
    customer = body.part("customer")
    return Person(
        email=body.words("email", most=254) or customer.words("email", most=254),
        external_id=customer.words("id"),
        phone=customer.words("phone", most=30) or body.words("phone", most=30),
    )


def _cancelled(body: Body) -> Reading:
    order = body.reference("id")
    at = body.moment("cancelled_at" if body.has("cancelled_at") else "updated_at")
    return Reading(order, (Refund(order, f"{order}:cancelled", at, RefundKind.REST),))


def _refund(body: Body) -> Reading:
    """Goods come back by line; money for delivery brings none. Raises: MalformedDelivery, where money came back for no line at all."""
    order = body.reference("order_id")
    lines = tuple((one.reference("line_item_id"), one.quantity("quantity")) for one in body.parts("refund_line_items"))
    if lines:
        key, at = body.reference("id"), body.moment("created_at")
        return Reading(order, (Refund(order, key, at, RefundKind.LINES, lines=lines),))
    kinds = {one.words("kind") for one in body.parts("order_adjustments")}
    if kinds <= {"shipping_refund"} and (kinds or not body.parts("transactions")):
        return Reading(order, why=Why.NO_GOODS)
    raise body.wrong(
        "refund_line_items", "there: money came back and no line is named. Record the return by hand if points should come back"
    )
