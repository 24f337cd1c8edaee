"""Gift cards for tests, and acts on them in few words."""

import datetime as dt
import itertools
from typing import Any

from rewards.gift_cards import services
from rewards.gift_cards.domain import CardKind, CardPayment
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.services import Act, NewCard
from tests.accounts.factories import AT

CODE = "ABCD-EFGH-JKMN-PQRS"
_numbers = itertools.count(1)


def act(key: str | None = None, *, at: dt.datetime = AT, **more: Any) -> Act:
    return Act(**({"source": "till", "key": key or f"n{next(_numbers)}", "occurred_at": at, "at": at} | more))


def card_of(programme: Any, minor: int = 5_000, *, code: str = CODE, kind: str = "sold", key: str | None = None, **more: Any) -> GiftCard:
    """A card of 50.00 with the code ABCD-EFGH-JKMN-PQRS."""
    new = NewCard(kind=CardKind(kind), amount_minor=minor, code=code, **more)
    return services.issue_card(programme=programme, new=new, act=act(key)).event.card


def charge(card: GiftCard, minor: int, *, code: str = CODE, pin: str = "", at_most: bool = False, **how: Any) -> GiftCardEvent:
    payment = CardPayment(code, minor, at_most, pin)
    return services.charge_card(programme=card.programme, payment=payment, act=act(**how)).event


def balance(card: GiftCard) -> int:
    return GiftCard.objects.get(pk=card.pk).balance_minor


def story(card: GiftCard) -> list[tuple[str, int, int, int]]:
    """What happened to a card: kind, amount, before, after."""
    return list(GiftCardEvent.objects.filter(card=card).order_by("id").values_list("kind", "amount_minor", "before_minor", "after_minor"))
