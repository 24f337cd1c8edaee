"""A live programme with one rule, and purchases made of prices."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from rewards.earning.services import write_first_rule
from rewards.purchases.domain import LineFacts, PurchaseFacts, TenderFacts
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory

FIRST_DAY = dt.date(2025, 1, 1)


@pytest.fixture
def programme(request: pytest.FixtureRequest) -> Programme:
    """1 point for every full 1.00 paid; further arguments of `open_programme` by `parametrize(..., indirect=True)`."""
    return open_earning(**getattr(request, "param", {}))


def open_earning(**more: Any) -> Programme:
    programme = ProgrammeFactory.create(state="draft", **more)
    write_first_rule(
        programme=programme,
        code="every-euro",
        name="Every euro",
        currency=currency_of(programme),
        definition={"points": 1, "step_minor": 100},
        valid_from=FIRST_DAY,
        at=AT,
    )
    return change_programme_state(programme=programme, state="live")


@pytest.fixture
def member(programme: Programme) -> Member:
    return MemberFactory.create(programme=programme)


def purchase_of(member: Member, *prices: int, **facts: Any) -> PurchaseFacts:
    """A purchase with one line for each price in cents; `tender` in cents pays with points."""
    tender = facts.pop("tender", None)
    lines = tuple(
        LineFacts(str(n), sku=f"A{n}", category="food", brand="", quantity=Decimal(facts.pop(f"quantity_{n}", 1)), price_minor=price)
        for n, price in enumerate(prices, start=1)
    )
    whole = {"source": "till", "external_id": "R1", "occurred_at": AT, "currency": "EUR", "channel": "store", "member": member.pk}
    return PurchaseFacts(**(whole | facts), lines=lines, tender=TenderFacts(tender) if isinstance(tender, int) else tender)
