"""Two choices at the same moment."""

import datetime as dt

import pytest

from loyalty.kit.problems import Problem
from rewards.chosen_days.models import DayChoice
from rewards.chosen_days.services import ChoiceRecord, choose_day
from rewards.setups.domain import SetupKind
from tests.accounts.at_once import at_once
from tests.accounts.factories import MemberFactory
from tests.rewards.chosen_days.stage import choosing_club, noon
from tests.rewards.setups.stage import set_up

pytestmark = pytest.mark.usefixtures("committed_db")


def choose_at_once(member, *days):
    """Choose all of them on 15 January; return which stand, and the codes of the refusals."""
    answers = at_once(*[lambda day=day: choose_day(member=member, code="double", day=day, at=noon(1, 15)) for day in days])
    stand = [one.choice.day for one in answers if isinstance(one, ChoiceRecord)]
    return stand, [one.code for one in answers if isinstance(one, Problem)]


def test_of_two_choices_for_one_period_at_the_same_moment_one_stands():
    member = MemberFactory.create(programme=choosing_club())

    stand, refusals = choose_at_once(member, *[dt.date(2026, 1, day) for day in (20, 21, 22, 23)])

    assert refusals == ["day_chosen_before"] * 3
    assert list(DayChoice.objects.values_list("day", flat=True)) == stand


def test_the_same_choice_twice_at_the_same_moment_is_one_row():
    member = MemberFactory.create(programme=choosing_club())

    stand, refusals = choose_at_once(member, *[dt.date(2026, 1, 20)] * 4)

    assert (len(stand), refusals, DayChoice.objects.count()) == (4, [], 1)


def test_choices_of_the_next_period_at_the_same_moment_are_numbered_and_the_last_one_counts():
    member = MemberFactory.create(programme=choosing_club("week"))
    set_up(member.programme, SetupKind.CHOSEN_DAY, "double", {"every": "month"}, valid_from=dt.date(2026, 1, 15))

    stand, refusals = choose_at_once(member, *[dt.date(2026, 2, day) for day in (3, 4, 5)])

    rows = list(DayChoice.objects.order_by("number").values_list("number", "first_on", "through_on"))
    assert (len(stand), refusals) == (3, [])
    assert rows == [(number, dt.date(2026, 2, 1), dt.date(2026, 2, 28)) for number in (1, 2, 3)]
