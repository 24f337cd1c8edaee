"""Ends of points that move with what a member does, and with the tier."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.programmes.domain import Activity, Terms
from accounts.programmes.queries import currency_of
from ledger.points.models import Lot, LotEnding
from ledger.points.queries import holdings, holdings_as_of, verify
from ledger.points.services import expire_due
from loyalty.kit.clock import add_months
from loyalty.kit.ids import uuid7
from rewards.expiry.queries import next_ending
from rewards.expiry.services import move_ends_of
from rewards.purchases.services import record_purchase
from rewards.redemptions.services import redeem_amount
from rewards.tiers.models import Tier, TierStanding
from tests.accounts.factories import MemberFactory, give
from tests.rewards.factories import LadderFactory
from tests.rewards.purchases.conftest import open_earning, purchase_of

pytestmark = pytest.mark.django_db
THREE_MONTHS = Terms(expiry_kind="none", expiry_number=0, slide_kind="months", slide_number=3, slide_by="any")
DAY = dt.date


def moment(day):
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def buy(member, day, minor=10_000, **facts):
    facts = {"external_id": f"R{day}", "occurred_at": moment(day)} | facts
    return record_purchase(programme=member.programme, facts=purchase_of(member, minor, **facts), at=moment(day))


def available(member, day):
    return next(of.available for of in holdings(points_account=member.points_account_id, today=day))


def member_of(terms):
    return MemberFactory.create(programme=open_earning(terms=terms))


def expire(member, day):
    return expire_due(unit=currency_of(member.programme).unit_id, through_on=day, at=moment(day))[1]


def ends(member):
    return list(Lot.objects.filter(points_account=member.points_account_id).order_by("id").values_list("expires_on", flat=True))


def test_an_activity_moves_the_end_of_all_points_when_the_run_comes():
    member = member_of(THREE_MONTHS)
    buy(member, DAY(2026, 1, 10))
    buy(member, DAY(2026, 3, 20))
    assert ends(member) == [DAY(2026, 4, 10), DAY(2026, 6, 20)]

    moved = move_ends_of(programme=member.programme, on=DAY(2026, 3, 21))
    again = move_ends_of(programme=member.programme, on=DAY(2026, 3, 21))

    assert (moved, again) == (1, 0)
    assert ends(member) == [DAY(2026, 6, 20)] * 2
    assert list(LotEnding.objects.values_list("from_on", "to_on", "why")) == [(DAY(2026, 4, 10), DAY(2026, 6, 20), 1)]
    assert (expire(member, DAY(2026, 6, 19)), expire(member, DAY(2026, 6, 20))) == (0, 200)
    assert verify() == []


def test_an_act_on_the_last_day_saves_the_points_at_once():
    member = member_of(THREE_MONTHS)
    buy(member, DAY(2026, 1, 10))

    record = buy(member, DAY(2026, 4, 9))

    assert [of.available for of in record.holdings] == [200]
    assert expire(member, DAY(2026, 4, 10)) == 0
    assert available(member, DAY(2026, 4, 10)) == 200


def test_a_purchase_after_the_end_brings_nothing_back():
    member = member_of(THREE_MONTHS)
    buy(member, DAY(2026, 1, 10))

    record = buy(member, DAY(2026, 4, 10))
    move_ends_of(programme=member.programme, on=DAY(2026, 4, 11))

    assert [of.available for of in record.holdings] == [100]
    assert expire(member, DAY(2026, 4, 11)) == 100


def test_points_that_a_late_run_finds_due_live_if_something_happened_in_time():
    member = member_of(THREE_MONTHS)
    buy(member, DAY(2026, 1, 10))
    buy(member, DAY(2026, 3, 20))

    move_ends_of(programme=member.programme, on=DAY(2026, 5, 1))

    assert ends(member) == [DAY(2026, 6, 20)] * 2
    assert available(member, DAY(2026, 5, 1)) == 200


def test_only_the_named_activity_counts():
    by_earning = Terms(expiry_kind="none", expiry_number=0, slide_kind="months", slide_number=3, slide_by="earn")
    member = member_of(by_earning)
    buy(member, DAY(2026, 1, 10))

    redeem_amount(member=member, amount_minor=10, source="till", at=moment(DAY(2026, 4, 9)))
    move_ends_of(programme=member.programme, on=DAY(2026, 4, 9))

    assert ends(member) == [DAY(2026, 4, 10)]


def test_spending_saves_the_rest_where_it_counts():
    member = member_of(THREE_MONTHS)
    buy(member, DAY(2026, 1, 10))

    redeem_amount(member=member, amount_minor=10, source="till", at=moment(DAY(2026, 4, 9)))

    assert ends(member) == [DAY(2026, 7, 9)]
    assert available(member, DAY(2026, 4, 10)) == 90


def test_goodwill_is_no_activity():
    member = member_of(THREE_MONTHS)
    buy(member, DAY(2026, 1, 10))
    give(member, 5, None)

    move_ends_of(programme=member.programme, on=DAY(2026, 4, 1))

    assert DAY(2026, 4, 10) in ends(member)


def test_the_fixed_end_stays_a_limit():
    both = Terms(expiry_number=4, slide_kind="months", slide_number=3, slide_by="any")
    member = member_of(both)
    buy(member, DAY(2026, 1, 10))
    buy(member, DAY(2026, 4, 1))

    move_ends_of(programme=member.programme, on=DAY(2026, 4, 2))

    assert ends(member) == [DAY(2026, 5, 10), DAY(2026, 7, 1)]


def test_the_next_ending_is_told_with_what_moves_it():
    member = member_of(THREE_MONTHS)
    buy(member, DAY(2026, 1, 10))
    buy(member, DAY(2026, 2, 20))

    ending = next_ending(member=member, currency=currency_of(member.programme), today=DAY(2026, 2, 21))

    assert (ending.units, ending.last_on, ending.unless) == (200, DAY(2026, 5, 19), Activity.ANY)


def test_a_better_tier_keeps_points_and_losing_it_gives_them_a_new_end():
    tiered = Terms(
        expiry_kind="none", expiry_number=0, slide_kind="months", slide_number=3, slide_by="any", tier_expiry={"gold": {"kind": "none"}}
    )
    member = member_of(tiered)
    LadderFactory.create(programme=member.programme)
    buy(member, DAY(2026, 1, 10))
    gold = Tier.objects.get(code="gold", ladder__programme=member.programme)
    TierStanding.objects.create(
        member=member, tier=gold, year=2026, from_on=DAY(2026, 2, 1), to_on=DAY(2026, 12, 31), reason="reached", evidence=uuid7()
    )

    move_ends_of(programme=member.programme, on=DAY(2026, 3, 15))
    kept = ends(member)
    move_ends_of(programme=member.programme, on=DAY(2027, 1, 5))

    assert kept == [None]
    assert ends(member) == [DAY(2027, 4, 1)]
    assert list(LotEnding.objects.order_by("id").values_list("to_on", flat=True)) == [None, DAY(2027, 4, 1)]
    assert verify() == []


def test_a_programme_without_moving_ends_asks_nothing(django_assert_num_queries):
    member = member_of(Terms())
    buy(member, DAY(2026, 1, 10))

    with django_assert_num_queries(0):
        assert move_ends_of(programme=member.programme, on=DAY(2026, 12, 21)) == 0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.tuples(st.integers(1, 130), st.booleans(), st.booleans()), min_size=1, max_size=7))
def test_what_is_held_is_what_a_simple_reckoning_says(gaps):
    """All points die when three months pass without an activity; whoever keeps only (points, last activity) gets the same on every day."""
    member = member_of(THREE_MONTHS)
    day, points, active_on = DAY(2026, 1, 10), 100, DAY(2026, 1, 10)
    buy(member, day)

    for gap, expires, spends in gaps:
        day += dt.timedelta(days=gap)
        move_ends_of(programme=member.programme, on=day)
        if expires:
            expire(member, day)
        points = 0 if add_months(active_on, 3) <= day else points
        assert available(member, day) == points
        if spends and points:
            redeem_amount(member=member, amount_minor=1, source="till", at=moment(day))
            points, active_on = points - 1, day
        else:
            buy(member, day)
            points, active_on = points + 100, day
        assert available(member, day) == points

    lots = Lot.objects.filter(points_account=member.points_account_id, remaining__gt=0).exclude(expires_on__lte=day)
    assert sum(lot.remaining for lot in lots) == available(member, day) == points
    assert holdings_as_of(points_account=member.points_account_id, on=day)[0].available == points
    assert verify() == []
