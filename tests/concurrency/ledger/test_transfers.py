"""Points sent between wallets by many at once: nobody deadlocks, no point is made or lost, and each key sends once."""

import datetime as dt

import pytest

from ledger.points import queries, services
from ledger.points.domain import Outcome, Reason, Source
from ledger.points.services import NotEnoughPoints, SentPointsAreGone
from loyalty.kit.problems import Problem
from tests.concurrency.ledger.test_points import all_at_once, count
from tests.ledger.factories import DAY, PointUnitFactory, a_taking, noon
from tests.ledger.points.stage import Purse


@pytest.fixture
def unit(committed_db):
    return PointUnitFactory.create()


def held(purses):
    return sum(purse.balance[0] for purse in purses)


def test_there_and_back_at_once_does_not_deadlock(unit):
    one, other = Purse.of(unit), Purse.of(unit)
    for purse in (one, other):
        for _ in range(5):
            purse.grant(100)

    answers = all_at_once([lambda: one.send(other, 7), lambda: other.send(one, 5)] * 60)

    assert count(answers, Outcome) == 120
    assert (one.balance[0], other.balance[0]) == (500 - 60 * 7 + 60 * 5, 500 + 60 * 7 - 60 * 5)
    assert queries.verify() == []


def test_a_ring_of_members_keeps_the_sum(unit):
    ring = [Purse.of(unit) for _ in range(5)]
    for purse in ring:
        purse.grant(40)
    steps = [(ring[n % 5], ring[(n * 3 + 1) % 5]) for n in range(150) if n % 5 != (n * 3 + 1) % 5]

    answers = all_at_once([lambda one=one, other=other: one.send(other, 11) for one, other in steps])

    assert count(answers, Outcome) + count(answers, NotEnoughPoints) == len(steps)
    assert held(ring) == 200
    assert queries.verify() == []


def test_fifty_same_keys_send_once(unit):
    one, other = Purse.of(unit), Purse.of(unit)
    one.grant(100)
    taking = a_taking(one.account, unit.pk, 60, source=Source.TRANSFER, key="gift", reason=Reason.TRANSFER)

    answers = all_at_once([lambda: services.transfer(taking=taking, to=other.account)] * 50)

    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 49
    assert (one.balance[0], other.balance[0], len(other.story)) == (40, 60, 1)
    assert queries.verify() == []


def test_the_last_points_are_sent_once(unit):
    one, others = Purse.of(unit), [Purse.of(unit) for _ in range(4)]
    for _ in range(10):
        one.grant(10)

    answers = all_at_once([lambda other=other: one.send(other, 30) for other in others * 10])

    assert (count(answers, Outcome), count(answers, NotEnoughPoints)) == (3, 37)
    assert (one.balance[0], held(others)) == (10, 90)
    assert queries.verify() == []


def test_transfers_race_everything_else(unit):
    purses, last_day = [Purse.of(unit) for _ in range(4)], DAY + dt.timedelta(days=3)
    grants = [(purses[n % 4], purses[n % 4].grant(30, expires_on=last_day + dt.timedelta(days=n % 3))) for n in range(16)]

    def lapse():
        return services.expire_due(unit=unit.pk, through_on=last_day, at=noon(last_day), chunk=2)

    acts = [
        act
        for n, (purse, earned) in enumerate(grants)
        for act in (
            lambda purse=purse, n=n: purse.send(purses[(n + 1) % 4], 17),
            lambda purse=purse: purse.redeem(9),
            lambda purse=purse, earned=earned: purse.reverse(earned, 20),
            lambda purse=purse, n=n: purse.send(purses[(n + 2) % 4], 13),
            lapse,
        )
    ]
    answers = all_at_once(acts)

    assert count(answers, Outcome) > 16
    assert queries.verify() == []


def test_an_undoing_races_spending_and_sending_on(unit):
    one, other, third = Purse.of(unit), Purse.of(unit), Purse.of(unit)
    one.grant(200)
    sent = [one.send(other, 20) for _ in range(10)]

    answers = all_at_once(
        [
            act
            for transfer in sent
            for act in (
                lambda: other.redeem(15),
                lambda transfer=transfer: other.send_back(transfer, one, 20),
                lambda: other.send(third, 5),
            )
        ]
    )

    redeemed = 15 * sum(type(answer) is Outcome for answer in answers[0::3])
    assert one.balance[0] == 20 * count(answers[1::3], Outcome)
    assert count(answers[1::3], Outcome) + count(answers[1::3], SentPointsAreGone) == 10
    assert one.balance[0] + other.balance[0] + third.balance[0] + redeemed == 200
    assert queries.verify() == []


def test_one_transfer_is_undone_once(unit):
    one, other = Purse.of(unit), Purse.of(unit)
    one.grant(100)
    sent = one.send(other, 60)
    other.grant(500)

    answers = all_at_once([lambda: other.send_back(sent, one, 60)] * 30)

    assert (count(answers, Outcome), count(answers, Problem)) == (1, 29)
    assert (one.balance[0], other.balance[0]) == (100, 500)
    assert queries.verify() == []
