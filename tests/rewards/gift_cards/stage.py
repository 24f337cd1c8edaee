"""Gift cards for tests, and acts on them in few words."""

import datetime as dt
import itertools
import uuid
from decimal import Decimal
from typing import Any

from accounts.staff.roles import Role
from rewards.gift_cards import services
from rewards.gift_cards.domain import CardKind, CardPayment, normalise_code
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardRequest
from rewards.gift_cards.services import Act, NewCard
from rewards.purchases.domain import LineFacts, PurchaseFacts
from rewards.purchases.models import Purchase
from rewards.purchases.services import record_purchase
from tests.accounts.factories import AT
from tests.colleagues import colleague
from tests.reporting.factories import NOW

CODE = "ABCD-EFGH-JKMN-PQRS"
_numbers = itertools.count(1)


def act(key: str | None = None, *, at: dt.datetime = AT, **more: Any) -> Act:
    return Act(**({"source": "till", "key": key or f"n{next(_numbers)}", "occurred_at": at, "at": at} | more))


def card_of(programme: Any, minor: int = 5_000, *, code: str = CODE, kind: str = "sold", key: str | None = None, **more: Any) -> GiftCard:
    """A card of 50.00 with the code ABCD-EFGH-JKMN-PQRS."""
    new = NewCard(kind=CardKind(kind), amount_minor=minor, code=code, **more)
    return services.issue_card(programme=programme, new=new, act=act(key)).event.card


def asked_card(programme: Any, minor: int = 50_000, *, asker: Any = None, kind: str = "given") -> GiftCardRequest:
    """A card of 500.00 that somebody of finance asked for."""
    asker = asker or colleague(Role.FINANCE_APPROVER)
    new = NewCard(kind=CardKind(kind), amount_minor=minor)
    return services.ask_for_card(programme=programme, new=new, number=uuid.uuid4(), note="A prize", asker=asker, at=AT)


def charge(card: GiftCard, minor: int, *, code: str = CODE, pin: str = "", at_most: bool = False, **how: Any) -> GiftCardEvent:
    payment = CardPayment(code, minor, at_most, pin)
    return services.charge_card(programme=card.programme, payment=payment, act=act(**how)).event


def paid_with_a_card(shop: Any) -> Purchase:
    """60.00 at a shop, of which a card pays 45.00."""
    card_of(shop.programme, 4_500)
    lines = tuple(LineFacts(f"{place}", "S", "Dairy", "", Decimal(1), price) for place, price in ((1, 4_900), (2, 1_100)))
    facts = PurchaseFacts(
        source="till",
        external_id="R-1",
        occurred_at=NOW,
        currency="GBP",
        channel="store",
        store=shop.market.code,
        member=shop.member().pk,
        lines=lines,
        gift_cards=(CardPayment(normalise_code(CODE), 4_500),),
    )
    return record_purchase(programme=shop.programme, facts=facts, at=NOW).purchase


def balance(card: GiftCard) -> int:
    return GiftCard.objects.get(pk=card.pk).balance_minor


def story(card: GiftCard) -> list[tuple[str, int, int, int]]:
    """What happened to a card: kind, amount, before, after."""
    return list(GiftCardEvent.objects.filter(card=card).order_by("id").values_list("kind", "amount_minor", "before_minor", "after_minor"))
