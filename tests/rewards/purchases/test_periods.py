"""Bands over a period: what a member buys in a quarter earns as a whole, in whatever order it comes and whatever comes back."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.points.queries import verify
from rewards.earning.domain import MalformedRule
from rewards.earning.queries import setting_of
from rewards.purchases.models import Purchase, PurchaseRevision
from rewards.purchases.queries import lines_of, revisions_of
from rewards.purchases.representations import purchase_story
from rewards.purchases.story import explanations
from rewards.recalculations.services import RuleIsNoneOfThePast, request_retroactive
from tests.accounts.factories import MemberFactory, UserFactory
from tests.rewards.backtests.stage import draft_of
from tests.rewards.earning.stage import rule
from tests.rewards.purchases.test_vocabulary import bring_back, buy, has, open_with

pytestmark = pytest.mark.django_db
BANDS = [{"from_minor": 0, "rate": "1"}, {"from_minor": 1_000_00, "rate": "2"}, {"from_minor": 5_000_00, "rate": "3"}]
VOLUME = {"kind": "bands", "bands": BANDS, "progressive": True, "period": "quarter"}
FLAT = {"kind": "bands", "bands": BANDS, "period": "quarter"}
ZONE = ZoneInfo("Europe/Istanbul")


def on(month: int, day: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def of_quarter(definition, minor: int) -> int:
    """What a whole quarter gives, worked out by hand."""
    if "progressive" in definition:
        parts = ((0, 100_000, 1), (100_000, 500_000, 2), (500_000, 10**12, 3))
        return sum(max(0, min(minor, end) - start) * rate for start, end, rate in parts) // 100
    return minor * (1 if minor < 100_000 else 2 if minor < 500_000 else 3) // 100


@pytest.fixture
def company():
    return MemberFactory.create(programme=open_with(VOLUME), joined_at=on(1, 1))


def test_one_purchase_may_cross_two_bands(company):
    buy(company, 900_00, at=on(1, 5), receipt="R1")

    crossing = buy(company, 4_600_00, at=on(2, 5), receipt="R2")

    assert crossing.units == 100 + 2 * 4_000 + 3 * 500
    [outcome] = crossing.evaluation
    assert (outcome["basis_minor"], outcome["before_minor"], outcome["missing_minor"]) == (4_600_00, 900_00, 0)


def test_a_return_goes_back_below_the_band(company):
    buy(company, 900_00, at=on(1, 5), receipt="R1")
    second = buy(company, 300_00, 200_00, at=on(1, 6), receipt="R2")

    assert second.units == 100 + 2 * 400
    assert bring_back(second, "1", at=on(1, 7)) == 600
    assert has(company, on(1, 7)) == of_quarter(VOLUME, 1_100_00) == 1_200
    assert bring_back(second, "2", at=on(1, 8), receipt="B2") == 300


def test_what_was_bought_later_moves_down_when_the_first_purchase_comes_back(company):
    first = buy(company, 1_000_00, at=on(1, 5), receipt="R1")
    later = buy(company, 500_00, at=on(1, 6), receipt="R2")
    assert (first.units, later.units) == (1_000, 1_000)

    assert bring_back(first, at=on(1, 7)) == 1_000

    assert has(company, on(1, 7)) == 500
    [row] = revisions_of([later])[later.pk]
    assert (row.units, row.follows_return) == (-500, True)
    told = purchase_story(later, lines_of(later), [row], (), setting_of(company.programme))
    assert told["revisions"][0]["return_of_earlier"] == str(row.cause)
    assert told["evaluation"][0]["counted_before"] == "0.00"
    assert bring_back(later, at=on(1, 8), receipt="B2") == 500
    assert has(company, on(1, 8)) == 0


def test_a_late_purchase_stands_on_what_came_before_it(company):
    buy(company, 1_000_00, at=on(3, 30), receipt="R1")

    late = buy(company, 100_00, at=on(1, 2), receipt="R2")

    assert late.units == 200


def test_the_quarter_changes_at_midnight_of_the_programmes_clock(company):
    buy(company, 1_000_00, at=on(3, 1), receipt="R1")

    last = buy(company, 100_00, at=on(3, 31, 23, 59), receipt="R2")
    first = buy(company, 100_00, at=on(4, 1, 0, 0), receipt="R3")

    assert (last.units, first.units) == (200, 100)


def test_a_return_in_the_next_quarter_lowers_the_quarter_of_the_purchase(company):
    buy(company, 1_000_00, at=on(3, 1), receipt="R1")
    bought = buy(company, 100_00, at=on(3, 2), receipt="R2")
    buy(company, 950_00, at=on(4, 2), receipt="R3")

    assert bring_back(bought, at=on(4, 3)) == 200
    assert buy(company, 100_00, at=on(4, 4), receipt="R4").units == 50 + 2 * 50


def test_a_flat_contract_pays_the_whole_at_the_rate_that_was_reached():
    company = MemberFactory.create(programme=open_with(FLAT), joined_at=on(1, 1))
    buy(company, 900_00, at=on(1, 5), receipt="R1")
    step = buy(company, 200_00, at=on(1, 6), receipt="R2")
    later = buy(company, 200_00, at=on(1, 7), receipt="R3")
    assert (step.units, later.units) == (1_300, 400)

    bring_back(step, at=on(1, 8))

    assert has(company, on(1, 8)) == of_quarter(FLAT, 1_100_00)
    assert PurchaseRevision.objects.get(purchase=later).units == 900


def test_only_what_meets_the_condition_counts_for_the_quarter():
    company = MemberFactory.create(
        programme=open_with(VOLUME | {"when": {"field": "order.codes", "op": "has", "value": "TRADE"}}), joined_at=on(1, 1)
    )
    buy(company, 1_000_00, at=on(1, 5), receipt="R1")

    assert buy(company, 100_00, at=on(1, 6), receipt="R2", codes=("TRADE",)).units == 100


def test_why_it_gave_so_much_is_said_in_words(company):
    buy(company, 900_00, at=on(1, 5), receipt="R1")
    second = buy(company, 200_00, at=on(1, 6), receipt="R2")

    [told] = explanations(second.evaluation, currency="EUR", locale="en")

    assert told.why == "€200.00 counted on top of €900.00 of the quarter, which makes 300 points."
    assert told.terms.startswith("Of all that is bought in a calendar quarter, from €0.00: 1 point for every €1.00 paid in money.")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    flat=st.booleans(),
    happened=st.lists(st.tuples(st.integers(1, 200_000), st.integers(0, 80), st.integers(0, 3)), min_size=1, max_size=7),
)
def test_the_purchases_of_a_quarter_together_have_what_the_whole_of_it_gives(db, flat, happened):
    """Two pieces each; after some of them a piece of an earlier one, or of itself, comes back."""
    definition = FLAT if flat else VOLUME
    company = MemberFactory.create(programme=open_with(definition), joined_at=on(1, 1))
    kept: dict[Purchase, int] = {}
    for number, (half, day, back) in enumerate(happened):
        bought = buy(company, 2 * half, at=on(1, 1) + dt.timedelta(days=day), receipt=f"R{number}", quantity_1=2)
        kept[bought] = 2
        returned = list(kept)[back % len(kept)]
        if back and kept[returned]:
            bring_back(returned, "1", at=on(4, 10), receipt=f"B{number}")
            kept[returned] -= 1

        whole = sum(purchase.price_minor // 2 * pieces for purchase, pieces in kept.items())
        assert has(company, on(4, 10)) == of_quarter(definition, whole)
    assert verify() == []


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"period": "week"}, "period"),
        ({"caps": [{"units": 5, "per": "day"}]}, "caps"),
        ({"group": {"name": "g", "mode": "best"}}, "group"),
        ({"scope": "line"}, "scope"),
        ({"bands": [{"from_minor": 0, "rate": "2"}, {"from_minor": 100, "rate": "1"}]}, "bands"),
        ({"trigger": "event:visit", "of": {"field": "event.spent", "kind": "money"}}, "period"),
    ],
)
def test_what_bands_over_a_period_cannot_say_is_refused(more, key):
    with pytest.raises(MalformedRule) as refused:
        rule(**(VOLUME | more))

    assert f"/{key}" in [error.pointer for error in refused.value.errors]


def test_bands_over_a_period_do_not_begin_in_the_past():
    programme = open_with()
    yesterday = on(1, 1).date()
    version = draft_of(programme, "volume", VOLUME)
    type(version).objects.filter(pk=version.pk).update(valid_from=yesterday, valid_to=yesterday)
    version.refresh_from_db()

    with pytest.raises(RuleIsNoneOfThePast):
        request_retroactive(version=version, store=None, reason="Forgotten", author=UserFactory.create(), at=on(3, 1))
