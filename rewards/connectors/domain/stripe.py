"""Charges of Stripe. A refund states the total so far, not the step."""

from loyalty.kit.money import Money
from rewards.connectors.domain.acts import Person, Reading, Refund, RefundKind, Sale, Why
from rewards.connectors.domain.body import Body
from rewards.purchases.domain import whole_line


def read(topic: str, body: Body) -> Reading:
    """Raises: MalformedDelivery."""
    if topic not in {"charge.succeeded", "charge.captured", "charge.refunded"}:
        return Reading(why=Why.TOPIC)
    charge = body.part("data").part("object")
    order = charge.reference("id")
    if not (charge.is_true("paid") and charge.is_true("captured")):
        return Reading(order, why=Why.UNPAID)
    paid = charge.minor("amount_captured" if charge.has("amount_captured") else "amount")
    if paid <= 0:
        return Reading(order, why=Why.NO_GOODS)
    if topic == "charge.refunded":
        refunded = charge.minor("amount_refunded")
        if refunded < 0:
            raise charge.wrong("amount_refunded", "an amount in minor units")
        return Reading(order, (Refund(order, f"{order}:{refunded}", body.epoch("created"), RefundKind.TOTAL, refunded, paid),))
    currency = charge.currency("currency")
    return Reading(order, (Sale(order, charge.epoch("created"), currency, (whole_line(Money(paid, currency)),), _person(charge)),))


def _person(charge: Body) -> Person:
    """What the shop wrote into the charge's metadata goes before what the buyer typed."""
    billing, told = charge.part("billing_details"), charge.part("metadata").words("member")
    return Person(
        email=told if "@" in told else billing.words("email", most=254) or charge.words("receipt_email", most=254),
        external_id=told or charge.words("customer"),
        phone=told if told.startswith("+") else billing.words("phone", most=30),
    )
