"""Who sends."""

import enum


class Sender(enum.StrEnum):
    """A shop system or payment service whose notices are understood."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    STRIPE = "stripe"
    SQUARE = "square"
    STANDARD = "standard"
    """Anything that sends by Standard Webhooks."""


OWN_SECRETS = frozenset({Sender.WOOCOMMERCE, Sender.STANDARD})
"""Senders whose secret may be made here; the others make it themselves."""

TOPICS: dict[Sender, tuple[str, ...]] = {
    Sender.SHOPIFY: ("orders/create", "orders/paid", "orders/cancelled", "refunds/create"),
    Sender.WOOCOMMERCE: ("order.created", "order.updated"),
    Sender.STRIPE: ("charge.succeeded", "charge.captured", "charge.refunded"),
    Sender.SQUARE: ("payment.created", "payment.updated", "refund.created", "refund.updated"),
    Sender.STANDARD: ("order.paid", "order.refunded"),
}
"""What each sender may count for."""

PRIVACY_TOPICS: dict[Sender, tuple[str, ...]] = {Sender.SHOPIFY: ("customers/data_request", "customers/redact", "shop/redact")}
"""What a sender asks about people's data: it counts for every connection."""

REFUND_TOPICS = frozenset({"refunds/create", "charge.refunded", "refund.created", "refund.updated", "order.refunded"})
"""Topics that tell of refunds only, never of the order itself."""
