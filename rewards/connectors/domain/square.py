"""Payments and refunds of Square. Each refund is a step with a number of its own."""

from loyalty.kit.money import Money
from rewards.connectors.domain.acts import Person, Reading, Refund, RefundKind, Sale, Why
from rewards.connectors.domain.body import Body
from rewards.purchases.domain import whole_line


def read(topic: str, body: Body) -> Reading:
    """Raises: MalformedDelivery."""
    inside = body.part("data").part("object")
    match topic:
        case "payment.created" | "payment.updated":
            return _payment(inside.part("payment"))
        case "refund.created" | "refund.updated":
            return _refund(inside.part("refund"))
    return Reading(why=Why.TOPIC)


def _payment(payment: Body) -> Reading:
    order = payment.reference("id")
    if payment.words("status") != "COMPLETED":
        return Reading(order, why=Why.UNPAID)
    money = payment.part("amount_money")
    minor, currency = money.minor("amount"), money.currency("currency")
    if minor <= 0:
        return Reading(order, why=Why.NO_GOODS)
    person = Person(payment.words("buyer_email_address", most=254), payment.words("customer_id"))
    return Reading(order, (Sale(order, payment.moment("created_at"), currency, (whole_line(Money(minor, currency)),), person),))


def _refund(refund: Body) -> Reading:
    order = refund.reference("payment_id")
    if refund.words("status") != "COMPLETED":
        return Reading(order, why=Why.UNPAID)
    minor = refund.part("amount_money").minor("amount")
    if minor <= 0:
        return Reading(order, why=Why.NO_GOODS)
    at = refund.moment("created_at")
    return Reading(order, (Refund(order, refund.reference("id"), at, RefundKind.STEP, minor),))
