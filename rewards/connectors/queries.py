"""Questions about connections and deliveries."""

import uuid

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.addresses import on_our_host
from loyalty.kit.problems import NotFound
from rewards.connectors.models import Connection, Delivery, PrivacyWish


class ConnectionNotFound(NotFound):
    code = "connection_not_found"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"


class WishNotFound(NotFound):
    code = "privacy_wish_not_found"


def connection_at(*, programme: str, connection: uuid.UUID) -> Connection:
    """Return the connection at an address. Raises: ConnectionNotFound."""
    found = Connection.objects.filter(pk=connection, programme__slug=programme).select_related("programme").first()
    if found is None:
        raise ConnectionNotFound(_("There is no such connection. Copy the address from its page."))
    return found


def connection_by_id(connection: uuid.UUID) -> Connection:
    """Return a connection with its places. Raises: ConnectionNotFound."""
    found = Connection.objects.filter(pk=connection).select_related("programme__legal_entity", "store", "channel").first()
    if found is None:
        raise ConnectionNotFound(_("There is no such connection."))
    return found


def connections_of(programme: Programme) -> QuerySet[Connection]:
    return Connection.objects.filter(programme=programme).select_related("programme")


def delivery_by_id(delivery: uuid.UUID) -> Delivery:
    """Raises: DeliveryNotFound."""
    found = Delivery.objects.filter(pk=delivery).defer("body").select_related("connection__programme").first()
    if found is None:
        raise DeliveryNotFound(_("There is no such delivery."))
    return found


def deliveries_of(connection: Connection, *, outcome: str = "", topic: str = "", words: str = "") -> QuerySet[Delivery]:
    """Return what a connection delivered; `words` is a sender's number of an order or of a delivery."""
    rows = Delivery.objects.filter(connection=connection).defer("body")
    if outcome:
        rows = rows.filter(outcome=outcome)
    if topic:
        rows = rows.filter(topic=topic)
    if words:
        rows = rows.filter(order=words) | rows.filter(number=words)
    return rows


def wishes_of(programme: Programme, *, state: str = "") -> QuerySet[PrivacyWish]:
    """Return what shops asked about people's data; `state`: open or answered."""
    rows = PrivacyWish.objects.filter(connection__programme=programme).select_related("connection", "member", "answered_by")
    return rows.filter(answered_at__isnull=state == "open") if state else rows


def wish_by_id(wish: uuid.UUID) -> PrivacyWish:
    """Raises: WishNotFound."""
    found = PrivacyWish.objects.filter(pk=wish).select_related("connection__programme", "member", "answered_by").first()
    if found is None:
        raise WishNotFound(_("There is no such wish."))
    return found


def failed_of(connections: list[Connection]) -> dict[uuid.UUID, int]:
    """Return how many deliveries of each connection failed."""
    rows = Delivery.objects.filter(connection__in=connections, outcome=Delivery.Outcome.FAILED).values("connection")
    return {row["connection"]: row["failed"] for row in rows.order_by().annotate(failed=Count("pk"))}


def address_of(connection: Connection) -> str:
    """Return the address to paste at the sender: on the host that visitors type, which is also what Square signs."""
    return on_our_host(reverse("api:connector", args=[connection.programme.slug, connection.pk]))
