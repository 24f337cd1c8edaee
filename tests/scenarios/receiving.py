"""What foreign senders say: signatures, deliveries that repeat, totals of refunds, times."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rewards.connectors.domain import Sender, is_signed, read_delivery
from rewards.connectors.models import Connection
from rewards.purchases.models import Return
from tests.rewards.connectors.notices import raw, shopify_order, stripe_event, woocommerce_order
from tests.rewards.connectors.stage import connect, deliver, work
from tests.rewards.connectors.test_signatures import VECTORS, read
from tests.scenarios.stage import ANYBODY, Stage
from tests.scenarios.vocabulary import SHOP, NotSpoken, only

_NUMBER = "C-1"


def _connection(stage: Stage, sender: Sender) -> Connection:
    """The stage's own programme, which knows its member by the sender's number of the customer."""
    if "connection" not in stage.seen:
        member = stage.member(ANYBODY)
        member.external_id = _NUMBER
        member.save(update_fields=["external_id"])
        stage.seen["connection"] = connect(stage.programme, sender, finds_by="external_id")
    return stage.seen["connection"]


# --- signatures ------------------------------------------------------------------------------------------------------------


@SHOP.when("verify")
def verify(stage: Stage, sentence: str) -> None:
    if sentence != "every vector in the file":
        raise NotSpoken(f"verify: {sentence}")
    judged = []
    for vector in VECTORS:
        sender, sent, secret, at = read(vector)
        judged.append(is_signed(sender, sent, secrets=[secret], at=at) is vector["valid"])
    stage.seen["judged"] = judged


@SHOP.then("valid_field_decides")
def valid_field_decides(stage: Stage, expected: bool) -> None:
    assert len(stage.seen["judged"]) == 8
    assert all(stage.seen["judged"]) is expected


# --- the same order again --------------------------------------------------------------------------------------------------


@SHOP.when("webhook")
def webhook(stage: Stage, value: Mapping[str, Any]) -> None:
    """A delivery of Shopify, as its own example says it, with the order's number and subtotal."""
    facts = only(value, "topic", "id", "order", "subtotal")
    item = shopify_order()["line_items"][0] | {"quantity": 1, "price": facts["subtotal"]}
    more = {"line_items": [item], "subtotal_price": facts["subtotal"], "currency": stage.programme.currency}
    body = shopify_order(id=facts["order"], created_at=stage.at.isoformat(), customer={"id": _NUMBER}, **more)
    deliver(_connection(stage, Sender.SHOPIFY), body, topic=facts["topic"], number=facts["id"], at=stage.at)
    work(stage.at)


# --- totals so far ---------------------------------------------------------------------------------------------------------


def charge(stage: Stage, value: Mapping[str, Any]) -> None:
    stage.seen["charged"] = only(value, "amount")["amount"]
    _stripe(stage, "charge.succeeded", 0)


@SHOP.when(r"charge\.refunded")
def charge_refunded(stage: Stage, value: Mapping[str, Any]) -> None:
    _stripe(stage, "charge.refunded", only(value, "amount_refunded")["amount_refunded"])


def _stripe(stage: Stage, kind: str, refunded: int) -> None:
    paid = stage.seen["charged"]
    money = {"amount": paid, "amount_captured": paid, "amount_refunded": refunded, "currency": stage.programme.currency.lower()}
    sent = int(stage.at.timestamp())
    event = stripe_event(kind, f"evt_{len(stage.turns)}", sent, created=sent, metadata={"member": _NUMBER}, **money)
    deliver(_connection(stage, Sender.STRIPE), event, at=stage.at)
    work(stage.at)


@SHOP.then("reversed_steps")
def reversed_steps(stage: Stage, expected: list[int]) -> None:
    assert list(Return.objects.order_by("pk").values_list("reversed_units", flat=True)) == expected


# --- which of two times ----------------------------------------------------------------------------------------------------


@SHOP.when("order")
def order_of_woocommerce(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "date_created", "date_created_gmt")
    [sale] = read_delivery(Sender.WOOCOMMERCE, "order.created", raw(woocommerce_order(**facts))).acts
    stage.seen["instant"] = sale.occurred_at


@SHOP.then("instant")
def instant(stage: Stage, expected: str) -> None:
    assert stage.seen["instant"] == dt.datetime.fromisoformat(expected)
