"""Rewards taken with purchases: once, refused whole, and given back with what is returned."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.outbox.models import OutboxEvent
from ledger.points.models import Lot, Movement
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints
from rewards.catalogue.domain import GivenBack, units_given_back
from rewards.catalogue.models import RewardStock
from rewards.catalogue.queries import RewardNotFound
from rewards.catalogue.services import SoldOut, withdraw_reward
from rewards.purchases.domain import WantedReward
from rewards.purchases.models import Purchase, Return
from rewards.purchases.services import ReturnFacts, preview_purchase, record_purchase, record_purchases, record_return
from rewards.purchases.services.record import ExternalIdConflict
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import LimitReached, OutsideWindow, RedemptionNotOpen, cancel
from tests.accounts.factories import AT, MemberFactory, give
from tests.rewards.factories import IN_A_YEAR, RewardFactory, wallet
from tests.rewards.purchases.conftest import member, programme, purchase_of
from tests.rewards.witness import all_rows, refused

pytestmark = pytest.mark.django_db
__all__ = ["member", "programme"]

LATER = AT + dt.timedelta(days=3)


def reward_of(member, code="tenth-off", **terms):
    return RewardFactory.create(programme=member.programme, code=code, **({"price_points": 150} | terms))


def facts_of(member, *prices, rewards=("tenth-off",), **facts):
    wanted = tuple(WantedReward(one) if isinstance(one, str) else WantedReward(*one) for one in rewards)
    return purchase_of(member, *prices, rewards=wanted, **facts)


def buy(member, *prices, rewards=("tenth-off",), **facts):
    return record_purchase(programme=member.programme, facts=facts_of(member, *prices, rewards=rewards, **facts), at=AT)


def bring_back(purchase, *lines, ref="B1", at=LATER):
    what = tuple((line, Decimal(quantity)) for line, quantity in lines) or None
    return record_return(purchase=purchase, facts=ReturnFacts("till", ref, at, lines=what), at=at).returned


# --- taking ----------------------------------------------------------------------------------------------------------------


def test_it_is_taken_before_the_purchase_earns_and_used_at_once(member):
    give(member, 200, IN_A_YEAR)
    reward_of(member, left=3)

    record = buy(member, 7_000)

    taken = Redemption.objects.get()
    assert (taken.purchase, taken.units, taken.state, taken.code, taken.used_at) == (record.purchase.pk, 150, "used", None, AT)
    assert (taken.source, record.purchase.reward_units, [of.pk for of in record.rewards]) == ("purchase", 150, [taken.pk])
    assert (wallet(member), RewardStock.objects.get().left) == ((120, 0), 2)
    assert Movement.objects.get(pk=taken.redeem_movement).pk < Movement.objects.get(pk=record.purchase.earned[0]["movement"]).pk
    assert OutboxEvent.objects.filter(topic="redemption.issued").count() == 1
    assert verify() == []


def test_the_points_of_the_purchase_itself_do_not_pay_for_it(member):
    give(member, 100, IN_A_YEAR)
    reward_of(member)

    with refused(NotEnoughPoints):
        buy(member, 100_000)


def test_the_same_receipt_takes_it_once_and_answers_the_same(member):
    give(member, 400, IN_A_YEAR)
    reward_of(member)
    first = buy(member, 7_000)
    rows = all_rows()

    again = buy(member, 7_000)

    assert (again.replayed, again.purchase.pk, [of.pk for of in again.rewards]) == (
        True,
        first.purchase.pk,
        [of.pk for of in first.rewards],
    )
    assert all_rows() == rows
    for other in ((), ("tenth-off", "more"), (("tenth-off", 2),)):
        with refused(ExternalIdConflict):
            buy(member, 7_000, rewards=other)


def test_what_was_sent_before_there_were_rewards_reads_as_it_did(member):
    assert facts_of(member, 500, rewards=()).fingerprint() == purchase_of(member, 500).fingerprint()
    assert facts_of(member, 500).fingerprint() != purchase_of(member, 500).fingerprint()
    assert facts_of(member, 500, rewards=("a", "b")).fingerprint() == facts_of(member, 500, rewards=("b", "a")).fingerprint()


@pytest.mark.parametrize(
    ("terms", "wanted", "problem"),
    [
        ({}, "no-such", RewardNotFound),
        ({"left": 1}, ("tenth-off", 2), SoldOut),
        ({"limit_per_member": 1}, ("tenth-off", 2), LimitReached),
        ({"price_points": 501}, "tenth-off", NotEnoughPoints),
        ({"valid_from": AT.date() + dt.timedelta(days=1)}, "tenth-off", OutsideWindow),
    ],
)
def test_a_refused_reward_refuses_the_purchase_and_changes_nothing(terms, wanted, problem, member):
    give(member, 500, IN_A_YEAR)
    reward_of(member, **terms)
    reward_of(member, "first", price_points=10, left=5)

    with refused(problem, reward=wanted if isinstance(wanted, str) else wanted[0]):
        buy(member, 7_000, rewards=("first", wanted))


def test_a_withdrawn_reward_is_refused(member):
    give(member, 500, IN_A_YEAR)
    withdraw_reward(reward=reward_of(member))

    with refused(OutsideWindow):
        buy(member, 7_000)


def test_a_preview_says_what_it_would_cost_and_writes_nothing(member):
    give(member, 500, IN_A_YEAR)
    reward_of(member, left=3)
    rows = all_rows()

    seen = preview_purchase(programme=member.programme, facts=facts_of(member, 7_000, rewards=[("tenth-off", 2)]), at=AT)

    assert [(of.units, of.quantity) for of in seen.rewards] == [(300, 2)]
    assert all_rows() == rows


def test_in_a_batch_each_is_judged_by_itself_and_a_refused_one_keeps_nothing(member):
    give(member, 400, IN_A_YEAR)
    other = MemberFactory.create(programme=member.programme)
    give(other, 150, IN_A_YEAR)
    reward_of(member, left=3)
    facts = [
        facts_of(member, 7_000, external_id="R1", tender=300),  # the reward leaves too little for the payment
        facts_of(other, 7_000, external_id="R2"),
        facts_of(member, 7_000, external_id="R3"),
        facts_of(other, 7_000, external_id="R4", rewards=["gone"]),
        facts_of(member, 1_000, external_id="R5", tender=100),
    ]

    answers = record_purchases(programme=member.programme, purchases=facts, at=AT)

    assert [getattr(answer, "code", "ok") for answer in answers] == ["not_enough_points", "ok", "ok", "reward_not_found", "ok"]
    assert (wallet(member), wallet(other)) == ((400 - 150 + 70 - 150 - 100 + 9, 0), (70, 0))
    assert Redemption.objects.rewards().count() == Purchase.objects.filter(reward_units=150).count() == 3
    assert RewardStock.objects.get().left == 0
    assert verify() == []


# --- giving back -----------------------------------------------------------------------------------------------------------


def test_a_return_gives_back_its_share_of_the_value_and_the_rest_the_rest(member):
    give(member, 200, IN_A_YEAR)
    reward_of(member, price_points=100, left=3)
    bought = buy(member, 3_000, 3_000, 3_000).purchase

    returns = [bring_back(bought, (line, 1), ref=f"B{line}") for line in "123"]

    assert [row.restored_units for row in returns] == [33, 33, 34]
    taken = Redemption.objects.get()
    assert returns[0].restored == [{"redemption": str(taken.pk), "reward": "tenth-off", "units": 33}]
    assert (taken.state, taken.restored_units, taken.returned_units, taken.used_at) == ("cancelled", 100, 100, None)
    assert (wallet(member), RewardStock.objects.get().left) == ((200, 0), 3)
    assert OutboxEvent.objects.filter(topic="redemption.cancelled").count() == 1
    assert verify() == []


def test_stock_and_state_stay_until_everything_is_back(member):
    give(member, 200, IN_A_YEAR)
    reward_of(member, left=3)
    bought = buy(member, 3_000, 0).purchase

    bring_back(bought, ("1", 1))

    taken = Redemption.objects.get()
    assert (taken.state, taken.restored_units, RewardStock.objects.get().left) == ("used", 150, 2)
    bring_back(bought, ref="B2")
    taken.refresh_from_db()
    assert (taken.state, taken.restored_units, RewardStock.objects.get().left, wallet(member)) == ("cancelled", 150, 3, (200, 0))


@pytest.mark.parametrize(
    ("policy", "kind", "expected", "state"),
    [("whole", "goods", [0, 150], "cancelled"), ("never", "goods", [0, 0], "used"), ("in_proportion", "donation", [0, 0], "used")],
)
def test_a_reward_says_how_its_points_come_back(policy, kind, expected, state, member):
    give(member, 200, IN_A_YEAR)
    reward_of(member, given_back_on_return=policy, kind=kind)
    bought = buy(member, 3_000, 3_000).purchase

    returns = [bring_back(bought, (line, 1), ref=f"B{line}") for line in "12"]

    assert [row.restored_units for row in returns] == expected
    assert (Redemption.objects.get().state, wallet(member)[0]) == (state, 50 + sum(expected))


def test_the_same_return_gives_back_once(member):
    give(member, 200, IN_A_YEAR)
    reward_of(member)
    bought = buy(member, 3_000, 3_000).purchase
    first = bring_back(bought, ("1", 1))
    rows = all_rows()

    again = bring_back(bought, ("1", 1))

    assert (again.pk, again.restored, all_rows() == rows) == (first.pk, first.restored, True)


def test_cancelling_afterwards_gives_back_only_what_is_left_and_a_return_nothing_more(member):
    give(member, 200, IN_A_YEAR)
    reward_of(member, left=3)
    bought = buy(member, 3_000, 3_000).purchase
    bring_back(bought, ("1", 1))
    taken = Redemption.objects.get()

    cancelled = cancel(redemption=taken, at=LATER)

    assert (cancelled.state, cancelled.restored_units, cancelled.returned_units) == ("cancelled", 150, 75)
    assert RewardStock.objects.get().left == 3
    rest = bring_back(bought, ref="B2")
    assert (rest.restored_units, rest.restored, wallet(member), RewardStock.objects.get().left) == (0, [], (200, 0), 3)
    with refused(RedemptionNotOpen):
        cancel(redemption=taken, at=LATER)
    assert verify() == []


def test_a_donation_that_was_taken_with_a_purchase_stays_given(member):
    give(member, 200, IN_A_YEAR)
    reward_of(member, kind="donation")
    buy(member, 3_000)

    with refused(RedemptionNotOpen):
        cancel(redemption=Redemption.objects.get(), at=LATER)


def test_points_go_back_to_the_lots_that_they_came_from(member):
    give(member, 100, IN_A_YEAR)
    give(member, 100, IN_A_YEAR + dt.timedelta(days=30))
    reward_of(member)
    bought = buy(member, 4_000, 4_000).purchase

    bring_back(bought, ("1", 1))

    assert Lot.objects.get(expires_on=IN_A_YEAR, granted=100).remaining == 25
    assert Lot.objects.get(expires_on=IN_A_YEAR + dt.timedelta(days=30)).remaining == 100
    assert verify() == []


def test_a_limit_has_its_room_again_once_everything_is_back(member):
    give(member, 300, IN_A_YEAR)
    reward_of(member, limit_per_member=1)
    bought = buy(member, 3_000).purchase
    with refused(LimitReached):
        buy(member, 3_000, external_id="R2")

    bring_back(bought)

    assert buy(member, 3_000, external_id="R2").rewards[0].units == 150


def test_points_that_come_back_stand_in_for_earned_ones_that_are_spent(member):
    give(member, 150, IN_A_YEAR)
    reward_of(member)
    bought = buy(member, 10_000).purchase
    assert wallet(member) == (100, 0)
    reward_of(member, "second", price_points=100)
    buy(member, 50, rewards=["second"], external_id="R2")

    row = bring_back(bought)

    assert (row.restored_units, row.reversed_units, row.arrears_units, wallet(member)) == (150, 100, 0, (50, 0))
    assert verify() == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.lists(st.integers(0, 5_000), min_size=1, max_size=4),
    cost=st.integers(1, 500),
    tender=st.booleans(),
    seed=st.integers(0, 10_000),
)
def test_any_returns_and_then_everything_leave_what_there_was(member, prices, cost, tender, seed):
    chance = random.Random(seed)  # a replayable order, no secret
    one = MemberFactory.create(programme=member.programme)
    give(one, 1_200, IN_A_YEAR)
    code = f"reward-{one.pk.hex[:12]}"
    reward_of(one, code, price_points=cost, left=5)
    pays = min(sum(prices), 200) if tender else 0
    quantities = {f"quantity_{n}": 2 for n in range(1, len(prices) + 1)}
    bought = buy(one, *prices, rewards=[(code, 2)], external_id=str(one.pk), tender=pays or None, **quantities).purchase
    pieces = [str(n) for n in range(1, len(prices) + 1) for _ in range(2)]
    chance.shuffle(pieces)

    for place, line in enumerate(pieces[: chance.randrange(len(pieces))]):
        bring_back(bought, (line, 1), ref=f"{one.pk}-{place}")
    bring_back(bought, ref=f"{one.pk}-rest")

    assert wallet(one) == (1_200, 0)
    assert sum(Return.objects.filter(purchase=bought.pk).values_list("restored_units", flat=True)) == 2 * cost + pays
    assert verify() == []


@given(
    units=st.integers(1, 10**9),
    parts=st.lists(st.integers(0, 10**6), min_size=1, max_size=8),
)
def test_parts_add_up_to_the_whole_and_never_go_back(units, parts):
    of, so_far, told = sum(parts), 0, []
    for place, part in enumerate(parts, start=1):
        so_far += part
        told.append(units_given_back(GivenBack.IN_PROPORTION, units, back_minor=so_far, of_minor=of, is_all=place == len(parts)))

    assert told == sorted(told) and told[-1] == units
