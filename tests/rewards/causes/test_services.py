"""Every event counts once, what is undone is subtracted, and what is owed is handed over once."""

import datetime as dt
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from loyalty.kit.problems import Problem
from rewards.causes.models import CauseDay, CauseHandover, CauseMark, CauseUntaken
from rewards.causes.queries import counted_by_marks, counted_of_member, months, owed_on, standing_on
from rewards.causes.services import hand_over, take_all, take_counts
from rewards.events.services import undo_event
from rewards.setups.domain import SetupKind
from rewards.setups.services import approve_setup, draft_setup
from tests.accounts.factories import MemberFactory, UserFactory
from tests.rewards.causes.stage import FOREST, forest, forest_club, met, noon
from tests.rewards.setups.stage import set_up

pytestmark = pytest.mark.django_db
END = dt.date(2025, 12, 31)


@pytest.fixture
def programme():
    return forest_club()


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme)


def stands(programme, day=END):
    found = standing_on(forest(programme), day)
    return (found.counted, found.given, found.rest)


def handed(programme, staff, *, through=dt.date(2025, 2, 28), given=1, reference="INV-1", document="CERT-1", at=None):
    return hand_over(
        cause=forest(programme), through_on=through, given=given, reference=reference, document=document, staff=staff, at=at or noon(3, 5)
    )


def test_members_count_together_and_each_for_themselves(programme, member):
    other = MemberFactory.create(programme=programme)
    met(member, noon(2, 3), "1")
    met(other, noon(2, 3), "2", 4)

    assert stands(programme) == (5, 1, 2)
    assert [counted_of_member(one, forest(programme)) for one in (member, other)] == [1, 4]


def test_a_million_and_one_meetings_make_333_333_trees_and_two_are_carried(programme, member):
    met(member, noon(2, 3), "1", 1_000_000)
    met(member, noon(2, 4), "2")

    assert stands(programme) == (1_000_001, 333_333, 2)


def test_a_million_and_one_single_meetings_are_taken_into_their_days_exactly(programme, member):
    """The counts as rows, as a month of a large service leaves them: one for each meeting, of twenty-eight days."""
    cause = forest(programme).setup.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rewards_causeuntaken (cause_id, business_on, counted)"
            " SELECT %s, date '2025-02-01' + (n %% 28), 1 FROM generate_series(0, 1000000) n",
            [cause],
        )
    before = stands(programme)
    assert take_counts(cause=cause, most=400_000) == 400_000
    between = stands(programme)
    take_counts(cause=cause, most=700_000)

    assert before == between == stands(programme) == (1_000_001, 333_333, 2)
    assert (CauseUntaken.objects.count(), CauseDay.objects.count()) == (0, 28)


def test_the_same_event_counts_once(programme, member):
    for _again in range(2):
        met(member, noon(2, 3), "1", 3)

    assert stands(programme) == (3, 1, 0)


def test_what_is_undone_is_subtracted_once_on_the_day_of_the_undo(programme, member):
    event = met(member, noon(2, 3), "1", 4)
    take_all(programme=programme)
    for _again in range(2):
        undo_event(event=event, reason="mistake", at=noon(3, 1))

    assert (stands(programme, dt.date(2025, 2, 28)), stands(programme)) == ((4, 1, 1), (0, 0, 0))
    assert [(row.given, row.owed_minor) for row in months(forest(programme), dt.date(2025, 3, 31))] == [(1, 250), (-1, -250)]
    assert counted_of_member(member, forest(programme)) == 0


def test_events_before_the_first_day_after_the_last_or_of_another_type_do_not_count(programme, member):
    met(member, noon(1, 31), "1")
    set_up(programme, SetupKind.EVENT_TYPE, "call", {"schema": {"properties": {}}})

    assert (stands(programme), CauseMark.objects.count()) == ((0, 0, 0), 0)


def test_taking_in_changes_no_figure_and_a_second_time_takes_nothing(programme, member):
    met(member, noon(2, 3), "1", 5)
    before = stands(programme)

    assert (take_all(programme=programme), take_all(programme=programme)) == (1, 0)
    assert (stands(programme), CauseUntaken.objects.count()) == (before, 0)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(some.integers(1, 9), some.sampled_from(["keep", "undo", "take"])), max_size=8))
def test_sums_of_days_and_marks_agree(programme, member, acts):
    with transaction.atomic():
        counted = 0
        for place, (meetings, what) in enumerate(acts):
            event = met(member, noon(2, 3 + place), f"H{place}", meetings)
            counted += meetings
            if what == "undo":
                undo_event(event=event, reason="mistake", at=noon(4, 1))
                counted -= meetings
            elif what == "take":
                take_all(programme=programme)

        assert stands(programme)[0] == counted_by_marks(forest(programme), END) == counted
        transaction.set_rollback(True)


def test_counts_and_hand_overs_are_only_added(programme, member):
    met(member, noon(2, 3), "1", 3)
    handed(programme, UserFactory.create())

    for model in (CauseMark, CauseHandover):
        for act in (lambda rows: rows.update(id=None), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act(model.objects.all())


def test_what_is_owed_is_handed_over_once(programme, member):
    staff = UserFactory.create()
    met(member, noon(2, 3), "1", 7)

    row = handed(programme, staff, given=2)
    again = handed(programme, staff, given=2)

    assert (row.given, row.amount_minor, row.number, again.pk) == (2, 500, 1, row.pk)
    owed = owed_on(forest(programme), END)
    assert (owed.handed, owed.open_units, owed.open_minor) == (2, 0, 0)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"given": 3}, "owed_has_changed"),
        ({"through": dt.date(2025, 3, 31)}, "month_not_over"),
        ({"through": dt.date(2025, 1, 31)}, "nothing_to_hand_over"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_and_nothing_is_written(programme, member, more, code):
    met(member, noon(2, 3), "1", 6)

    with pytest.raises(Problem) as refused:
        handed(programme, UserFactory.create(), **({"given": 2} | more))

    assert (refused.value.code, CauseHandover.objects.count()) == (code, 0)
    assert refused.value.detail.endswith(".")


def test_a_reference_names_one_hand_over(programme, member):
    staff = UserFactory.create()
    met(member, noon(2, 3), "1", 3)
    met(member, noon(3, 3), "2", 3)
    handed(programme, staff)

    with pytest.raises(Problem) as refused:
        handed(programme, staff, through=dt.date(2025, 3, 31), at=noon(4, 2))

    assert refused.value.code == "reference_conflict"
    assert handed(programme, staff, through=dt.date(2025, 3, 31), reference="INV-2", at=noon(4, 2)).number == 2


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"every": 2}, "/event"),
        ({"cost_minor": 300}, "/event"),
        ({"pledge": 999_999}, "/pledge"),
        ({"event": "webinar"}, "/event"),
        ({"of": "minutes"}, "/of"),
    ],
)
def test_a_cause_keeps_what_it_promised(programme, more, pointer):
    with pytest.raises(Problem) as refused:
        drafted(programme, **more)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_pledge_grows_from_its_day_on(member, programme):
    version = drafted(programme, pledge=2_000_000)
    met(member, noon(2, 3), "1", 3)
    with suppress(Problem):
        approve_setup(version=version, approver=UserFactory.create(), at=noon(2, 5))

    assert [standing_on(forest(programme), day).pledge for day in (dt.date(2025, 2, 28), dt.date(2025, 3, 1))] == [1_000_000, 2_000_000]


def drafted(programme, **more):
    return draft_setup(
        programme=programme,
        kind=SetupKind.CAUSE,
        code="forest",
        name="Forest",
        definition=FOREST | more,
        valid_from=dt.date(2025, 3, 1),
        author=UserFactory.create(),
    )
