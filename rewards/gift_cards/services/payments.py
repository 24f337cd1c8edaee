"""Cards that pay purchases, inside the transaction of the purchase, and get their money back with a return."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from accounts.programmes.models import Programme
from loyalty.kit.clock import business_date
from rewards.gift_cards import domain
from rewards.gift_cards.domain import CardPayment, EventKind, fingerprint
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.queries import digest_of, left_of
from rewards.gift_cards.services.acts import Act, charge_locked, give_locked, lock_cards, locked_rows, payable


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """What a payment will take of a locked card."""

    card: GiftCard
    amount_minor: int


def lock_known_cards(*, programme: Programme, payments: Sequence[CardPayment]) -> None:
    """Lock what there is of the cards of many purchases before the first of them is worked on, so that all lock in one order."""
    digests = {digest_of(programme, domain.normalise_code(payment.code)) for payment in payments}
    locked_rows(GiftCard.objects.filter(programme=programme, code_digest__in=digests))


def plan_payments(*, programme: Programme, payments: Sequence[CardPayment], due_minor: int, on: dt.date) -> list[Planned]:
    """Say what each card pays of what is due, and keep the cards locked: what is planned can be charged.

    Raises: GiftCardNotFound, GiftCardBlocked, GiftCardExpired, GiftCardBalanceTooLow.
    """
    planned = []
    for card, payment in zip(lock_cards(programme=programme, payments=payments), payments, strict=True):
        amount = payable(card, payment, due_minor, on)
        due_minor -= amount
        if amount:
            planned.append(Planned(card, amount))
    return planned


def charge_planned(*, planned: Sequence[Planned], act: Act) -> list[GiftCardEvent]:
    """Charge what was planned in this transaction for one purchase."""
    return [
        charge_locked(of.card, of.amount_minor, dataclasses.replace(act, key=f"{act.key}:{place}"), fingerprint("charge", of.card.pk))
        for place, of in enumerate(planned, start=1)
    ]


def lock_charged(*, purchase: uuid.UUID) -> None:
    """Lock the cards that paid a purchase, sorted by id."""
    locked_rows(GiftCard.objects.filter(pk__in=GiftCardEvent.objects.filter(purchase=purchase).values("card")))


def give_back_of_purchase(*, purchase: uuid.UUID, amount_minor: int, act: Act) -> int:
    """Put up to so much back on the cards that paid a purchase, the last one first; return how much found room.

    A card that ran out takes nothing: that part is refunded in another way. The caller holds the cards' locks.
    """
    charges = list(
        GiftCardEvent.objects.filter(purchase=purchase, kind=EventKind.CHARGED).select_related("card__programme").order_by("-id")
    )
    left, given = left_of(charges), 0
    for charge in charges:
        amount = min(left[charge.pk], amount_minor - given)
        if amount and not domain.has_expired(charge.card.expires_on, business_date(act.at, charge.card.programme.time_zone)):
            part = dataclasses.replace(act, key=f"{act.key}:{charge.pk}")
            give_locked(charge.card, charge, amount, part, fingerprint("give back", charge.pk, amount))
            given += amount
    return given
