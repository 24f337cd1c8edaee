"""Lift: what a campaign brought against its holdout, with an interval that is right."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.campaigns.lift import Group, lift_between, student
from rewards.campaigns.queries import lift_of, terms_of
from rewards.campaigns.services import assign_audience
from tests.accounts.factories import AT, MemberFactory
from tests.rewards.campaigns.stage import BEGIN, DAY, bring_back, buy, fixed, open_with


def group(*spends: int) -> Group:
    return Group(len(spends), Decimal(sum(spends)), Decimal(sum(one * one for one in spends)))


@pytest.mark.parametrize(
    ("freedom", "point"), [(29, "2.045230"), (40, "2.021075"), (60, "2.000298"), (120, "1.979930"), (1000, "1.962339")]
)
def test_the_points_of_students_distribution_are_those_of_the_tables(freedom, point):
    assert abs(student(Decimal(freedom)) - Decimal(point)) < Decimal("0.00001")


def test_welchs_interval_of_a_worked_example():
    """Means 10 and 7; variances 4.137931 (30 values: 8 and 12) and 9.230769 (40 values: 4 and 10); 67.0 degrees of freedom."""
    asked, holdout = group(*[8, 12] * 15), group(*[4, 10] * 20)

    of = lift_between(asked, holdout).for_each

    error = (Decimal(120) / 29 / 30 + Decimal(360) / 39 / 40).sqrt()
    assert of.figure == 3
    assert abs((of.high - of.figure) / error - Decimal("1.99600")) < Decimal("0.0005")
    assert of.figure - of.low == of.high - of.figure and not of.holds_zero


def test_small_groups_say_nothing():
    found = lift_between(group(*range(29)), group(*range(100)))

    assert found.for_each is None and found.altogether is None


@given(st.lists(st.integers(0, 10_000), min_size=30, max_size=60))
def test_the_same_spend_in_both_groups_shows_no_effect(spends):
    of = lift_between(group(*spends), group(*spends)).for_each

    assert of.figure == 0 and of.holds_zero


@pytest.mark.django_db
def test_a_planted_lift_is_found_and_what_came_back_is_taken_off():
    campaign, asked, held = _audience(30)
    for n, member in enumerate([*asked, *held]):
        buy(member, 1_000 + n % 3 * 100, receipt=f"A{n}")
    for n, member in enumerate(asked):
        extra = buy(member, 500, 900, receipt=f"E{n}")
        bring_back(extra, "2", receipt=f"B{n}", at=AT + DAY)
    buy(asked[0], 100_000, receipt="before", at=BEGIN)  # before the first day: not of the campaign

    found = lift_of(campaign, terms_of(campaign.versions.get()))

    assert (found.asked.members, found.holdout.members) == (len(asked), len(held))
    assert found.asked.total == sum(1_000 + n % 3 * 100 for n in range(len(asked))) + 500 * len(asked)
    assert found.for_each.low > 440 and found.for_each.high < 560
    assert found.altogether.figure == found.for_each.figure * len(asked)


@pytest.mark.django_db
def test_without_an_effect_the_interval_holds_nothing_at_all():
    campaign, asked, held = _audience(30)
    for members in (asked, held):
        for n, member in enumerate(members):
            buy(member, 1_000 + n % 5 * 200, receipt=f"A{member.pk}")
    late = MemberFactory.create(programme=campaign.programme)
    buy(late, 900_000, receipt="late")  # joined later: judged, not measured

    found = lift_of(campaign, terms_of(campaign.versions.get()))

    assert found.for_each.holds_zero
    assert found.asked.members + found.holdout.members == len(asked) + len(held)


def _audience(least: int):
    """A campaign with half held out, and members until both groups are large enough."""
    campaign = open_with(fixed(1), campaign={"holdout_percent": 50, "first_on": "2026-01-02"})
    MemberFactory.create_batch(2 * least + 30, programme=campaign.programme, at=BEGIN - dt.timedelta(days=30))
    assign_audience(version=campaign.versions.get(), at=AT)
    groups: dict[bool, list] = {True: [], False: []}
    for row in campaign.audience.select_related("member__programme").order_by("pk"):
        groups[row.is_holdout].append(row.member)
    assert min(map(len, groups.values())) >= least
    return campaign, groups[False], groups[True]
