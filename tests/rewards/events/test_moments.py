import datetime as dt

import pytest

from accounts.members.services import change_member_status
from rewards.events.domain import latest_return, month_days_between
from rewards.events.models import Event
from rewards.events.services import note_moments
from rewards.events.tasks import note_moments as note_all
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import rule_for, set_up

LONG_AGO = dt.datetime(2025, 1, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def programme(db):
    return ProgrammeFactory.create()


def on(day, hour=10):
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def born(programme, day, **facts):
    return MemberFactory.create(programme=programme, birth_date=day, at=LONG_AGO, **facts)


@pytest.mark.parametrize(
    ("birth_date", "today", "units"),
    [
        (dt.date(1990, 1, 15), dt.date(2026, 1, 15), 100),
        (dt.date(1990, 1, 8), dt.date(2026, 1, 15), 100),
        (dt.date(1990, 1, 7), dt.date(2026, 1, 15), 0),
        (dt.date(1990, 1, 16), dt.date(2026, 1, 15), 0),
        (dt.date(1990, 12, 30), dt.date(2026, 1, 3), 100),
        (dt.date(1992, 2, 29), dt.date(2026, 2, 28), 100),
        (dt.date(1992, 2, 29), dt.date(2026, 2, 27), 0),
        (dt.date(1992, 2, 29), dt.date(2028, 2, 28), 0),
        (dt.date(1992, 2, 29), dt.date(2028, 2, 29), 100),
    ],
)
def test_a_birthday_is_noticed_within_its_window(programme, birth_date, today, units):
    rule_for(programme, "cake", trigger="birthday", kind="fixed", points=100)
    member = born(programme, birth_date)

    note_moments(programme=programme, at=on(today))

    assert wallet(member, today)[0] == units


def test_a_birthday_comes_once_a_year_however_often_it_is_looked_for(programme):
    rule_for(programme, "cake", trigger="birthday", kind="fixed", points=100)
    member = born(programme, dt.date(1990, 1, 15))

    counts = [
        note_moments(programme=programme, at=on(dt.date(2026, 1, 15) + dt.timedelta(days=days)))["birthday"] for days in (0, 0, 3, 365)
    ]

    assert counts == [1, 0, 0, 1]
    assert Event.objects.filter(member=member).count() == 2


def test_a_birthday_told_anew_is_no_second_one_of_the_year(programme):
    rule_for(programme, "cake", trigger="birthday", kind="fixed", points=100)
    member = born(programme, dt.date(1990, 1, 15))
    note_moments(programme=programme, at=AT)

    type(member).objects.filter(pk=member.pk).update(birth_date=dt.date(1990, 3, 1))
    note_moments(programme=programme, at=on(dt.date(2026, 3, 1)))

    assert wallet(member)[0] == 100


def test_who_joins_within_the_window_still_has_the_birthday(programme):
    rule_for(programme, "cake", trigger="birthday", kind="fixed", points=100)
    set_up(programme, SetupKind.MOMENTS, "moments", {"birthday_window_days": 3})
    early, late = (MemberFactory.create(programme=programme, birth_date=dt.date(1990, 1, day)) for day in (12, 11))

    note_moments(programme=programme, at=AT)

    assert (wallet(early)[0], wallet(late)[0]) == (100, 0)


def test_anniversaries_bring_their_years(programme):
    rule_for(
        programme, "years", trigger="anniversary", kind="per_step", points=50, step_minor=100, of={"field": "event.years", "kind": "number"}
    )
    member = MemberFactory.create(programme=programme, at=LONG_AGO)

    counts = [
        note_moments(programme=programme, at=on(day))["anniversary"]
        for day in (LONG_AGO.date(), dt.date(2026, 1, 20), dt.date(2027, 1, 22))
    ]

    assert counts == [0, 1, 1]
    assert list(Event.objects.order_by("pk").values_list("payload", "units")) == [({"years": 1}, 50), ({"years": 2}, 100)]
    assert Event.objects.filter(member=member).count() == 2


def test_who_joined_lately_is_welcomed_once(programme):
    rule_for(programme, "welcome", trigger="enrolment", kind="fixed", points=25)
    new, old = MemberFactory.create(programme=programme), MemberFactory.create(programme=programme, at=LONG_AGO)

    counts = [note_moments(programme=programme, at=AT)["enrolment"] for _turn in range(2)]

    assert (counts, wallet(new)[0], wallet(old)[0]) == ([1, 0], 25, 0)


def test_a_whole_profile_earns_once_when_it_is_whole(programme):
    set_up(programme, SetupKind.MOMENTS, "moments", {"profile_fields": ["given_name", "birth_date", "attributes.size"]})
    rule_for(programme, "profile", trigger="profile_completed", kind="fixed", points=30)
    member = born(programme, dt.date(1990, 6, 1))

    first = note_moments(programme=programme, at=AT)
    type(member).objects.filter(pk=member.pk).update(attributes={"size": "M"})
    later = [note_moments(programme=programme, at=AT)["profile_completed"] for _turn in range(2)]

    assert (first["profile_completed"], later, wallet(member)[0]) == (0, [1, 0], 30)


def test_nobody_is_looked_at_where_no_rule_asks(programme, django_assert_max_num_queries):
    born(programme, dt.date(1990, 1, 15))
    note_moments(programme=programme, at=AT)

    with django_assert_max_num_queries(0):
        assert note_moments(programme=programme, at=AT) == {}


def test_the_frozen_have_no_birthday_and_other_programmes_their_own(programme, monkeypatch):
    rule_for(programme, "cake", trigger="birthday", kind="fixed", points=100)
    frozen = born(programme, dt.date(1990, 1, 15))
    change_member_status(member=frozen, status="frozen", at=AT)
    elsewhere = born(ProgrammeFactory.create(), dt.date(1990, 1, 15))
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT)

    assert note_all() == 0
    assert (wallet(frozen)[0], wallet(elsewhere)[0]) == (0, 0)


def test_a_moment_fills_a_card(programme):
    steps = [{"target": 1, "trigger": "birthday"}]
    set_up(programme, SetupKind.QUEST, "party", {"kind": "challenge", "steps": steps, "reward": {"points": 7}})
    member = born(programme, dt.date(1990, 1, 15))

    note_moments(programme=programme, at=AT)

    assert wallet(member)[0] == 7


def test_days_of_a_window():
    assert month_days_between(dt.date(2025, 12, 30), dt.date(2026, 1, 1)) == {(12, 30), (12, 31), (1, 1)}
    assert month_days_between(dt.date(2026, 2, 28), dt.date(2026, 2, 28)) == {(2, 28), (2, 29)}
    assert month_days_between(dt.date(2028, 2, 28), dt.date(2028, 2, 28)) == {(2, 28)}
    assert latest_return(dt.date(1992, 2, 29), dt.date(2026, 3, 1)) == dt.date(2026, 2, 28)
