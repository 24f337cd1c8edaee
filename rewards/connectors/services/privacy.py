"""What shops ask about people's data: what can be forgotten is forgotten at once, the rest waits for a person."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.members.queries import MemberNotFound, find_member
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.connectors.domain import Asked, Person, Why, Wish, due_on, names_somebody, read_wish
from rewards.connectors.models import Connection, Delivery, PrivacyWish
from rewards.purchases.queries import PurchaseNotFound, purchase_by_external_id

MOST_ORDERS = 100
"""So many orders are looked at to find whose they are."""


class WishAnswered(Refused):
    code = "privacy_wish_answered"


class NothingSaid(Malformed):
    code = "nothing_said"


def known_member(connection: Connection, person: Person) -> Member | None:
    """Return whom a sender means, by what the connection finds members by."""
    known = {connection.finds_by: getattr(person, connection.finds_by)}
    if not any(known.values()):
        return None
    try:
        return find_member(connection.programme, **known)
    except MemberNotFound:
        return None


@transaction.atomic
def take_wish(*, delivery: Delivery, at: dt.datetime) -> PrivacyWish:
    """Forget at once what a delivery asks to forget of what was delivered, and note the rest for a person; once for a delivery.

    Somebody who is to be forgotten and is no member is forgotten by that: nobody has to answer. Raises: MalformedDelivery.
    """
    assert delivery.body is not None, "what waits has its body"
    connection = Connection.objects.select_for_update(of=("self",)).select_related("programme").get(pk=delivery.connection_id)
    before = PrivacyWish.objects.filter(delivery=delivery).first()
    if before is not None:
        return before
    asked = read_wish(delivery.topic, bytes(delivery.body))
    member = _member_meant(connection, asked)
    wish = PrivacyWish(
        connection=connection,
        delivery=delivery,
        wish=asked.wish.value,
        customer=asked.person.external_id,
        member=member,
        forgotten=_forget(delivery, asked, at),
        asked_at=delivery.received_at,
        due_on=due_on(business_date(delivery.received_at, connection.programme.time_zone)),
        answered_at=at if asked.wish is Wish.FORGET and member is None else None,
    )
    wish.save(force_insert=True)
    return wish


@transaction.atomic
def answer_wish(*, wish: PrivacyWish, note: str, staff: User, at: dt.datetime) -> PrivacyWish:
    """Write down what was done about a wish, once. Raises: WishAnswered, NothingSaid."""
    locked = PrivacyWish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
    if locked.answered_at is not None:
        raise WishAnswered(_("This was answered before. Look at it again."))
    if not note.strip():
        detail = _("Say what was done.")
        raise NothingSaid(detail, errors=[FieldError("/note", "required", detail)])
    locked.note, locked.answered_by, locked.answered_at = note.strip(), staff, at
    locked.save(update_fields=["note", "answered_by", "answered_at"])
    return locked


def _member_meant(connection: Connection, asked: Asked) -> Member | None:
    """Return the member by what is said of the person, else the one whose purchases the orders became."""
    found = known_member(connection, asked.person)
    if found is not None:
        return found
    for order in asked.orders[:MOST_ORDERS]:
        try:
            return purchase_by_external_id(programme=connection.programme, source=connection.source, external_id=order).member
        except PurchaseNotFound:
            continue
    return None


def _forget(delivery: Delivery, asked: Asked, at: dt.datetime) -> int:
    """Forget bodies that name the person, or all of a shop; what still waited is passed over. Return how many."""
    bodies = Delivery.objects.filter(connection=delivery.connection_id, body__isnull=False).exclude(pk=delivery.pk)
    match asked.wish:
        case Wish.TELL:
            return 0
        case Wish.FORGET:
            bodies = bodies.filter(pk__in=_naming(bodies, asked))
    waiting = bodies.filter(outcome=Delivery.Outcome.WAITING)
    passed = waiting.update(outcome=Delivery.Outcome.SKIPPED, why=Why.FORGOTTEN, error="", settled_at=at, body=None)
    return passed + bodies.update(body=None)


def _naming(bodies: QuerySet[Delivery], asked: Asked) -> list[uuid.UUID]:
    rows = bodies.values_list("pk", "order", "body").iterator(500)
    return [key for key, order, body in rows if body and names_somebody(asked, order, bytes(body))]
