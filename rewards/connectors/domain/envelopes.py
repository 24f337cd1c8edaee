"""What is known of a delivery from the outside: its number and topic; and who reads what is inside."""

import dataclasses
import hashlib
import re
from collections.abc import Callable

from rewards.connectors.domain import shopify, square, standard, stripe, woocommerce
from rewards.connectors.domain.acts import Reading, Sale
from rewards.connectors.domain.body import MOST_MINOR, Body, MalformedDelivery, body_of
from rewards.connectors.domain.senders import TOPICS, Sender
from rewards.connectors.domain.signatures import Message

__all__ = ["TOPICS", "Envelope", "Sender", "envelope_of", "is_ping", "read_delivery"]

_NUMBER = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_TOPIC = re.compile(r"[\x21-\x7e]{1,60}", re.ASCII)
_MOST_QUANTITY = 10**9
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")


@dataclasses.dataclass(frozen=True, slots=True)
class Envelope:
    """The sender's number for a delivery (the hash of the body where there is none), and its topic."""

    number: str
    topic: str


_HEADERS = {
    Sender.SHOPIFY: ("x-shopify-webhook-id", "x-shopify-topic"),
    Sender.WOOCOMMERCE: ("x-wc-webhook-delivery-id", "x-wc-webhook-topic"),
}
_READERS: dict[Sender, Callable[[str, Body], Reading]] = {
    Sender.SHOPIFY: shopify.read,
    Sender.WOOCOMMERCE: woocommerce.read,
    Sender.STRIPE: stripe.read,
    Sender.SQUARE: square.read,
    Sender.STANDARD: standard.read,
}


def envelope_of(sender: Sender, message: Message) -> Envelope:
    """Look at a delivery from the outside; what cannot be read is told when it is worked on."""
    if sender in _HEADERS:
        number, topic = (message.header(name) for name in _HEADERS[sender])
    else:
        try:
            body = body_of(message.body)
        except MalformedDelivery:
            number = topic = ""
        else:
            topic = body.words("type")
            number = _number_of(sender, message, body, topic)
    return Envelope(
        number=number if _NUMBER.fullmatch(number) else hashlib.sha256(message.body).hexdigest(),
        topic=topic if _TOPIC.fullmatch(topic) else "",
    )


def _number_of(sender: Sender, message: Message, body: Body, topic: str) -> str:
    """Square's own examples give the two notices of a refund one number, so its topic belongs to it."""
    match sender:
        case Sender.STRIPE:
            return body.words("id", most=200)
        case Sender.SQUARE:
            number = body.words("event_id", most=100)
            return number and f"{number}:{topic}"
    return message.header("webhook-id")


def is_ping(sender: Sender, raw: bytes) -> bool:
    """Tell whether this is the unsigned knock with which WooCommerce tries an address."""
    return sender is Sender.WOOCOMMERCE and _PING.fullmatch(raw) is not None


def read_delivery(sender: Sender, topic: str, raw: bytes) -> Reading:
    """Say what a delivery means. Raises: MalformedDelivery."""
    reading = _READERS[sender](topic, body_of(raw))
    for act in reading.acts:
        if isinstance(act, Sale):
            _check(act)
    return reading


def _check(sale: Sale) -> None:
    if len({line.external_id for line in sale.lines}) < len(sale.lines):
        raise MalformedDelivery("Two lines of the order have one number.")
    if sum(line.price_minor for line in sale.lines) > MOST_MINOR or any(line.quantity >= _MOST_QUANTITY for line in sale.lines):
        raise MalformedDelivery("The order costs more than the books can hold.")
