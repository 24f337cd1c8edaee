"""Connections and what they deliver: the only code that writes them."""

from rewards.connectors.services.connections import (
    ROTATION,
    ConnectionFacts,
    change_connection,
    open_connection,
    secrets_of,
    set_secret,
    turn_connection,
)
from rewards.connectors.services.inbox import NotSigned, Receipt, forget_bodies, receive, retry_delivery, work_on_next
from rewards.connectors.services.privacy import NothingSaid, WishAnswered, answer_wish

__all__ = [
    "ROTATION",
    "ConnectionFacts",
    "NotSigned",
    "NothingSaid",
    "Receipt",
    "WishAnswered",
    "answer_wish",
    "change_connection",
    "forget_bodies",
    "open_connection",
    "receive",
    "retry_delivery",
    "secrets_of",
    "set_secret",
    "turn_connection",
    "work_on_next",
]
