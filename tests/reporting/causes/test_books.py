"""What is owed to causes in the books: by months, once, with what is undone; months that are closed."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from ledger.books.domain import Profile
from reporting.causes.models import CausePosting
from reporting.causes.queries import new_of, owed_by_marks, posted
from reporting.causes.services import post_causes
from reporting.close.domain import CheckCode
from reporting.close.queries import open_exceptions
from rewards.causes.models import CauseDay
from rewards.causes.services import take_all
from rewards.events.services import undo_event
from tests.reporting.gift_cards.stage import CardShop, lines_of
from tests.rewards.causes.stage import forest_in, met, noon

pytestmark = pytest.mark.django_db


class CauseShop(CardShop):
    def __init__(self, profile: Profile = Profile.FULL) -> None:
        super().__init__(profile)
        forest_in(self.programme)

    def post(self, month: int, day: int):
        return post_causes(book=self.book, through_on=dt.date(2025, month, day), at=noon(month, day))


@pytest.fixture
def stage():
    return CauseShop()


@pytest.fixture
def member(stage):
    return stage.shop.member("Ada", "ada@example.org")


@pytest.mark.parametrize("profile", Profile)
def test_what_a_month_counts_is_an_expense_that_is_owed_to_the_cause(profile):
    stage = CauseShop(profile)
    stage.close(1)
    met(stage.shop.member("Ada", "ada@example.org"), noon(2, 3), "1", 910)

    stage.post(2, 28)

    assert lines_of("cause_accrual") == [("2025-02-28", [("6020", 75_750), ("2020", -75_750)])]
    assert stage.balances() == {"6020": 75_750, "2020": -75_750}
    assert (stage.post(2, 28), new_of(stage.book, dt.date(2025, 2, 28))) == ([], {})


def test_a_closed_month_stays_and_what_is_undone_or_late_comes_into_the_open_one(stage, member):
    stage.close(1)
    event = met(member, noon(2, 3), "1", 4)
    run = stage.prepare(2)
    assert not [check for check in open_exceptions(run) if check.code == CheckCode.CAUSES_TIE]
    stage.close(2)

    undo_event(event=event, reason="mistake", at=noon(3, 2))
    met(member, noon(2, 20), "2", 9, told_at=noon(3, 3))
    stage.post(3, 31)

    assert [lines for _day, lines in lines_of("cause_accrual")] == [
        [("6020", 250), ("2020", -250)],
        [("6020", 750), ("2020", -750)],
        [("6020", -250), ("2020", 250)],
    ]
    assert posted(stage.book) == owed_by_marks(stage.book, dt.date(2025, 3, 31)) == 750
    late = [check for check in open_exceptions(stage.prepare(3)) if check.code == CheckCode.NO_LATE_EVENTS]
    assert [check.figures for check in late] == [{"months": 1, "moved_minor": 750}]


def test_a_close_finds_sums_that_are_not_those_of_the_events(stage, member):
    stage.close(1)
    met(member, noon(2, 3), "1", 3)
    take_all(programme=stage.programme)
    CauseDay.objects.update(counted=6)

    [check] = [check for check in open_exceptions(stage.prepare(2)) if check.code == CheckCode.CAUSES_TIE]

    assert check.figures == {"posted_minor": 500, "by_events_minor": 250}


def test_postings_are_only_added(stage, member):
    stage.close(1)
    met(member, noon(2, 3), "1", 3)
    stage.post(2, 28)

    with pytest.raises(DatabaseError), transaction.atomic():
        CausePosting.objects.update(amount_minor=1)
