"""Turn what a delivery says into purchases and returns of our own."""

import dataclasses
import datetime as dt
import uuid
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.outbox.domain import MOST_ATTEMPTS
from ledger.points import services as points
from loyalty.kit.money import Money
from loyalty.kit.problems import Refused
from rewards.connectors.domain import (
    MalformedDelivery,
    Reading,
    Refund,
    RefundKind,
    Sale,
    Why,
    goods_to_take,
    read_delivery,
    shares_of_lines,
)
from rewards.connectors.domain.senders import PRIVACY_TOPICS, REFUND_TOPICS
from rewards.connectors.models import Connection, Delivery
from rewards.connectors.services.privacy import known_member, take_wish
from rewards.purchases.domain import AMOUNT_ONLY, PurchaseFacts
from rewards.purchases.history import History, history_of
from rewards.purchases.models import Purchase
from rewards.purchases.queries import PurchaseNotFound, purchase_by_external_id
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.purchases.services.record import ExternalIdConflict

WAITS_FOR_ORDER = (Why.NO_ORDER, Why.NO_SALE, Why.NO_MEMBER)


class NotHereYet(Refused):
    """What a delivery speaks of may still come: it waits, and `why` says for what."""

    why: Why


class OrderNotHere(NotHereYet):
    """A refund came before its order."""

    code = "order_not_here"
    why = Why.NO_ORDER


class BuyerNotHere(NotHereYet):
    """Whoever bought is no member yet."""

    code = "buyer_not_here"
    why = Why.NO_MEMBER


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What became of a delivery: counted, or passed over (`why`)."""

    order: str = ""
    purchase: uuid.UUID | None = None
    why: Why | None = None


def act_on(*, delivery: Delivery, at: dt.datetime) -> Answer:
    """Do what a delivery says. Raises: MalformedDelivery, BuyerNotHere, OrderNotHere, and as `record_purchase` and `record_return`."""
    connection = delivery.connection
    if delivery.topic in PRIVACY_TOPICS.get(connection.kind, ()):
        take_wish(delivery=delivery, at=at)
        return Answer()
    if delivery.topic not in connection.topics:
        return Answer(why=Why.TOPIC)
    assert delivery.body is not None, "what waits has its body"
    reading = read_delivery(connection.kind, delivery.topic, bytes(delivery.body))
    delivery.order = reading.order
    if reading.why is not None:
        return Answer(reading.order, why=reading.why)
    answers: list[Answer] = []
    for act in reading.acts:
        answers.append(_sell(delivery, act, at) if isinstance(act, Sale) else _take_back(delivery, act, at))
        if answers[-1].purchase is None:
            break
    return _outcome(reading, answers)


def _outcome(reading: Reading, answers: list[Answer]) -> Answer:
    """A delivery with several acts was counted if one of them was."""
    purchase = next((answer.purchase for answer in answers if answer.purchase), None)
    counted = any(answer.why is None for answer in answers)
    why = None if counted else next(answer.why for answer in answers)
    return Answer(reading.order, purchase, why)


def _sell(delivery: Delivery, sale: Sale, at: dt.datetime) -> Answer:
    """Record an order once, whichever topic tells of it first. Raises: BuyerNotHere, and as `record_purchase`."""
    connection = delivery.connection
    before = _purchase(connection, sale.order)
    if before is not None:
        return Answer(sale.order, before.pk, Why.REPEATED)
    member = known_member(connection, sale.person)
    if member is None:
        return _without_buyer(delivery, sale)
    facts = PurchaseFacts(
        source=connection.source,
        external_id=sale.order,
        occurred_at=sale.occurred_at,
        currency=sale.currency,
        channel=connection.channel.code,
        store=connection.store.code if connection.store else None,
        lines=sale.lines,
        member=member.pk,
        codes=sale.codes,
    )
    try:
        record = record_purchase(programme=connection.programme, facts=facts, at=at)
    except ExternalIdConflict:  # another topic of the order was worked on at the same time
        return Answer(sale.order, why=Why.REPEATED)
    return Answer(sale.order, record.purchase.pk, Why.REPEATED if record.replayed else None)


def _without_buyer(delivery: Delivery, sale: Sale) -> Answer:
    """An order waits for its buyer to join; one that says nothing of the buyer is a guest's for ever. Raises: BuyerNotHere."""
    if delivery.attempts >= MOST_ATTEMPTS or not getattr(sale.person, delivery.connection.finds_by):
        return Answer(sale.order, why=Why.NO_MEMBER)
    raise BuyerNotHere(_("Nobody is known by what the sender says of the buyer. It is tried again for two days, in case they join."))


def _purchase(connection: Connection, order: str) -> Purchase | None:
    try:
        return purchase_by_external_id(programme=connection.programme, source=connection.source, external_id=order)
    except PurchaseNotFound:
        return None


def _take_back(delivery: Delivery, refund: Refund, at: dt.datetime) -> Answer:
    """Take back what came back and was not taken back before. Raises: OrderNotHere, MalformedDelivery, and as `record_return`."""
    connection = delivery.connection
    purchase = _purchase(connection, refund.order)
    if purchase is None:
        return _without_purchase(delivery, refund)
    with transaction.atomic():
        points.lock_wallets(points_accounts=[purchase.points_account_id])
        lines = _lines_to_take(refund, history_of(purchase))
        if not lines:
            return Answer(refund.order, purchase.pk, Why.NOTHING_LEFT)
        facts = ReturnFacts(
            source=connection.source,
            external_id=refund.key,
            occurred_at=max(refund.occurred_at, purchase.occurred_at),
            lines=tuple(lines),
        )
        record = record_return(purchase=purchase, facts=facts, at=at)
    return Answer(refund.order, purchase.pk, Why.NOTHING_LEFT if record.replayed else None)


def _without_purchase(delivery: Delivery, refund: Refund) -> Answer:
    """A refund of an order that was passed over takes nothing back; one whose order may still come waits for it. Raises: OrderNotHere."""
    news = Delivery.objects.filter(connection=delivery.connection, order=refund.order).exclude(topic__in=REFUND_TOPICS)
    reasons = set(news.filter(outcome=Delivery.Outcome.SKIPPED).values_list("why", flat=True))
    is_last = delivery.attempts >= MOST_ATTEMPTS
    if is_last and news.filter(outcome=Delivery.Outcome.WAITING, why=Why.NO_MEMBER).exists():
        return Answer(refund.order, why=Why.NO_SALE)
    if reasons & {Why.NO_MEMBER, Why.TEST, Why.NO_GOODS} or (is_last and Why.UNPAID in reasons):
        return Answer(refund.order, why=Why.NO_SALE)
    raise OrderNotHere(_("The order is not here yet. It is tried again for two days, and at once when the order comes."))


def wake_what_waits(*, connection: Connection, order: str, at: dt.datetime) -> None:
    """Let refunds that found no order, and other news of it that found no buyer, be worked on now if the order was counted since.

    Called by whoever counts the order, after that is committed, and by whoever wrote down that it was missing: so one of both sees the other.
    """
    if not order or _purchase(connection, order) is None:
        return
    told = Delivery.objects.filter(connection=connection, order=order, body__isnull=False, why__in=WAITS_FOR_ORDER)
    told.update(outcome=Delivery.Outcome.WAITING, why="", error="", attempts=0, due_at=at, settled_at=None)


def _lines_to_take(refund: Refund, history: History) -> list[tuple[str, Decimal]]:
    """Return quantities of lines, never more than is left. Raises: MalformedDelivery."""
    left = {line.external_id: some.quantity for line, some in zip(history.lines, history.kept, strict=True)}
    match refund.kind:
        case RefundKind.REST:
            wanted = left
        case RefundKind.LINES:
            wanted = {name: min(quantity, left.get(name, quantity)) for name, quantity in refund.lines}
        case _:
            wanted = _by_amount(refund, history)
    return [(name, quantity) for name, quantity in wanted.items() if quantity]


def _by_amount(refund: Refund, history: History) -> dict[str, Decimal]:
    """Share an amount over what is left of the lines, whose quantities are money. Raises: MalformedDelivery."""
    if not all(AMOUNT_ONLY in line.flags for line in history.lines):
        raise MalformedDelivery("The order has lines. Say which of them came back.")
    purchase = history.purchase
    one = Money(1, purchase.currency).decimal
    left = [int(some.quantity / one) for some in history.kept]
    take = goods_to_take(refund, price_minor=purchase.price_minor, left_minor=sum(left))
    shares = shares_of_lines(take, left)
    return {line.external_id: share * one for line, share in zip(history.lines, shares, strict=True)}
