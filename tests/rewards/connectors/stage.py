"""A programme that is connected to a sender, and the vendors' examples as they happen on the day of the tests, in euros."""

import datetime as dt
from typing import Any

from accounts.entities.models import Channel
from accounts.programmes.models import Programme
from ledger.points.queries import holdings
from loyalty.kit.clock import business_date
from rewards.connectors.domain import Sender
from rewards.connectors.models import Connection, Delivery
from rewards.connectors.queries import address_of
from rewards.connectors.services import ConnectionFacts, Receipt, open_connection, receive, set_secret, work_on_next
from rewards.connectors.services.privacy import take_wish
from tests.accounts.factories import AT
from tests.rewards.connectors.notices import SECRET, STANDARD_SECRET, message, privacy, shopify_order, stripe_event, woocommerce_order

MORNING = "2026-01-15T08:00:00Z"
"""Two hours before AT."""
STAMP = 1_768_464_000
"""The same in seconds."""


def connect(programme: Programme, sender: Sender, *, name: str = "Shop", at: dt.datetime = AT, **facts: Any) -> Connection:
    channel, _made = Channel.objects.get_or_create(entity=programme.legal_entity, code="store", defaults={"name": "Store"})
    connection, _secret = open_connection(
        programme=programme, sender=sender, facts=ConnectionFacts(name=name, channel=channel, **facts), at=at
    )
    secret = STANDARD_SECRET if sender is Sender.STANDARD else SECRET
    set_secret(connection=connection, secret=secret, at=at - dt.timedelta(days=30))
    return Connection.objects.select_related("programme").get(pk=connection.pk)


def deliver(connection: Connection, body: Any, *, topic: str = "", number: str = "", at: dt.datetime = AT) -> Receipt:
    sent = message(connection.kind, body, topic=topic, number=number, url=address_of(connection), at=at)
    return receive(connection=connection, message=sent, at=at)


def work(at: dt.datetime = AT) -> list[Delivery]:
    """Work on everything that is due."""
    done = []
    while (delivery := work_on_next(at=at)) is not None:
        done.append(delivery)
    return done


def said(delivery: Delivery) -> tuple[str, str]:
    return delivery.outcome, delivery.why


def balance(member: Any, at: dt.datetime = AT) -> int:
    [of] = holdings(points_account=member.points_account_id, today=business_date(at, member.programme.time_zone))
    return of.available - of.arrears


def order(number: int = 1, **more: Any) -> dict[str, Any]:
    """Two articles of 199.00 at Shopify."""
    return shopify_order(id=number, currency="EUR", created_at=MORNING) | more


def charge(kind: str, number: str, **facts: Any) -> dict[str, Any]:
    """A charge of 25.00 at Stripe."""
    return stripe_event(kind, number, STAMP + 60, currency="eur", **({"created": STAMP} | facts))


def woo_order(**more: Any) -> dict[str, Any]:
    """18.00 of goods, 1.35 of tax and 10.00 of delivery at WooCommerce."""
    gmt = MORNING.removesuffix("Z")
    return woocommerce_order(currency="EUR", date_created_gmt=gmt, date_modified_gmt=gmt) | more


def connector_addresses(programme: Programme) -> dict[str, list[Any]]:
    """What the addresses of staff pages are made of."""
    connection = connect(programme, Sender.WOOCOMMERCE)
    delivery = deliver(connection, {"id": 1}, topic="order.created", number="D1").delivery
    assert delivery is not None
    shop = connect(programme, Sender.SHOPIFY, name="Shop with wishes")
    asked = deliver(shop, privacy("customers_data_request"), topic="customers/data_request", number="P1").delivery
    assert asked is not None
    wish = take_wish(delivery=asked, at=AT)
    return (
        {"privacy-wishes": [], "privacy-wish": [wish.pk]}
        | {name: [connection.pk] for name in ("connector", "connector-change", "connector-secret", "connector-turn")}
        | {name: [delivery.pk] for name in ("delivery", "delivery-retry")}
    )
