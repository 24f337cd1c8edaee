"""Two at once: the last points of an allowance, two that give to each other, one number twice, the work of the month."""

import pytest
from django.db import transaction

from accounts.programmes.queries import currency_of
from ledger.points.domain import ArrearsPolicy, Reason, Source, Taking
from ledger.points.models import PointUnit
from ledger.points.queries import verify
from ledger.points.services import lock_wallets, redeem
from loyalty.kit.problems import Problem
from rewards.recognition.models import Allowance, Recognition, RecognitionUndo
from rewards.recognition.queries import recognition_by_id
from rewards.recognition.services import Undoing, give_allowances, undo_recognition
from tests.accounts.at_once import at_once
from tests.rewards.recognition.stage import colleague_in, company, gave, held, noon


@pytest.fixture
def two(committed_db):
    programme = company()
    return colleague_in(programme, "Ada"), colleague_in(programme, "Grace")


def told(*acts):
    return sorted(answer.code if isinstance(answer, Problem) else "done" for answer in at_once(*acts))


def test_an_allowance_is_never_given_twice(two):
    ada, grace = two

    answers = told(*(lambda number=number: gave(ada, grace, 60, noon(3, 10), number) for number in ("A", "B")))

    assert answers == ["done", "may_not_recognise"]
    assert (held(ada, noon(3, 10))["allowance"], held(grace, noon(3, 10))["points"]) == (40, 60)


def test_two_who_recognise_one_another_do_not_wait_for_each_other(two):
    ada, grace = two

    for number in range(4):
        answers = told(
            lambda number=number: gave(ada, grace, 5, noon(3, 10), f"A{number}"),
            lambda number=number: gave(grace, ada, 5, noon(3, 10), f"B{number}"),
        )
        assert answers == ["done", "done"]


def test_one_number_at_once_is_one_recognition(two):
    ada, grace = two

    assert told(*(lambda: gave(ada, grace, 45, noon(3, 10)) for _two in range(2))) == ["done", "done"]
    assert (Recognition.objects.count(), held(grace, noon(3, 10))["points"]) == (1, 45)


def test_the_work_of_the_month_and_who_gives_make_one_allowance(two):
    ada, grace = two
    programme = ada.programme

    at_once(
        lambda: gave(ada, grace, 45, noon(3, 1)),
        lambda: give_allowances(programme=programme, at=noon(3, 1)),
        lambda: give_allowances(programme=programme, at=noon(3, 1)),
    )
    give_allowances(programme=programme, at=noon(3, 1))

    assert Allowance.objects.count() == 2
    assert [held(one, noon(3, 1))["allowance"] for one in two] == [55, 100]


def test_two_who_take_it_back_take_it_back_once(two):
    ada, grace = two
    row = gave(ada, grace, 45, noon(3, 10))

    def undone(reason):
        return lambda: undo_recognition(
            recognition=recognition_by_id(ada.programme, row.pk), undoing=Undoing("chat", reason), at=noon(3, 10)
        )

    assert told(undone("Mistake."), undone("Mistake.")) == ["done", "done"]
    assert told(undone("Mistake."), undone("Other.")) == ["done", "recognition_undone"]
    assert RecognitionUndo.objects.count() == 1
    assert (held(ada, noon(3, 10))["allowance"], held(grace, noon(3, 10))["points"]) == (100, 0)


def test_what_is_taken_back_is_not_spent_at_the_same_moment(two):
    """Grace buys for 45 points while they are taken from her: one of both happens, and no point is lost or doubled."""
    ada, grace = two
    row = gave(ada, grace, 45, noon(3, 10))
    unit = currency_of(ada.programme).unit_id
    PointUnit.objects.filter(pk=unit).update(arrears_policy=ArrearsPolicy.FORBID)
    taking = Taking(grace.points_account_id, unit, Source.REDEMPTION, "reward", 45, Reason.REWARD, noon(3, 10), noon(3, 10).date())

    @transaction.atomic
    def spend():
        lock_wallets(points_accounts=[grace.points_account_id])
        return redeem(taking=taking)

    answers = told(
        lambda: undo_recognition(recognition=recognition_by_id(ada.programme, row.pk), undoing=Undoing("chat", "Mistake."), at=noon(3, 10)),
        spend,
    )

    assert answers in (["done", "not_enough_points"], ["done", "recognised_points_are_spent"])
    assert held(ada, noon(3, 10))["allowance"] == (100 if RecognitionUndo.objects.exists() else 55)
    assert (held(grace, noon(3, 10))["points"], verify()) == (0, [])
