import datetime as dt
import threading
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ledger.books.domain import EventType, PeriodState, Profile
from ledger.books.models import Journal, Period
from ledger.books.queries import current_period, trial_balance
from ledger.books.services import PeriodCannotReopen
from ledger.points.domain import Reason
from ledger.valuation.models import PoolStatement
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import Malformed
from reporting.close import queries, services
from reporting.close.domain import CheckCode
from reporting.close.models import CloseHand, CloseRun
from tests.books.stage import APPROVER, PREPARER, Stage
from tests.reporting.closing import AT, january

RATE = Decimal("0.95")


@pytest.fixture
def stage(db):
    return shop()


def shop(**options):
    stage = Stage(["P1", "P2"], **options)
    stage.estimate("P1", 95, 100)
    stage.grant(stage.day("P1", 5), 10_000, sale=stage.sale(10_000_000, 10_000_000, RATE), expires_on=stage.day("P2", 20))
    stage.redeem(stage.day("P1"), 4_500)
    return stage


def after(stage, label="P1"):
    return stage.noon(stage.last(label) + dt.timedelta(days=1))


def prepare(stage, label="P1"):
    return services.prepare_close(book=stage.book, period=stage.period(label), preparer=PREPARER, at=after(stage, label))


def approve(stage, run, approver=APPROVER):
    return services.approve_close(run=run, approver=approver, at=after(stage))


def picture(stage):
    """Everything that a refusal must leave as it is."""
    return (
        Journal.objects.count(),
        PoolStatement.objects.count(),
        list(Period.objects.filter(book=stage.book).order_by("pk").values_list("state", flat=True)),
        list(CloseRun.objects.values_list("state", "approver")),
        [(row.code, row.balance_minor) for row in trial_balance(stage.book)],
    )


def test_a_clean_month_is_prepared_and_approved(stage):
    run = prepare(stage)

    assert (run.state, run.step, list(queries.open_exceptions(run))) == ("prepared", "done", [])
    assert [check.code for check in queries.checklist(run)] == [code.value for code in CheckCode]
    assert stage.period("P1").state == PeriodState.SOFT_CLOSED

    approve(stage, run)

    first, second = stage.period("P1"), current_period(stage.book)
    assert (first.state, first.closed_by, first.known_at) == (PeriodState.CLOSED, APPROVER, run.known_at)
    assert (second.starts_on, second.state) == (stage.first("P2"), PeriodState.OPEN)
    assert stage.statement("P1").liability_minor == 456_621


def test_approving_again_changes_nothing(stage):
    run = approve(stage, prepare(stage))
    before = picture(stage)

    assert approve(stage, run).approved_at == run.approved_at
    assert picture(stage) == before


def test_a_close_expires_what_is_due_and_posts_it_as_its_own_journal(stage):
    approve(stage, prepare(stage))

    run = prepare(stage, "P2")
    services.approve_close(run=run, approver=APPROVER, at=after(stage, "P2"))

    (journal,) = queries.close_journals(run)
    assert (journal.event_type, journal.total_minor) == (EventType.EXPIRY, 456_621)
    statement = stage.statement("P2")
    assert (statement.expired, statement.liability_minor, statement.catch_up_minor) == (5_500, 0, 456_621)


@pytest.mark.parametrize(
    ("attempt", "problem"),
    [
        (lambda stage, run: approve(stage, run, PREPARER), services.CloseApproverIsPreparer),
        (lambda _, run: services.send_back(run=run, approver=PREPARER, note="no"), services.CloseApproverIsPreparer),
        (lambda _, run: services.send_back(run=run, approver=APPROVER, note=" "), Malformed),
        (lambda stage, _: prepare(stage, "P2"), Period.DoesNotExist),
        (
            lambda stage, _: services.prepare_close(
                book=stage.book, period=stage.period("P1"), preparer=PREPARER, at=stage.noon(stage.last("P1"))
            ),
            services.PeriodNotOver,
        ),
    ],
    ids=["own close", "send back own", "send back without note", "a period that is not there", "a month that still runs"],
)
def test_a_refusal_changes_nothing(stage, attempt, problem):
    run = prepare(stage)
    before = picture(stage)

    with pytest.raises(problem):
        attempt(stage, run)

    assert picture(stage) == before


def test_exceptions_must_be_accepted_with_a_note(db):
    stage = shop(profile=Profile.OVERLAY)
    stage.redeem(stage.day("P1"), 100, Reason.TENDER, face_minor=10_000)
    run = prepare(stage)
    (check,) = queries.open_exceptions(run)
    assert (check.code, check.figures) == (CheckCode.CLEARING_IS_ZERO, {"balance_minor": -10_000})
    before = picture(stage)

    with pytest.raises(services.ExceptionsOpen) as refusal:
        approve(stage, run)
    with pytest.raises(Malformed):
        services.acknowledge(check=check, actor=PREPARER, note="", at=after(stage))
    assert refusal.value.extra == {"open_exceptions": 1}
    assert picture(stage) == before

    services.acknowledge(check=check, actor=PREPARER, note="The tills report the same.", at=after(stage))
    assert queries.open_exceptions(prepare(stage)).count() == 0
    assert approve(stage, run).state == "approved"


def test_what_no_column_can_hold_is_no_part_of_a_note(db):
    stage = shop(profile=Profile.OVERLAY)
    stage.redeem(stage.day("P1"), 100, Reason.TENDER, face_minor=10_000)
    (check,) = queries.open_exceptions(run := prepare(stage))

    with pytest.raises(Malformed):
        services.acknowledge(check=check, actor=PREPARER, note="\x00 ", at=after(stage))
    assert services.acknowledge(check=check, actor=PREPARER, note="The same\x00.", at=after(stage)).note == "The same."
    assert services.send_back(run=run, approver=APPROVER, note="Look\x00 again.").note == "Look again."


def test_a_note_falls_when_the_figures_change(db):
    stage = shop(profile=Profile.OVERLAY)
    stage.redeem(stage.day("P1"), 100, Reason.TENDER, face_minor=10_000)
    (check,) = queries.open_exceptions(prepare(stage))
    services.acknowledge(check=check, actor=PREPARER, note="The tills report the same.", at=after(stage))
    stage.redeem(stage.day("P1"), 10, Reason.TENDER, face_minor=1_000)

    run = prepare(stage)

    assert queries.open_exceptions(run).get().figures == {"balance_minor": -11_000}


def test_an_estimate_that_changed_meanwhile_needs_a_new_preparation(stage):
    run = prepare(stage)
    stage.estimate("P1", 97, 100)
    before = picture(stage)

    with pytest.raises(services.FiguresMoved):
        approve(stage, run)
    assert picture(stage) == before

    assert approve(stage, prepare(stage)).state == "approved"
    assert stage.statement("P1").percentage == 97


def test_what_arrives_after_the_preparation_waits_for_the_next_month(stage):
    run = prepare(stage)
    stage.redeem(stage.day("P1", 25), 100)

    approve(stage, run)
    second = prepare(stage, "P2")

    assert stage.statement("P1").redeemed == 4_500
    late = second.checks.get(code=CheckCode.NO_LATE_EVENTS)
    assert (late.passed, late.figures["days"], late.figures["redeemed"]) == (False, 1, 100)


def test_a_close_that_was_sent_back_is_open_again(stage):
    run = services.send_back(run=prepare(stage), approver=APPROVER, note="Look at the tender.")

    assert (run.state, run.note, stage.period("P1").state) == ("sent_back", "Look at the tender.", PeriodState.OPEN)
    with pytest.raises(services.CloseNotPrepared):
        approve(stage, run)
    assert approve(stage, prepare(stage)).state == "approved"


def test_a_crash_is_taken_up_where_it_stopped(stage, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(services, "run_valuation", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            prepare(stage)
    CloseRun.objects.create(period=stage.period("P1"), preparer=PREPARER, step="value")

    run = prepare(stage)

    assert run.state == "prepared"
    assert approve(stage, run).state == "approved"


def test_a_closed_month_does_not_reopen(stage):
    run = approve(stage, prepare(stage))

    with pytest.raises(PeriodCannotReopen):
        services.reopen(run=run)
    assert stage.period("P1").is_closed


def test_pools_that_need_a_look_are_named(db):
    stage = shop()
    stage.redeem(stage.day("P1", 12), 5_200)
    stage.grant(stage.day("P1", 13), 100, sale=stage.sale(10_000, 10_000, RATE), portfolio=2)
    stage.book.min_pool_size = 3
    stage.book.save()
    small = {check.code for check in queries.open_exceptions(prepare(stage))}
    stage.book.min_pool_size = 0
    stage.book.save()

    beyond = {(check.code, check.subject) for check in queries.open_exceptions(prepare(stage))}

    pool = f"2026-01/{stage.unit.pk}/1/1"
    assert small == {CheckCode.POOLS_LARGE_ENOUGH}
    assert beyond == {(CheckCode.NOT_BEYOND_EXPECTED, pool), (CheckCode.NO_UNVALUED_POINTS, pool)}


def test_a_pool_without_an_estimate_and_a_debt_are_named(db):
    stage = Stage(["P1"])
    grant = stage.grant(stage.day("P1", 5), 10, sale=stage.sale(1_000, 1_000, RATE))
    stage.grant(stage.day("P1", 5), 10, sale=stage.sale(1_000, 1_000, RATE), wallet=stage.open_wallet())
    stage.redeem(stage.day("P1", 6), 10)
    stage.take_back(stage.day("P1", 7), grant, 10, 1_000)

    found = {(check.code, tuple(check.figures)[:1]) for check in queries.open_exceptions(prepare(stage))}

    assert found == {(CheckCode.ESTIMATES_APPROVED, ("issued",)), (CheckCode.NO_ARREARS, ("points",))}


@pytest.mark.parametrize("planted", ["books", "units"])
def test_a_ledger_at_odds_with_itself_is_found(stage, planted):
    stage.value("P1")
    with connection.cursor() as cursor:
        if planted == "units":
            cursor.execute("UPDATE ledger_balance SET available = available + 1")
        else:
            stage.post("P1", EventType.MANUAL, [("2100", 5), ("4010", -5)])

    found = {check.code for check in queries.open_exceptions(prepare(stage))}

    assert found == {CheckCode.UNITS_TIE if planted == "units" else CheckCode.BOOKS_TIE}


def test_the_database_refuses_an_approver_who_prepared(stage):
    run = prepare(stage)

    with pytest.raises(IntegrityError, match="close_approved_by_somebody_else"), transaction.atomic():
        CloseRun.objects.filter(pk=run.pk).update(approver=PREPARER)


def test_the_list_of_periods_says_how_far_each_is(stage):
    run = approve(stage, prepare(stage))

    rows = queries.overview(stage.book)

    assert [(str(row.period), row.run and row.run.state, row.open_exceptions) for row in rows] == [
        ("2026-02", None, 0),
        ("2026-01", run.state, 0),
    ]


@pytest.mark.usefixtures("committed_db")
def test_two_approvers_at_once_close_once():
    stage = shop()
    run = prepare(stage)
    outcomes = []

    def press(approver):
        try:
            outcomes.append(services.approve_close(run=run, approver=approver, at=after(stage)).approver)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(approver,)) for approver in (UUID(int=7), UUID(int=8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 2
    assert len(set(outcomes)) == 1
    assert Period.objects.filter(book=stage.book).count() == 2


@pytest.mark.usefixtures("committed_db")
def test_two_preparers_at_once_are_told_apart(monkeypatch):
    stage = shop()
    inside, go_on, refusals = threading.Event(), threading.Event(), []

    def slow(**arguments):
        inside.set()
        go_on.wait(20)
        return original(**arguments)

    original = services.run_valuation
    monkeypatch.setattr(services, "run_valuation", slow)

    def first():
        try:
            prepare(stage)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(20)
    try:
        prepare(stage)
    except services.CloseRunning as problem:
        refusals.append(problem.code)
    seen = CloseRun.objects.get()
    go_on.set()
    thread.join()

    assert refusals == ["close_running"]
    assert (seen.state, seen.step) == ("preparing", "value")
    assert CloseRun.objects.get().state == "prepared"


def test_who_accepted_an_exception_cannot_judge_even_when_the_checks_are_made_anew(db):
    month = january()
    run = month.prepare()
    for check in queries.open_exceptions(run):
        services.acknowledge(check=check, actor=month.approver.pk, note="Looked at.", at=AT)
    run.checks.all().delete()
    month.prepare_and_accept()

    for judge in (
        lambda: services.approve_close(run=run, approver=month.approver.pk, at=AT),
        lambda: services.send_back(run=run, approver=month.approver.pk, note="no"),
    ):
        with pytest.raises(services.CloseApproverIsPreparer):
            judge()
    run.refresh_from_db()
    assert (run.state, run.approver) == (CloseRun.State.PREPARED, None)


def test_the_database_refuses_an_approver_with_a_hand_in_it_too(db):
    month = january()
    earlier = uuid7()
    services.prepare_close(book=month.book, period=month.period(), preparer=earlier, at=AT)
    run = month.prepare_and_accept()

    with pytest.raises(DatabaseError, match="had a hand"), transaction.atomic():
        CloseRun.objects.filter(pk=run.pk).update(state="approved", approver=earlier, approved_at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        CloseHand.objects.all().delete()

    assert services.approve_close(run=run, approver=month.approver.pk, at=AT).state == CloseRun.State.APPROVED
