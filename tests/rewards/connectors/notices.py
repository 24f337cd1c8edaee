"""Deliveries as senders make them: the vendors' own examples, signed."""

import base64
import datetime as dt
import hmac
import json
from pathlib import Path
from typing import Any

from rewards.connectors.domain import Message, Sender

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "a-secret-of-tests"
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the test vectors


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def raw(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def shopify_order(**more: Any) -> dict[str, Any]:
    """The vendor's order with lines that add up: two of 199.00."""
    order = payload("shopify_order")["order"]
    return order | {"line_items": order["line_items"][:2]} | more


def privacy(name: str, **more: Any) -> dict[str, Any]:
    """A wish about personal data, as Shopify documents it."""
    facts: dict[str, Any] = payload("shopify_privacy")[name]
    return facts | more


def woocommerce_order(**more: Any) -> dict[str, Any]:
    return payload("woocommerce_order") | more


def stripe_event(kind: str, number: str = "evt_1", sent: int = 1_767_225_600, **charge: Any) -> dict[str, Any]:
    event = next(one for one in payload("stripe_events") if one["type"] == "charge.refunded")
    facts = event["data"]["object"] | {"amount_refunded": 0, "created": 1_767_225_000} | charge
    return event | {"id": number, "type": kind, "created": sent, "data": {"object": facts}}


def square_event(name: str, number: str, **more: Any) -> dict[str, Any]:
    event = payload("square_events")["events"][name]
    [(kind, facts)] = event["data"]["object"].items()
    return event | {"event_id": number, "data": {"object": {kind: facts | more}}}


def message(sender: Sender, body: Any, *, topic: str = "", number: str = "", secret: str = "", url: str = "", at: dt.datetime) -> Message:
    """Sign as the sender does."""
    data, stamp = raw(body), str(int(at.timestamp()))
    secret = secret or (STANDARD_SECRET if sender is Sender.STANDARD else SECRET)

    def signed(text: bytes, key: bytes = secret.encode()) -> bytes:
        return hmac.digest(key, text, "sha256")

    def plain(text: bytes, key: bytes = secret.encode()) -> str:
        return base64.b64encode(signed(text, key)).decode()

    match sender:
        case Sender.SHOPIFY:
            headers = {"x-shopify-hmac-sha256": plain(data), "x-shopify-topic": topic, "x-shopify-webhook-id": number}
        case Sender.WOOCOMMERCE:
            headers = {"x-wc-webhook-signature": plain(data), "x-wc-webhook-topic": topic, "x-wc-webhook-delivery-id": number}
        case Sender.STRIPE:
            headers = {"stripe-signature": f"t={stamp},v1={signed(f'{stamp}.'.encode() + data).hex()}"}
        case Sender.SQUARE:
            headers = {"x-square-hmacsha256-signature": plain(url.encode() + data)}
        case Sender.STANDARD:
            key = base64.b64decode(secret.removeprefix("whsec_"))
            signature = plain(f"{number}.{stamp}.".encode() + data, key)
            headers = {"webhook-id": number, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}
    return Message(headers, data, url)
