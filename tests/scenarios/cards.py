"""Gift cards, what they pay, and what is due then."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rewards.gift_cards.domain import CardKind, CardPayment
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.services import Act, Moved, NewCard, charge_card, issue_card
from tests.scenarios.receiving import charge as charge_at_service
from tests.scenarios.sentences import minor
from tests.scenarios.stage import Stage
from tests.scenarios.vocabulary import SHOP, only

_EVENT = re.compile(r"event old ([0-9.]+) new ([0-9.]+)")


@SHOP.given("giftcard")
def giftcard(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "id", "amount")
    new = NewCard(kind=CardKind.SOLD, amount_minor=minor(facts["amount"]))
    issued = issue_card(programme=stage.programme, new=new, act=_act(stage, "issue"))
    assert issued.code is not None
    stage.seen["card", facts["id"]] = issued.code
    stage.seen["card of a charge"] = facts["id"]


@SHOP.when("charge")
def charge(stage: Stage, amount: str | Mapping[str, Any]) -> Moved | None:
    """The one card of the scenario pays, without a purchase; facts by name are those of a payment service."""
    if isinstance(amount, Mapping):
        return charge_at_service(stage, amount)
    return _charge(stage, CardPayment(stage.seen["card", stage.seen["card of a charge"]], minor(amount)))


@SHOP.then("giftcard")
def giftcard_holds(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "id", "amount")
    card = GiftCard.objects.get(last_four=stage.seen["card", facts["id"]][-4:])
    assert card.balance_minor == minor(facts["amount"])
    assert card.events.order_by("id").last().after_minor == card.balance_minor


def payments(stage: Stage, tenders: Sequence[Mapping[str, Any]], price_minor: int) -> tuple[CardPayment, ...]:
    """What gift cards pay; `max` is as much as the order costs."""
    named = [only(part, "giftcard", "amount") for part in tenders]
    return tuple(
        CardPayment(
            stage.seen["card", part["giftcard"]], price_minor if part["amount"] == "max" else minor(part["amount"]), part["amount"] == "max"
        )
        for part in named
    )


def pay_without_member(stage: Stage, ref: str, cards: Sequence[CardPayment], price_minor: int) -> None:
    """An order of somebody who is no member: each card is charged by itself, up to what is due."""
    for card in cards:
        price_minor -= _charge(stage, card).event.amount_minor
    stage.seen["due", ref] = price_minor


def is_about_events(expected: Sequence[str]) -> bool:
    return all(text == "refused, no event" or _EVENT.fullmatch(text) for text in expected)


def check_events(stage: Stage, expected: Sequence[str]) -> None:
    """A refused charge left no event; an accepted one says the balance before and after."""
    assert len(stage.turns) == len(expected)
    for turn, text in zip(stage.turns, expected, strict=True):
        old_and_new = _EVENT.fullmatch(text)
        assert (turn.refusal is None) == (old_and_new is not None), (text, turn)
        if old_and_new:
            event = turn.answer.event
            assert (event.before_minor, event.after_minor) == (minor(old_and_new[1]), minor(old_and_new[2]))
    accepted = [turn.answer.event.pk for turn in stage.turns if turn.refusal is None]
    assert list(GiftCardEvent.objects.filter(kind="charged").order_by("id").values_list("pk", flat=True)) == accepted
    assert {turn.code for turn in stage.turns if turn.refusal} <= {"gift_card_balance_too_low"}
    stage.has_answered_for_refusals = True


def _charge(stage: Stage, payment: CardPayment) -> Moved:
    return charge_card(programme=stage.programme, payment=payment, act=_act(stage, "charge"))


def _act(stage: Stage, word: str) -> Act:
    return Act("test", f"{word}-{len(stage.turns)}-{GiftCardEvent.objects.count()}", stage.at, stage.at)
