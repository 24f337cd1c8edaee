"""Two at once: writers make nobody wait and lose nothing, counts are taken in once, what is owed is handed over once."""

import datetime as dt

import pytest

from loyalty.kit.problems import Problem
from rewards.causes.models import CauseDay, CauseHandover, CauseMark
from rewards.causes.queries import standing_on
from rewards.causes.services import hand_over, take_all
from tests.accounts.at_once import at_once
from tests.accounts.factories import MemberFactory, UserFactory
from tests.rewards.causes.stage import forest, forest_club, met, noon

END = dt.date(2025, 12, 31)


@pytest.fixture
def programme(committed_db):
    return forest_club()


def test_two_writers_and_two_that_take_in_lose_nothing_and_count_nothing_twice(programme):
    members = [MemberFactory.create(programme=programme) for _two in range(2)]

    def write(member):
        for number in range(15):
            met(member, noon(2, 1 + number % 5), f"{member.pk}-{number}", 1 + number % 2)

    def take():
        for _again in range(10):
            take_all(programme=programme)

    at_once(*(lambda member=member: write(member) for member in members), take, take)

    assert standing_on(forest(programme), END).counted == 2 * (15 + 7)
    take_all(programme=programme)
    assert sum(CauseDay.objects.values_list("counted", flat=True)) == 44
    assert CauseMark.objects.count() == 30


def test_one_event_told_twice_at_once_counts_once(programme):
    member = MemberFactory.create(programme=programme)

    at_once(*(lambda: met(member, noon(2, 3), "1", 3) for _two in range(2)))

    assert standing_on(forest(programme), END).counted == 3


def test_what_is_owed_is_handed_over_by_one_of_two(programme):
    met(MemberFactory.create(programme=programme), noon(2, 3), "1", 3)
    staff = UserFactory.create()

    def hand(reference):
        return hand_over(
            cause=forest(programme),
            through_on=dt.date(2025, 2, 28),
            given=1,
            reference=reference,
            document="C",
            staff=staff,
            at=noon(3, 5),
        )

    answers = at_once(lambda: hand("A"), lambda: hand("B"))

    assert sorted(one.code if isinstance(one, Problem) else "done" for one in answers) == ["done", "nothing_to_hand_over"]
    assert CauseHandover.objects.count() == 1
