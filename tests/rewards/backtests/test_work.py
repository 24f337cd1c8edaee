"""Back-tests are worked out part by part, repeat exactly, and touch nothing but their own tables."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.programmes.queries import currency_of
from ledger.valuation.services import approve_estimate, draft_estimate
from loyalty.kit.days import DaysAhead, DaysOutOfOrder, TooManyDays
from rewards.backtests import services
from rewards.backtests.models import BackTest, BackTestPart
from rewards.backtests.services import (
    BackTestDecided,
    NothingToTry,
    request_repetition,
    stop_back_test,
    work,
    work_on_all,
    work_on_part,
)
from rewards.earning.queries import forget_rules
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.rewards.backtests.stage import LATER, ask, draft_of, earned, run
from tests.rewards.campaigns.stage import buy
from tests.rewards.recalculations.stage import BASE, open_with_rules

pytestmark = pytest.mark.django_db
DOUBLE = {"kind": "per_step", "points": 2, "step_minor": 100}


@pytest.fixture
def programme():
    programme = open_with_rules(base=BASE)
    for number in range(3):
        buy(MemberFactory.create(programme=programme), 1_000 * (number + 1), receipt=f"R{number}")
    return programme


def test_it_says_what_a_draft_would_have_given_and_cost(programme):
    row = run(programme, drafts=[draft_of(programme, "base", DOUBLE)])

    assert (earned(row, "live"), earned(row, "draft")) == (60, 120)
    assert row.cost_minor == 60 and row.members == row.members_done == 3
    assert row.figures["members"] == {"more": 3}
    assert row.figures["rules"]["draft"] == {"base": {"points": {"units": 120, "purchases": 3}}}
    assert [of[0] for of in row.figures["extremes"]["winners"]] == [30, 20, 10]


def test_a_rule_may_be_left_out(programme):
    row = run(programme, dropped=list(programme.earning_rules.all()))

    assert (earned(row, "live"), earned(row, "draft")) == (60, 0)
    assert row.cost_minor == -60 and row.figures["members"] == {"less": 3}


def test_days_outside_are_not_counted(programme):
    row = run(programme, first_on=AT.date() + dt.timedelta(days=1))

    assert "months" not in row.figures and row.cost_minor == 0


def test_a_repetition_has_the_same_hashes_whatever_came_since(programme):
    first = run(programme, drafts=[draft_of(programme, "base", DOUBLE)])
    buy(MemberFactory.create(programme=programme, at=LATER), 9_900, receipt="late", at=LATER + dt.timedelta(minutes=1))

    again = request_repetition(of=first, author=UserFactory.create(), at=LATER + dt.timedelta(days=1))
    work_on_all(at=LATER, seconds=60)

    again.refresh_from_db()
    assert again.repeats == first
    assert (again.inputs_hash, again.figures_hash) == (first.inputs_hash, first.figures_hash)


def test_an_estimate_that_is_approved_later_changes_no_repetition(programme):
    first = run(programme, drafts=[draft_of(programme, "base", DOUBLE)])
    people = [UserFactory.create().pk for _one in range(2)]
    draft = draft_estimate(unit=currency_of(programme).unit, percentage=40, valid_from=AT.date(), preparer=people[0], at=LATER)
    approve_estimate(estimate=draft, approver=people[1], at=LATER)
    forget_rules(programme.pk)

    again = request_repetition(of=first, author=UserFactory.create(), at=LATER)
    now = ask(programme, drafts=list(first.drafts.all()))
    work_on_all(at=LATER, seconds=60)

    again.refresh_from_db()
    now.refresh_from_db()
    assert (again.figures_hash, again.cost_minor) == (first.figures_hash, 60)
    assert now.cost_minor == 24


def test_it_goes_on_where_it_was_killed(programme, monkeypatch):
    monkeypatch.setattr(work, "PART_MEMBERS", 1)
    row = ask(programme, drafts=[draft_of(programme, "base", DOUBLE)])
    services.work.plan(row.pk)
    assert work_on_part(row.pk, at=LATER)

    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(work, "_figures", killed)
        with pytest.raises(KeyboardInterrupt):
            work_on_part(row.pk, at=LATER)
    work_on_all(at=LATER, seconds=60)

    row.refresh_from_db()
    assert row.state == BackTest.State.DONE and row.members_done == 3
    assert (earned(row, "live"), earned(row, "draft")) == (60, 120)


def test_a_part_that_always_fails_ends_the_back_test(programme, monkeypatch):
    row = ask(programme)
    services.work.plan(row.pk)

    def broken(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(work, "_figures", broken)
    for _attempt in range(work.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            work_on_part(row.pk, at=LATER)
    assert not work_on_part(row.pk, at=LATER)

    row.refresh_from_db()
    assert row.state == BackTest.State.FAILED and row.fault


def test_only_its_own_tables_are_written(programme):
    row = ask(programme, drafts=[draft_of(programme, "base", DOUBLE)])

    with CaptureQueriesContext(
        connection,
    ) as captured:
        work_on_all(at=LATER, seconds=60)

    writes = [
        query["sql"]
        for query in captured
        if query["sql"].lstrip().split()[0] in ("INSERT", "UPDATE", "DELETE") or "FOR UPDATE" in query["sql"]
    ]
    assert writes and all("rewards_backtest" in sql for sql in writes)
    row.refresh_from_db()
    assert row.state == BackTest.State.DONE


def test_a_stopped_one_is_not_worked_on(programme):
    row = ask(programme)

    stop_back_test(back_test=row)
    work_on_all(at=LATER, seconds=60)

    row.refresh_from_db()
    assert row.state == BackTest.State.STOPPED and not BackTestPart.objects.filter(done_at__isnull=False).exists()
    with pytest.raises(BackTestDecided):
        stop_back_test(back_test=row)


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        ({"first_on": LATER.date(), "last_on": AT.date()}, DaysOutOfOrder),
        ({"last_on": LATER.date() + dt.timedelta(days=2)}, DaysAhead),
        ({"first_on": LATER.date().replace(year=LATER.year - 11)}, TooManyDays),
    ],
)
def test_days_are_past_and_in_order(programme, days, problem):
    with pytest.raises(problem):
        ask(programme, **days)

    assert not BackTest.objects.exists()


def test_two_drafts_of_one_rule_are_refused(programme):
    drafts = [draft_of(programme, "base", DOUBLE), draft_of(programme, "base", BASE)]

    with pytest.raises(NothingToTry):
        ask(programme, drafts=drafts)

    assert not BackTest.objects.exists()
