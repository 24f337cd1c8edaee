"""Many callers of the points bank at once, on committed data: each act happens once, nobody spends what is not there, nobody deadlocks."""

import dataclasses
import datetime as dt
import threading

import pytest
from django.db import connection

from ledger.points import queries, services
from ledger.points.domain import Outcome
from ledger.points.models import Act, Movement
from ledger.points.services import ActConflict, NotEnoughPoints, NothingToReverse
from loyalty.kit.problems import Problem
from tests.ledger.factories import DAY, PointUnitFactory, a_grant, a_taking, noon
from tests.ledger.points.stage import Purse

WORKERS = 16


@pytest.fixture
def unit(committed_db):
    return PointUnitFactory.create()


def all_at_once(acts):
    """Run the acts on sixteen connections; return answers and refusals in order. Any other exception fails the test."""
    places, answers, faults = iter(range(len(acts))), [None] * len(acts), []
    turn = threading.Lock()

    def work():
        try:
            while True:
                with turn:
                    place = next(places, None)
                if place is None:
                    return
                try:
                    answers[place] = acts[place]()
                except Problem as problem:
                    answers[place] = problem
        except BaseException as fault:  # noqa: BLE001  # raised again below
            faults.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert faults == []
    return answers


def count(answers, kind):
    return sum(isinstance(answer, kind) for answer in answers)


def test_fifty_same_keys_are_one_act(unit):
    purse = Purse.of(unit)
    grant = a_grant(purse.account, unit.pk, 100, key="basket-1")

    answers = all_at_once([lambda: services.grant(grant=grant)] * 50)

    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 49
    assert {(answer.movement, answer.available) for answer in answers} == {(Movement.objects.get().id, 100)}
    assert (purse.balance, purse.is_sound) == ((100, 0, 0, 0), True)


def test_one_of_fifty_facts_under_the_same_key_wins(unit):
    purse = Purse.of(unit)
    grants = [a_grant(purse.account, unit.pk, 1 + n, key="basket-1") for n in range(50)]

    answers = all_at_once([lambda grant=grant: services.grant(grant=grant) for grant in grants])

    [winner] = [answer for answer in answers if isinstance(answer, Outcome)]
    assert count(answers, ActConflict) == 49
    assert purse.balance == (winner.available, 0, 0, 0)
    assert (Act.objects.count(), purse.is_sound) == (1, True)


def test_the_same_redemption_at_once_takes_once(unit):
    purse = Purse.of(unit)
    purse.grant(100)
    taking = a_taking(purse.account, unit.pk, 60, key="mug")

    answers = all_at_once([lambda: services.redeem(taking=taking)] * 50)

    assert count(answers, Outcome) == 50
    assert (purse.balance, len(purse.story), purse.is_sound) == ((40, 0, 0, 0), 2, True)


def test_a_thousand_redemptions_of_the_last_points_spend_exactly_what_is_there(unit):
    purse = Purse.of(unit)
    for _ in range(10):
        purse.grant(35)

    answers = all_at_once([lambda: purse.redeem(20)] * 1_000)

    assert (count(answers, Outcome), count(answers, NotEnoughPoints)) == (17, 983)
    assert purse.balance == (10, 0, 0, 0)
    assert [row[0] for row in purse.story] == list(range(1, 28))
    assert purse.is_sound


def test_points_are_either_redeemed_or_lapse(unit):
    purses = [Purse.of(unit) for _ in range(6)]
    last_day = DAY + dt.timedelta(days=5)
    for purse in purses:
        for _ in range(5):
            purse.grant(20, expires_on=last_day)
    redeeming = [lambda purse=purse: purse.redeem(10, on=DAY) for purse in purses for _ in range(12)]
    lapsing = [lambda: services.expire_due(unit=unit.pk, through_on=last_day, at=noon(last_day), chunk=7)] * 6

    answers = all_at_once([act for pair in zip(redeeming, [*lapsing, *redeeming], strict=False) for act in pair][:100])

    lapsed = sum(answer[1] for answer in answers if isinstance(answer, tuple))
    assert lapsed + 10 * count(answers, Outcome) == 600
    assert [purse.balance for purse in purses] == [(0, 0, 0, 0)] * 6
    assert queries.verify() == []


def test_returns_that_race_redemptions_leave_neither_points_nor_debts_too_many(unit):
    purse = Purse.of(unit)
    grants = [purse.grant(20) for _ in range(15)]

    answers = all_at_once(
        [
            act
            for earned in grants
            for act in (lambda: purse.redeem(15), lambda earned=earned: purse.reverse(earned, 20), lambda: purse.redeem(15))
        ]
    )

    redeemed = 15 * sum(type(answer) is Outcome for answer in answers)
    available, _, _, arrears = purse.balance
    assert available - arrears == -redeemed
    assert queries.verify() == []


def test_restores_and_releases_at_once_give_back_once(unit):
    purse = Purse.of(unit)
    purse.grant(100)
    redemption, hold = purse.redeem(60), purse.hold(40)

    answers = all_at_once([lambda: purse.restore(redemption, 20), lambda: purse.release(hold)] * 20)

    assert count(answers, Outcome) == 4
    assert count(answers, NothingToReverse) == 17
    assert (purse.balance, purse.is_sound) == ((100, 0, 0, 0), True)


def test_batches_and_single_acts_on_the_same_wallets_do_not_deadlock(unit):
    purses = [Purse.of(unit) for _ in range(8)]

    def batch(purses):
        return lambda: services.grant_many(grants=[a_grant(purse.account, unit.pk, 5) for purse in purses * 3])

    def spend(purses):
        return lambda: services.redeem_many(takings=[a_taking(purse.account, unit.pk, 4) for purse in purses])

    single = [lambda purse=purse: purse.grant(5) for purse in purses * 5]
    acts = [act for n in range(10) for act in (batch(purses), *single[n * 4 : n * 4 + 4], spend(purses[::-1]), batch(purses[::-1]))]
    answers = all_at_once(acts)

    assert count(answers, Problem) == 0
    granted = sum(amount for purse in purses for _, debit, _, amount in purse.story if debit == 1)
    taken = sum(amount for purse in purses for _, _, credit, amount in purse.story if credit == 2)
    assert granted == 8 * 5 * (3 * 20 + 5)
    assert sum(purse.balance[0] for purse in purses) == granted - taken
    assert taken > 0
    assert queries.verify() == []


def test_the_same_batch_at_once_counts_once(unit):
    purses = [Purse.of(unit) for _ in range(8)]
    grants = [a_grant(purse.account, unit.pk, 5) for purse in purses]
    shuffled = [dataclasses.replace(grant) for grant in reversed(grants)]

    answers = all_at_once([lambda: services.grant_many(grants=grants), lambda: services.grant_many(grants=shuffled)] * 8)

    assert sum(not outcome.replayed for answer in answers for outcome in answer) == 8
    assert [purse.balance[0] for purse in purses] == [5] * 8
    assert queries.verify() == []


def test_the_days_jobs_may_run_twice_at_once(unit):
    purses = [Purse.of(unit) for _ in range(10)]
    for purse in purses:
        purse.grant(10, expires_on=DAY + dt.timedelta(days=2))
        purse.grant(10, matures_on=DAY + dt.timedelta(days=1))
    owing = Purse.of(unit)
    earned = owing.grant(4)
    owing.redeem(4)
    owing.reverse(earned, 4)
    owing.grant(10, matures_on=DAY + dt.timedelta(days=1))
    day = DAY + dt.timedelta(days=3)

    answers = all_at_once(
        [
            lambda: services.activate_due(unit=unit.pk, through_on=day, at=noon(day), chunk=3),
            lambda: services.expire_due(unit=unit.pk, through_on=day, at=noon(day), chunk=3)[0],
        ]
        * 4
    )

    assert (sum(answers[0::2]), sum(answers[1::2])) == (11, 10)
    assert [purse.balance for purse in [*purses, owing]] == [(10, 0, 0, 0)] * 10 + [(6, 0, 0, 0)]
    assert queries.verify() == []
