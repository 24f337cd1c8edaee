"""Bands over a period, two at once: together the purchases of one member have what they would have one after the other."""

import itertools

import pytest

from ledger.points.queries import verify
from loyalty.kit.problems import Problem
from rewards.earning.models import RuleUse
from rewards.purchases.models import Purchase, PurchaseRevision
from rewards.purchases.services import record_purchases
from tests.accounts.at_once import at_once
from tests.accounts.factories import MemberFactory
from tests.rewards.purchases.conftest import purchase_of
from tests.rewards.purchases.test_periods import FLAT, VOLUME, of_quarter, on
from tests.rewards.purchases.test_vocabulary import bring_back, buy, has, open_with

BOTH = pytest.mark.parametrize("definition", [VOLUME, FLAT], ids=["progressive", "flat"])
ROUNDS = 4


def company_with(definition):
    return MemberFactory.create(programme=open_with(definition), joined_at=on(1, 1))


@BOTH
def test_two_purchases_at_once_earn_what_both_earn_one_after_the_other(committed_db, definition):
    """900.00 and 300.00 cross the band of 1,000.00, whichever comes first; neither of both may stand on nothing beside the other."""
    for _round in range(ROUNDS):
        company = company_with(definition)
        bills = {"R1": 900_00, "R2": 300_00}

        made = at_once(
            *(
                lambda company=company, number=number, minor=minor: buy(company, minor, at=on(2, 1), receipt=number)
                for number, minor in bills.items()
            )
        )

        assert not [one for one in made if isinstance(one, Problem)]
        assert has(company, on(2, 1)) == sum(one.units for one in made) == of_quarter(definition, 1_200_00)
        first, second = sorted(made, key=lambda one: one.evaluation[0]["before_minor"])
        assert [one.evaluation[0]["before_minor"] for one in (first, second)] == [0, bills[first.external_id]]


@BOTH
def test_many_at_once_in_batches_and_alone_stand_on_one_another_without_a_gap(committed_db, definition):
    company = company_with(definition)
    prices = [250_00 + 7 * number for number in range(24)]
    facts = [purchase_of(company, price, external_id=f"R{number}", occurred_at=on(2, 1)) for number, price in enumerate(prices)]
    batches = [facts[0:8], facts[8:16]]

    answers = at_once(
        *(lambda batch=batch: record_purchases(programme=company.programme, purchases=batch, at=on(2, 1)) for batch in batches),
        *(lambda number=number: buy(company, prices[number], at=on(2, 1), receipt=f"R{number}") for number in range(16, 24)),
    )

    assert not [one for one in answers if isinstance(one, Problem)]
    assert has(company, on(2, 1)) == of_quarter(definition, sum(prices))
    counted = sorted((row["before_minor"], row["basis_minor"]) for purchase in Purchase.objects.all() for row in purchase.evaluation)
    befores, bases = zip(*counted, strict=True)
    assert list(befores) == [0, *itertools.accumulate(bases)][:-1]
    assert (RuleUse.objects.count(), verify()) == (24, [])


@BOTH
def test_a_purchase_while_an_earlier_one_comes_back_has_what_is_left_of_both(committed_db, definition):
    for turn in range(ROUNDS):
        company = company_with(definition)
        first = buy(company, 1_000_00, at=on(2, 1), receipt=f"A{turn}")

        answers = at_once(
            lambda company=company: buy(company, 500_00, at=on(2, 2), receipt="B").units,
            lambda first=first: bring_back(first, at=on(2, 2), receipt="C"),
        )

        assert not [one for one in answers if isinstance(one, Problem)]
        assert has(company, on(2, 2)) == of_quarter(definition, 500_00)
        moved_down = PurchaseRevision.objects.filter(purchase__member=company).count()
        assert moved_down == (1 if Purchase.objects.get(member=company, external_id="B").units > 500 else 0)
    assert verify() == []
