"""Two at once: the last points of an allowance, two that give to each other, one number twice, the work of the month."""

import pytest

from loyalty.kit.problems import Problem
from rewards.recognition.models import Allowance, Recognition
from rewards.recognition.services import give_allowances
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
