"""Orders of any sender that signs by Standard Webhooks, in the words of docs/connectors.md.

An order has an `amount`, of which refunds state the total so far, or `lines`, of which refunds name quantities.
"""

from loyalty.kit.money import Money
from rewards.connectors.domain.acts import Person, Reading, Refund, RefundKind, Sale, Why
from rewards.connectors.domain.body import Body, good_codes
from rewards.purchases.domain import LineFacts, whole_line


def read(topic: str, body: Body) -> Reading:
    """Raises: MalformedDelivery."""
    match topic:
        case "order.paid":
            return _paid(body.part("data"))
        case "order.refunded":
            return _refunded(body.part("data"))
    return Reading(why=Why.TOPIC)


def _paid(data: Body) -> Reading:
    order, currency = data.reference("order"), data.currency("currency")
    lines = tuple(_line(one, currency) for one in data.parts("lines"))
    if not lines:
        lines = (whole_line(Money(max(0, data.amount("amount", currency)), currency)),)
    if not sum(line.price_minor for line in lines):
        return Reading(order, why=Why.NO_GOODS)
    person = Person(data.words("email", most=254), data.words("customer"), data.words("phone", most=30))
    codes = good_codes(one for one in [data.words("code", most=40)])
    return Reading(order, (Sale(order, data.moment("occurred_at"), currency, lines, person, codes),))


def _line(one: Body, currency: str) -> LineFacts:
    price = one.amount("amount", currency)
    if price < 0:
        raise one.wrong("amount", "an amount")
    quantity = one.quantity("quantity")
    return LineFacts(one.reference("id"), one.words("sku"), one.words("category"), one.words("brand"), quantity, price)


def _refunded(data: Body) -> Reading:
    order, at = data.reference("order"), data.moment("occurred_at")
    lines = tuple((one.reference("id"), one.quantity("quantity")) for one in data.parts("lines"))
    if lines:
        return Reading(order, (Refund(order, data.reference("refund"), at, RefundKind.LINES, lines=lines),))
    currency = data.currency("currency")
    refunded = data.amount("amount_refunded", currency)
    if refunded < 0:
        raise data.wrong("amount_refunded", "an amount")
    return Reading(order, (Refund(order, f"{order}:{refunded}", at, RefundKind.TOTAL, refunded),))
