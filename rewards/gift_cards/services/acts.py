"""What the acts on gift cards are made of: who asks, how a card is locked, and how its money moves."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.figures import money_text
from loyalty.kit.ids import uuid7
from loyalty.kit.money import Money, minor_text
from loyalty.kit.problems import Forbidden, Malformed, Refused
from rewards.gift_cards import domain
from rewards.gift_cards.domain import CardPayment, EventKind
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.queries import digest_of, not_found, opens

PURCHASE_SOURCE, RETURN_SOURCE, EXPIRY_SOURCE = "purchase", "return", "expiry"
State = GiftCard.State


class GiftCardNumberConflict(Refused):
    code = "external_id_conflict"


class GiftCardCodeTaken(Refused):
    code = "gift_card_code_taken"


class GiftCardTermsDoNotFit(Malformed):
    code = "gift_card_terms_do_not_fit"


class GiftCardBlocked(Refused):
    code = "gift_card_blocked"


class GiftCardExpired(Refused):
    code = "gift_card_expired"


class GiftCardBalanceTooLow(Refused):
    """Carries `balance`."""

    code = "gift_card_balance_too_low"


class SecondPersonNeeded(Forbidden):
    """Carries `left`, what may still be issued alone today."""

    code = "gift_card_needs_second_person"


class MoreThanCharged(Refused):
    """Carries `left`."""

    code = "more_than_charged"


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Who does something, under which number, for which receipt, and when: `at` is now."""

    source: str
    key: str
    occurred_at: dt.datetime
    at: dt.datetime
    receipt: str = ""
    purchase: uuid.UUID | None = None
    returned: uuid.UUID | None = None
    by: User | None = None
    approved_by: User | None = None
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Issued:
    """A card with its event; `code` is known only to whoever made the card, and only now."""

    event: GiftCardEvent
    code: str | None
    replayed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Moved:
    """What an act did to a card, or had done before."""

    event: GiftCardEvent
    replayed: bool = False


def lock_cards(*, programme: Programme, payments: Sequence[CardPayment]) -> list[GiftCard]:
    """Lock the cards of payments, sorted by id, and return them in the payments' order. Raises: GiftCardNotFound."""
    digests = [digest_of(programme, domain.normalise_code(payment.code)) for payment in payments]
    cards = {bytes(card.code_digest): card for card in locked_rows(GiftCard.objects.filter(programme=programme, code_digest__in=digests))}
    found = []
    for digest, payment in zip(digests, payments, strict=True):
        card = cards.get(digest)
        if card is None or not opens(card, payment.pin):
            raise not_found()
        found.append(card)
    return found


def locked_rows(rows: "QuerySet[GiftCard]") -> list[GiftCard]:
    return list(rows.select_for_update(no_key=True, of=("self",)).select_related("programme").order_by("pk"))


def payable(card: GiftCard, payment: CardPayment, due_minor: int, on: dt.date) -> int:
    """Raises: GiftCardBlocked, GiftCardExpired, GiftCardBalanceTooLow."""
    if card.state == State.BLOCKED:
        raise GiftCardBlocked(_("This card is blocked. Ask the shop's support."))
    if domain.has_expired(card.expires_on, on):
        raise expired()
    amount = payment.takes(card.balance_minor, due_minor)
    if amount > card.balance_minor:
        raise too_low(card)
    return amount


def charge_locked(card: GiftCard, amount: int, act: Act, facts: bytes) -> GiftCardEvent:
    take(card, amount)
    return record(card, EventKind.CHARGED, amount, act, facts)


def take(card: GiftCard, amount: int) -> None:
    """Take money by one conditional UPDATE: it is the check, whatever was read before. Raises: GiftCardBalanceTooLow."""
    state = Case(When(state=State.BLOCKED, then=F("state")), When(balance_minor=amount, then=Value(State.EMPTY)), default=F("state"))
    enough = GiftCard.objects.filter(pk=card.pk, balance_minor__gte=amount)
    if not enough.update(balance_minor=F("balance_minor") - amount, state=state):
        raise too_low(card)
    card.refresh_from_db(fields=["balance_minor", "state"])


def give_locked(card: GiftCard, charge: GiftCardEvent, amount: int, act: Act, facts: bytes) -> GiftCardEvent:
    state = Case(When(state=State.EMPTY, then=Value(State.ACTIVE)), default=F("state"))
    GiftCard.objects.filter(pk=card.pk).update(balance_minor=F("balance_minor") + amount, state=state)
    card.refresh_from_db(fields=["balance_minor", "state"])
    return record(card, EventKind.GIVEN_BACK, amount, act, facts, charge=charge)


def state_with(balance_minor: int) -> State:
    return State.ACTIVE if balance_minor else State.EMPTY


def record(
    card: GiftCard, kind: EventKind, amount: int, act: Act, facts: bytes, *, charge: GiftCardEvent | None = None, on: dt.date | None = None
) -> GiftCardEvent:
    """Write down what has just changed the card. Raises: GiftCardNumberConflict (the number was used for another card just now)."""
    event = new_event(card, kind, amount, card.balance_minor - kind.sign * amount, act, facts)
    event.charge, event.business_on = charge, on or event.business_on
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError:
        raise conflict() from None
    return event


def new_event(card: GiftCard, kind: EventKind, amount: int, before: int, act: Act, facts: bytes) -> GiftCardEvent:
    return GiftCardEvent(
        id=uuid7(),
        card=card,
        programme=card.programme,
        kind=kind,
        amount_minor=amount,
        before_minor=before,
        after_minor=before + kind.sign * amount,
        purchase=act.purchase,
        returned=act.returned,
        receipt=act.receipt,
        source=act.source,
        key=act.key,
        fingerprint=facts,
        occurred_at=act.occurred_at,
        business_on=business_date(act.occurred_at, card.programme.time_zone),
        recorded_at=act.at,
        by=act.by,
        approved_by=act.approved_by,
        note=act.note,
    )


def earlier_event(programme: Programme, act: Act, facts: bytes) -> GiftCardEvent | None:
    """Return the event that carries this key already. Raises: GiftCardNumberConflict (it has other facts)."""
    numbered = GiftCardEvent.objects.filter(programme=programme, source=act.source, key=act.key)
    found = numbered.select_related("card__programme").first()
    if found is not None and bytes(found.fingerprint) != facts:
        raise conflict()
    return found


def conflict() -> GiftCardNumberConflict:
    return GiftCardNumberConflict(_("This number was used before with other facts. Send a new external_id."))


def expired() -> GiftCardExpired:
    return GiftCardExpired(_("This card has run out. Pay in another way."))


def too_low(card: GiftCard) -> GiftCardBalanceTooLow:
    words = {"balance": money_text(Money(card.balance_minor, card.currency))}
    detail = _("There is %(balance)s on this card. Charge at most that much, and take the rest in another way.") % words
    return GiftCardBalanceTooLow(detail, extra={"balance": minor_text(card.balance_minor, card.currency)})
