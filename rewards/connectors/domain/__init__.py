"""What foreign senders say, and whether it is they who say it. Pure."""

from rewards.connectors.domain.acts import Person, Reading, Refund, RefundKind, Sale, Why
from rewards.connectors.domain.amounts import goods_to_take, shares_of_lines
from rewards.connectors.domain.body import MalformedDelivery, body_of
from rewards.connectors.domain.envelopes import TOPICS, Envelope, Sender, envelope_of, is_ping, read_delivery
from rewards.connectors.domain.privacy import Asked, Wish, due_on, names_somebody, read_wish
from rewards.connectors.domain.signatures import Message, is_signed, is_usable_secret, new_secret

__all__ = [
    "TOPICS",
    "Asked",
    "Envelope",
    "MalformedDelivery",
    "Message",
    "Person",
    "Reading",
    "Refund",
    "RefundKind",
    "Sale",
    "Sender",
    "Why",
    "Wish",
    "body_of",
    "due_on",
    "envelope_of",
    "goods_to_take",
    "is_ping",
    "is_signed",
    "is_usable_secret",
    "names_somebody",
    "new_secret",
    "read_delivery",
    "read_wish",
    "shares_of_lines",
]
