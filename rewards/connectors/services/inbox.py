"""Take deliveries in, and work on them.

A delivery is written down in the request and acknowledged only then. It is worked on afterwards: claimed in a transaction of its own that
already plans the next try, so that one whose worker dies is tried again and never blocks the others. Acts are idempotent by themselves (an order
is claimed once, a return has a number of its own), so trying again changes nothing twice.
"""

import dataclasses
import datetime as dt
import hashlib
import logging

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.outbox.domain import MOST_ATTEMPTS, wait_after
from loyalty.kit.problems import Malformed, Problem, Refused
from rewards.connectors.domain import Message, envelope_of, is_ping, is_signed
from rewards.connectors.models import Connection, Delivery
from rewards.connectors.services.acts import WAITS_FOR_ORDER, Answer, NotHereYet, act_on, wake_what_waits
from rewards.connectors.services.connections import secrets_of

KEPT_COUNTED = dt.timedelta(days=1)
KEPT_OTHERS = dt.timedelta(days=30)
"""How long bodies, which name people, are kept once a delivery is settled: counted ones need nothing more, others may be tried again."""
log = logging.getLogger(__name__)


class NotSigned(Problem):
    code = "signature_not_valid"
    status = 401


class NothingToRetry(Refused):
    code = "nothing_to_retry"


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """What is answered: the delivery (none for a knock), and whether it came before."""

    delivery: Delivery | None
    repeated: bool = False


def receive(*, connection: Connection, message: Message, at: dt.datetime) -> Receipt:
    """Write a signed delivery down, once by its number. Raises: NotSigned, SecretUnreadable."""
    if is_ping(connection.kind, message.body):
        return Receipt(None)
    if not is_signed(connection.kind, message, secrets=secrets_of(connection, at), at=at):
        log.warning("connection %s: a delivery without a valid signature", connection.pk)
        raise NotSigned(_("The signature does not fit. Check the secret, the address and the clock of the sender."))
    envelope = envelope_of(connection.kind, message)
    row = Delivery(
        connection=connection,
        number=envelope.number,
        topic=envelope.topic,
        body_hash=hashlib.sha256(message.body).digest(),
        body=message.body,
        received_at=at,
        due_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Receipt(Delivery.objects.get(connection=connection, number=envelope.number), repeated=True)
    return Receipt(row)


def work_on_next(*, at: dt.datetime) -> Delivery | None:
    """Work on the delivery that has been due longest; return it, or None if nothing is due. Several workers may call this at once.

    A refusal is written down and tried again later, twelve times; what cannot be read fails at once. A failed one stays until it is
    retried, or until the order comes that it waited for.
    """
    delivery = _claim(at)
    if delivery is None:
        return None
    try:
        answer = act_on(delivery=delivery, at=at)
    except Malformed as malformed:
        return _fail(delivery, malformed, at)
    except Problem as problem:
        if isinstance(problem, NotHereYet):
            delivery.why = problem.why.value
        if delivery.attempts >= MOST_ATTEMPTS:
            return _fail(delivery, problem, at)
        delivery.error = problem.detail[:500]
        return _written(delivery, at)
    return _settle(delivery, answer, at)


def retry_delivery(*, delivery: Delivery, at: dt.datetime) -> None:
    """Let a delivery that failed, was passed over or waits be tried again at once. Raises: NothingToRetry."""
    rows = Delivery.objects.filter(pk=delivery.pk, body__isnull=False).exclude(outcome=Delivery.Outcome.DONE)
    if not rows.update(outcome=Delivery.Outcome.WAITING, why="", error="", attempts=0, due_at=at, settled_at=None):
        raise NothingToRetry(_("This was counted, or its body is forgotten. If it is missing, let the sender send it again."))


def forget_bodies(*, at: dt.datetime, limit: int = 10_000) -> int:
    """Forget the bodies of settled deliveries, counted ones sooner; return how many."""
    settled = Delivery.objects.filter(body__isnull=False).exclude(outcome=Delivery.Outcome.WAITING)
    counted = settled.filter(outcome=Delivery.Outcome.DONE, settled_at__lt=at - KEPT_COUNTED)
    old = (counted | settled.filter(settled_at__lt=at - KEPT_OTHERS)).order_by("settled_at", "pk").values("pk")[:limit]
    return Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True))).update(body=None)


@transaction.atomic
def _claim(at: dt.datetime) -> Delivery | None:
    """Take the next due delivery by counting a try and planning the next one, whatever becomes of this one."""
    spent = Delivery.objects.due(at).filter(attempts__gte=MOST_ATTEMPTS)
    spent.update(outcome=Delivery.Outcome.FAILED, settled_at=at)
    due = Delivery.objects.due(at).select_related("connection__programme__legal_entity__book", "connection__store", "connection__channel")
    delivery = due.order_by("due_at", "id").select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.due_at = at + wait_after(delivery.attempts)
    delivery.why, delivery.error = "", _("The last try did not finish.")
    delivery.save(update_fields=["attempts", "due_at", "why", "error"])
    return delivery


def _settle(delivery: Delivery, answer: Answer, at: dt.datetime) -> Delivery:
    delivery.outcome = Delivery.Outcome.SKIPPED if answer.why else Delivery.Outcome.DONE
    delivery.why = answer.why.value if answer.why else ""
    delivery.order, delivery.purchase, delivery.error, delivery.settled_at = answer.order, answer.purchase, "", at
    return _written(delivery, at)


def _fail(delivery: Delivery, problem: Problem, at: dt.datetime) -> Delivery:
    delivery.outcome, delivery.error, delivery.settled_at = Delivery.Outcome.FAILED, problem.detail[:500], at
    return _written(delivery, at)


def _written(delivery: Delivery, at: dt.datetime) -> Delivery:
    """Write what became of a delivery, unless another worker settled it meanwhile; then wake what waited for its order."""
    names = ("outcome", "why", "error", "order", "purchase", "settled_at")
    waiting = Delivery.objects.filter(pk=delivery.pk, outcome=Delivery.Outcome.WAITING)
    waiting.update(**{name: getattr(delivery, name) for name in names})
    if delivery.outcome == Delivery.Outcome.DONE or delivery.why in WAITS_FOR_ORDER:
        wake_what_waits(connection=delivery.connection, order=delivery.order, at=at)
    return delivery
