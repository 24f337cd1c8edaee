"""What the vendors' own examples mean."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.connectors.domain import (
    TOPICS,
    MalformedDelivery,
    Refund,
    RefundKind,
    Sender,
    Why,
    envelope_of,
    goods_to_take,
    is_ping,
    read_delivery,
    shares_of_lines,
)
from tests.accounts.factories import AT
from tests.rewards.connectors.notices import message, payload, raw, shopify_order, square_event, stripe_event, woocommerce_order

FIVE_WEST = dt.timezone(dt.timedelta(hours=-5))


def read(sender, topic, body):
    return read_delivery(sender, topic, raw(body))


def only(reading):
    [act] = reading.acts
    return act


# --- Shopify ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", ["orders/create", "orders/paid"])
def test_an_order_of_shopify_is_a_sale_of_its_subtotal(topic):
    sale = only(read(Sender.SHOPIFY, topic, shopify_order()))

    assert (sale.order, sale.currency, sale.occurred_at) == ("450789469", "USD", dt.datetime(2008, 1, 10, 11, tzinfo=FIVE_WEST))
    assert [(line.external_id, line.sku, line.quantity, line.price_minor) for line in sale.lines] == [
        ("466157049", "IPOD2008GREEN", 1, 19_900),
        ("518995019", "IPOD2008RED", 1, 19_900),
    ]
    assert (sale.person.email, sale.person.external_id) == ("bob.norman@hostmail.com", "207119551")
    assert sale.codes == ("TENOFF",)


def test_the_subtotal_of_shopify_decides_where_the_lines_say_otherwise():
    """The vendor's example: three lines of 199.00 and a subtotal of 398.00."""
    sale = only(read(Sender.SHOPIFY, "orders/paid", payload("shopify_order")["order"]))

    assert [line.price_minor for line in sale.lines] == [13_267, 13_267, 13_266]


def test_discounts_come_off_the_line_and_tax_counts_where_prices_include_it():
    item = {"id": 1, "quantity": 3, "price": "10.00", "tax_lines": [{"price": "4.00"}], "discount_allocations": [{"amount": "6.00"}]}
    order = {"id": 7, "currency": "EUR", "created_at": "2026-01-15T10:00:00Z", "line_items": [item], "taxes_included": True}

    [line] = only(read(Sender.SHOPIFY, "orders/paid", order)).lines

    assert (line.quantity, line.price_minor, line.discount_minor, line.tax_minor) == (3, 2_400, 600, 400)


def test_a_refund_of_shopify_names_lines():
    refund = only(read(Sender.SHOPIFY, "refunds/create", payload("shopify_refund")["refund"]))

    assert (refund.order, refund.key, refund.kind) == ("450789469", "509562969", RefundKind.LINES)
    assert refund.lines == (("703073504", 1), ("466157049", 1))


def test_money_for_delivery_brings_no_goods_back_and_other_money_needs_a_person():
    bare = payload("shopify_refund")["refund"] | {"refund_line_items": []}

    assert read(Sender.SHOPIFY, "refunds/create", bare | {"order_adjustments": [{"kind": "shipping_refund"}]}).why is Why.NO_GOODS
    with pytest.raises(MalformedDelivery, match="by hand"):
        read(Sender.SHOPIFY, "refunds/create", bare)


def test_test_orders_privacy_topics_and_cancellations():
    assert read(Sender.SHOPIFY, "orders/paid", shopify_order(test=True)).why is Why.TEST
    assert read(Sender.SHOPIFY, "customers/redact", {"shop_id": 1}).why is Why.TOPIC
    cancelled = only(read(Sender.SHOPIFY, "orders/cancelled", shopify_order(cancelled_at="2026-01-15T10:00:00Z")))
    assert cancelled.kind is RefundKind.REST


# --- WooCommerce -----------------------------------------------------------------------------------------------------------


def test_an_order_of_woocommerce_is_at_its_gmt_time():
    sale = only(read(Sender.WOOCOMMERCE, "order.updated", woocommerce_order()))

    assert sale.occurred_at == dt.datetime(2017, 3, 22, 19, 28, 2, tzinfo=dt.UTC)
    assert [(line.external_id, line.sku, line.price_minor, line.quantity) for line in sale.lines] == [
        ("315", "93", 600, Decimal("6.00")),
        ("316", "Bar3", 1_200, Decimal("12.00")),
    ]
    assert (sale.person.email, sale.person.external_id, sale.person.phone) == ("john.doe@example.com", "", "(555) 555-5555")


def test_tax_belongs_to_prices_that_include_it():
    [first, _second] = only(read(Sender.WOOCOMMERCE, "order.created", woocommerce_order(prices_include_tax=True))).lines

    assert (first.price_minor, first.tax_minor) == (645, 45)


def test_refunds_of_woocommerce_add_up_to_a_total_so_far():
    refunds = [{"id": 726, "reason": "", "total": "-10.00"}, {"id": 728, "reason": "", "total": "-4.35"}]

    sale, refund = read(Sender.WOOCOMMERCE, "order.updated", woocommerce_order(refunds=refunds)).acts

    assert sale.order == refund.order == "727"
    assert (refund.kind, refund.key, refund.amount_minor, refund.of_minor) == (RefundKind.TOTAL, "727:1435", 1_435, 2_935)


@pytest.mark.parametrize("status", ["pending", "on-hold", "failed", "checkout-draft", "trash"])
def test_what_is_not_paid_at_woocommerce_is_no_sale(status):
    assert read(Sender.WOOCOMMERCE, "order.created", woocommerce_order(status=status)).why is Why.UNPAID


def test_a_cancelled_order_gives_the_rest_back_and_a_ping_is_no_delivery():
    assert only(read(Sender.WOOCOMMERCE, "order.updated", woocommerce_order(status="cancelled"))).kind is RefundKind.REST
    assert is_ping(Sender.WOOCOMMERCE, b"webhook_id=3")
    assert not is_ping(Sender.WOOCOMMERCE, b"webhook_id=3&x=1")
    assert not is_ping(Sender.SHOPIFY, b"webhook_id=3")


# --- Stripe, Square and Standard Webhooks ----------------------------------------------------------------------------------


def test_a_charge_is_a_sale_of_what_was_captured():
    sale = only(read(Sender.STRIPE, "charge.succeeded", stripe_event("charge.succeeded")))

    assert (sale.order, sale.currency, [line.price_minor for line in sale.lines]) == ("ch_ref_1", "USD", [2_500])
    assert (sale.person.phone, sale.person.external_id) == ("+14155551234", "+14155551234")


def test_a_refund_of_stripe_is_a_total_so_far():
    refund = only(read(Sender.STRIPE, "charge.refunded", stripe_event("charge.refunded", amount_refunded=1_000)))

    assert (refund.kind, refund.amount_minor, refund.of_minor) == (RefundKind.TOTAL, 1_000, 2_500)


def test_an_authorisation_is_not_paid_yet():
    assert read(Sender.STRIPE, "charge.succeeded", stripe_event("charge.succeeded", captured=False)).why is Why.UNPAID


def test_payments_and_refunds_of_square_count_once_they_are_completed():
    paid = square_event("PaymentUpdatedEvent", "E1", status="COMPLETED")
    pending, done = (square_event(name, "E2") for name in ("RefundCreatedEvent", "RefundUpdatedEvent"))

    assert [line.price_minor for line in only(read(Sender.SQUARE, "payment.updated", paid)).lines] == [100]
    assert read(Sender.SQUARE, "refund.created", pending).why is Why.UNPAID
    refund = only(read(Sender.SQUARE, "refund.updated", done))
    assert (refund.kind, refund.amount_minor, refund.order) == (RefundKind.STEP, 1_000, "KkAkhdMsgzn59SM8A89WgKwekxLZY")


def test_the_two_notices_of_a_refund_that_share_a_number_are_two_deliveries():
    numbers = {
        envelope_of(Sender.SQUARE, message(Sender.SQUARE, square_event(name, "E2"), at=AT)).number
        for name in ("RefundCreatedEvent", "RefundUpdatedEvent")
    }

    assert numbers == {"E2:refund.created", "E2:refund.updated"}


def test_an_order_by_standard_webhooks_has_an_amount_or_lines():
    data = {"order": "A-1", "occurred_at": "2026-01-15T10:00:00Z", "currency": "EUR", "email": "ada@example.org"}
    line = {"id": "1", "sku": "MUG", "category": "kitchen", "quantity": 2, "amount": "19.90"}

    whole = only(read(Sender.STANDARD, "order.paid", {"data": data | {"amount": "12.50"}}))
    lined = only(read(Sender.STANDARD, "order.paid", {"data": data | {"lines": [line]}}))
    total = only(read(Sender.STANDARD, "order.refunded", {"data": data | {"amount_refunded": "2.50"}}))
    goods = only(read(Sender.STANDARD, "order.refunded", {"data": data | {"refund": "R", "lines": [{"id": "1", "quantity": 1}]}}))

    assert ([line.price_minor for line in whole.lines], whole.person.email) == ([1_250], "ada@example.org")
    assert [(line.sku, line.category, line.quantity, line.price_minor) for line in lined.lines] == [("MUG", "kitchen", 2, 1_990)]
    assert (total.kind, total.amount_minor, total.of_minor) == (RefundKind.TOTAL, 250, 0)
    assert (goods.kind, goods.key, goods.lines) == (RefundKind.LINES, "R", (("1", 1),))


# --- amounts ---------------------------------------------------------------------------------------------------------------


def total(amount, of=0):
    return Refund("O", "K", AT, RefundKind.TOTAL, amount, of)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.lists(st.integers(0, 10**6), max_size=8))
def test_totals_in_any_order_end_at_the_largest(goods, more, totals):
    paid, left = goods + more, goods
    for amount in totals:
        take = goods_to_take(total(min(amount, paid), paid), price_minor=goods, left_minor=left)
        assert 0 <= take <= left
        left -= take

    largest = goods_to_take(total(min(max(totals, default=0), paid), paid), price_minor=goods, left_minor=goods)
    assert goods - left == largest


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6), st.data())
def test_shares_never_take_more_than_a_line_has(left, data):
    take = data.draw(st.integers(0, sum(left)))

    shares = shares_of_lines(take, left)

    assert sum(shares) == take
    assert all(0 <= share <= of for share, of in zip(shares, left, strict=True))


# --- hostile ---------------------------------------------------------------------------------------------------------------

EXAMPLES = [
    (Sender.SHOPIFY, "orders/paid", shopify_order()),
    (Sender.SHOPIFY, "refunds/create", payload("shopify_refund")["refund"]),
    (Sender.WOOCOMMERCE, "order.updated", woocommerce_order(refunds=[{"total": "-1.00"}])),
    (Sender.STRIPE, "charge.refunded", stripe_event("charge.refunded", amount_refunded=5)),
    (Sender.STRIPE, "charge.succeeded", stripe_event("charge.succeeded")),
    (Sender.SQUARE, "payment.updated", square_event("PaymentUpdatedEvent", "E", status="COMPLETED")),
    (Sender.SQUARE, "refund.updated", square_event("RefundUpdatedEvent", "E")),
]
HOSTILE = [
    None,
    True,
    -1,
    0,
    10**40,
    1.5,
    "",
    "x" * 300,
    "a\0b",
    "\ud800",
    "NaN",
    "1e999",
    "9" * 25,
    [],
    {},
    [1],
    {"id": []},
    "0001-01-01T00:00:00Z",
]


def places(value, at=()):
    """The paths of everything inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, of in inside:
        yield (*at, key)
        yield from places(of, (*at, key))


@pytest.mark.parametrize(("sender", "topic", "body"), EXAMPLES)
def test_whatever_stands_in_a_field_is_read_or_refused(sender, topic, body):
    for path in places(body):
        for value in HOSTILE:
            copy = json.loads(json.dumps(body))
            inner = copy
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
            try:
                reading = read(sender, topic, copy)
            except MalformedDelivery as malformed:
                assert malformed.detail
            else:
                assert reading.acts or reading.why


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"null", b"{", b"[" * 100_000, b'{"a": NaN}', b'{"a": ' + b"9" * 5_000 + b"}"])
def test_what_is_no_json_object_is_refused(body):
    for sender in Sender:
        with pytest.raises(MalformedDelivery):
            read_delivery(sender, TOPICS[sender][0], body)
        assert len(envelope_of(sender, message(sender, body, number="N\0", at=AT)).number) == 64
