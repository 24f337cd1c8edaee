"""A whole in parts: what points paid over lines, and whole units by shares."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loyalty.kit.money import share_out
from rewards.purchases.domain import PurchaseFacts, TenderFacts, priced_lines
from tests.scenarios.buying import a_line
from tests.scenarios.sentences import minor
from tests.scenarios.stage import Stage
from tests.scenarios.vocabulary import SHOP, only


@SHOP.when("allocate")
def allocate(stage: Stage, value: Mapping[str, Any]) -> None:
    """Whole units by percentages; `remaining` is what the other shares leave."""
    facts = only(value, "amount", "shares")
    percents = [None if share == "remaining" else Fraction(Decimal(share.removesuffix("%"))) for share in facts["shares"]]
    rest = 100 - sum(percent for percent in percents if percent is not None)
    stage.seen["parts"] = share_out(facts["amount"], [rest if percent is None else percent for percent in percents])


@SHOP.when("distribute")
def distribute(stage: Stage, value: Mapping[str, Any]) -> None:
    """An amount that points paid, over lines by their price, as a purchase shares it."""
    facts = only(value, "amount", "weights")
    prices = [minor(weight) for weight in facts["weights"]]
    lines = tuple(a_line(place, price) for place, price in enumerate(prices, start=1))
    paid = PurchaseFacts("till", "R1", stage.at, "EUR", "store", lines, tender=TenderFacts(minor(facts["amount"])))
    stage.seen["parts"] = [line.price_minor - line.paid_minor for line in priced_lines(paid)]
    assert sum(stage.seen["parts"]) == minor(facts["amount"])


@SHOP.then("parts")
def parts(stage: Stage, expected: Sequence[Any]) -> None:
    assert stage.seen["parts"] == [part if isinstance(part, int) else minor(part) for part in expected]


@SHOP.then("sum")
def total(stage: Stage, expected: str) -> None:
    assert sum(stage.seen["parts"]) == minor(expected)


@SHOP.then("each_within_one_cent_of|solidus_gives")
def within_one_cent(stage: Stage, expected: Sequence[str]) -> None:
    """Peers put odd cents elsewhere; nobody is further off than one."""
    assert all(abs(part - minor(text)) <= 1 for part, text in zip(stage.seen["parts"], expected, strict=True))
