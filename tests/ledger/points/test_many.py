"""The set-based forms: files and batches."""

import dataclasses
import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from ledger.points import queries, services
from ledger.points.calls import call_many
from ledger.points.domain import Reason
from ledger.points.models import Act, Lot, Movement
from ledger.points.services import ActConflict, NoSuchWallet, NotEnoughPoints
from tests.ledger.factories import DAY, PointUnitFactory, a_grant, a_sale, a_taking
from tests.ledger.points.stage import Purse


@pytest.fixture
def purses(db):
    unit = PointUnitFactory.create()
    return [Purse.of(unit) for _ in range(3)]


def grants(purses, *wanted):
    return [a_grant(purses[place].account, purses[place].unit.pk, units, **more) for place, units, more in wanted]


def test_grants_answer_in_the_order_that_was_asked(purses):
    outcomes = services.grant_many(grants=grants(purses, (2, 30, {}), (0, 10, {}), (2, 5, {}), (1, 20, {}), (2, 1, {})))

    assert [(o.available, o.seq, o.replayed) for o in outcomes] == [
        (30, 1, False),
        (10, 1, False),
        (35, 2, False),
        (20, 1, False),
        (36, 3, False),
    ]
    assert [purse.balance[0] for purse in purses] == [10, 20, 36]
    assert purses[2].story == [(1, 1, 10, 30), (2, 1, 10, 5), (3, 1, 10, 1)]
    assert [o.movement for o in outcomes] == list(Movement.objects.order_by("id").values_list("id", flat=True))
    assert list(Movement.objects.filter(points_account=purses[2].account).order_by("seq").values_list("available_after", flat=True)) == [
        30,
        35,
        36,
    ]
    assert all(purse.is_sound for purse in purses)


def test_the_facts_are_kept_as_by_a_single_grant(purses):
    sale = dataclasses.replace(a_sale(), estimate=3, tender=uuid.uuid4())
    facts = {"reason": Reason.SALE, "sale": sale, "terms": 5, "portfolio": 2, "matures_on": DAY + dt.timedelta(days=3), "expires_on": None}
    services.grant_many(grants=grants(purses, (0, 30, facts)))
    purses[1].grant(30, **facts)

    one, two = (Movement.objects.filter(points_account=p.account).values().get() for p in purses[:2])
    lots = [Lot.objects.filter(points_account=p.account).values().get() for p in purses[:2]]

    unlike = {"id", "points_account_id", "act_id", "recorded_at"}
    assert {k for k in one if one[k] != two[k]} == unlike
    assert {k for k in lots[0] if lots[0][k] != lots[1][k]} == {"id", "points_account_id"}


def test_grants_that_were_made_before_replay(purses):
    first = services.grant_many(grants=grants(purses, (0, 10, {"key": "a"}), (1, 20, {"key": "b"})))

    again = services.grant_many(grants=grants(purses, (1, 20, {"key": "b"}), (2, 30, {"key": "c"}), (0, 10, {"key": "a"})))

    assert [o.replayed for o in again] == [True, False, True]
    assert (again[0].movement, again[2].movement) == (first[1].movement, first[0].movement)
    assert [purse.balance[0] for purse in purses] == [10, 20, 30]


def test_a_key_that_comes_twice_in_one_call_counts_once(purses):
    outcomes = services.grant_many(grants=grants(purses, (0, 10, {"key": "a"}), (0, 10, {"key": "a"})))

    assert [(o.movement, o.replayed) for o in outcomes] == [(outcomes[0].movement, False), (outcomes[0].movement, True)]
    assert purses[0].balance == (10, 0, 0, 0)
    assert purses[0].is_sound


def test_one_conflict_refuses_the_whole_call(purses):
    purses[0].grant(10, key="a")

    with pytest.raises(ActConflict), transaction.atomic():
        services.grant_many(grants=grants(purses, (1, 20, {}), (0, 11, {"key": "a"})))

    assert [purse.balance[0] for purse in purses] == [10, 0, 0]


def test_a_strange_wallet_refuses_the_whole_call(purses):
    strange = dataclasses.replace(purses[0], account=uuid.uuid4())

    with pytest.raises(NoSuchWallet), transaction.atomic():
        services.grant_many(grants=grants([purses[1], strange], (0, 20, {}), (1, 10, {})))

    assert Movement.objects.count() == 0


def test_a_sale_without_its_price_refuses_the_whole_call(purses):
    [grant] = grants(purses, (0, 10, {"reason": Reason.SALE, "sale": a_sale()}))
    row = services._grant_row(0, grant) | {"ssp": None}

    with pytest.raises(IntegrityError, match="carries what was paid"), transaction.atomic():
        call_many("ledger_grant_many", [row])


def test_arrears_are_filled_in_a_batch_as_well(purses):
    earned = purses[0].grant(50)
    purses[0].redeem(50)
    purses[0].reverse(earned, 50)

    outcomes = services.grant_many(grants=grants(purses, (0, 20, {}), (1, 5, {}), (0, 40, {})))

    assert [(o.available, o.arrears) for o in outcomes] == [(0, 30), (5, 0), (10, 0)]
    assert all(purse.is_sound for purse in purses)


def test_nothing_asked_is_nothing_done(db):
    assert services.grant_many(grants=[]) == []
    assert services.redeem_many(takings=[]) == []


def takings(purses, *wanted):
    return [a_taking(purses[place].account, purses[place].unit.pk, units, **more) for place, units, more in wanted]


def test_redemptions_answer_in_order_with_refusals_in_their_places(purses):
    for purse in purses:
        purse.grant(50, expires_on=DAY + dt.timedelta(days=20))
        purse.grant(50, expires_on=DAY + dt.timedelta(days=10))
    purses[1].grant(500, expires_on=DAY)

    two, zero, one = services.redeem_many(takings=takings(purses, (2, 70, {}), (0, 100, {}), (1, 101, {})))

    assert (two.available, two.seq, zero.available, zero.seq) == (30, 3, 0, 3)
    assert isinstance(one, NotEnoughPoints)
    assert one.extra == {"spendable": 100, "shortfall": 1}
    assert purses[2].lot_moves(two) == [(2, 10, 2, 50), (1, 10, 2, 20)]
    assert [len(purse.story) for purse in purses] == [3, 3, 3]
    assert all(purse.is_sound for purse in purses)


def test_redemptions_replay_and_conflict(purses):
    purses[0].grant(100)
    purses[1].grant(100)
    [first] = services.redeem_many(takings=takings(purses, (0, 70, {"key": "mug"})))

    new, again = services.redeem_many(takings=takings(purses, (1, 70, {}), (0, 70, {"key": "mug"})))

    assert (new.replayed, again.replayed, again.movement) == (False, True, first.movement)
    with pytest.raises(ActConflict), transaction.atomic():
        services.redeem_many(takings=takings(purses, (0, 71, {"key": "mug"})))
    assert purses[0].balance == (30, 0, 0, 0)


def test_a_wallet_may_redeem_once_a_call(purses):
    with pytest.raises(AssertionError, match="once a call"):
        services.redeem_many(takings=takings(purses, (0, 1, {}), (0, 2, {})))


def test_a_strange_wallet_can_spend_nothing(purses):
    strange = dataclasses.replace(purses[0], account=uuid.uuid4())
    purses[1].grant(10)

    refusal, done = services.redeem_many(takings=takings([strange, purses[1]], (0, 1, {}), (1, 1, {})))

    assert refusal.extra == {"spendable": 0, "shortfall": 1}
    assert done.available == 9


def test_a_thousand_grants_are_one_statement(purses, django_assert_num_queries):
    many = grants(purses, *((n % 3, 1 + n % 7, {}) for n in range(1_000)))

    with django_assert_num_queries(1):
        outcomes = services.grant_many(grants=many)

    assert (len(outcomes), Act.objects.count()) == (1_000, 1_000)
    assert queries.verify(programme=purses[0].unit.programme) == []
