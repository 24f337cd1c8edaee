"""What a shop asks about people's data: to be told of it, or to have it forgotten."""

import dataclasses
import datetime as dt
import enum

from rewards.connectors.domain.acts import Person
from rewards.connectors.domain.body import MalformedDelivery, body_of

DAYS_TO_ANSWER = 30
"""Shopify asks for an answer within thirty days; so does the law in most places."""


class Wish(enum.StrEnum):
    TELL = "tell"
    """Somebody wants to know what is kept of them."""
    FORGET = "forget"
    """Somebody wants to be forgotten."""
    FORGET_SHOP = "forget_shop"
    """The shop was closed or disconnected: what came from it is to be forgotten."""


NOBODY = Person()
_WISHES = {"customers/data_request": Wish.TELL, "customers/redact": Wish.FORGET, "shop/redact": Wish.FORGET_SHOP}


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A wish, whom it is about, and the shop's numbers of the orders that it names."""

    wish: Wish
    person: Person = NOBODY
    orders: tuple[str, ...] = ()


def read_wish(topic: str, raw: bytes) -> Asked:
    """Raises: MalformedDelivery."""
    wish, body = _WISHES[topic], body_of(raw)
    body.reference("shop_domain")
    if wish is Wish.FORGET_SHOP:
        return Asked(wish)
    customer = body.part("customer")
    person = Person(customer.words("email", most=254), customer.words("id"), customer.words("phone", most=30))
    orders = body.references("orders_requested" if wish is Wish.TELL else "orders_to_redact")
    if not (person.external_id or person.email or person.phone or orders):
        raise MalformedDelivery("The body names neither a customer nor an order.")
    return Asked(wish, person, orders)


def names_somebody(asked: Asked, order: str, raw: bytes) -> bool:
    """Tell whether a delivery is about an order of the person, or names them as its customer."""
    if order and order in asked.orders:
        return True
    try:
        body = body_of(raw)
        customer = body.part("customer")
    except MalformedDelivery:
        return bool(asked.person.email) and asked.person.email.encode() in raw
    if body.words("id") in asked.orders or body.words("order_id") in asked.orders:
        return True
    said = Person(
        body.words("email", most=254) or customer.words("email", most=254), customer.words("id"), customer.words("phone", most=30)
    )
    pairs = (
        (said.email.lower(), asked.person.email.lower()),
        (said.external_id, asked.person.external_id),
        (said.phone, asked.person.phone),
    )
    return any(one and one == other for one, other in pairs)


def due_on(asked_on: dt.date) -> dt.date:
    return asked_on + dt.timedelta(days=DAYS_TO_ANSWER)
