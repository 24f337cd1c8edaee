"""The acts of a month-end close. Preparing may take long, stop and be taken up again; approving is one transaction."""

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from ledger.books import queries as books
from ledger.books import services as book_services
from ledger.books.models import Book, Period
from ledger.points.models import Lot, PointUnit
from ledger.points.services import expire_due
from ledger.valuation import queries as valuation
from ledger.valuation.services import close_pools, run_valuation
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Malformed, Refused
from reporting.causes.services import post_causes
from reporting.close import queries
from reporting.close.domain import Step, fingerprint
from reporting.close.models import CloseCheck, CloseHand, CloseRun
from reporting.gift_cards import queries as cards
from reporting.gift_cards.services import close_cards, expire_due_cards, post_cards
from reporting.plans.services import post_fees
from rewards.coalition.services import post_statements, state_companies

LOCK_CLASS = 40_606  # advisory locks of closes, beside the book's id


class PeriodNotOver(Refused):
    code = "period_not_over"


class NotTheOpenPeriod(Refused):
    code = "not_the_open_period"


class CloseRunning(Refused):
    code = "close_running"


class CloseNotPrepared(Refused):
    code = "close_not_prepared"


class CloseApproverIsPreparer(Forbidden):
    code = "approver_is_preparer"


class ExceptionsOpen(Refused):
    """Carries `open_exceptions`, how many are left."""

    code = "close_exceptions_open"


class FiguresMoved(Refused):
    code = "close_figures_moved"


def prepare_close(*, book: Book, period: Period, preparer: UUID, at: dt.datetime) -> CloseRun:
    """Expire what is due through the period's last day, value everything, and write the checklist.

    Each step commits by itself unless the caller holds a transaction, so that the progress can be seen; after a crash the same
    call goes on where it stopped. Calling it again before the approval looks at everything anew and keeps the notes of
    exceptions that did not change. The period is soft-closed until it is approved or sent back.

    Raises: NotTheOpenPeriod, PeriodNotOver, CloseRunning.
    """
    with _alone(book):
        run = _begin(book, period, preparer, at)
        _expire(run, book, at)
        _progress(run, Step.VALUE)
        known_at = _database_clock()
        run_valuation(book=book, through_on=period.ends_on, at=at, during_close=True)
        post_cards(book=book, through_on=period.ends_on, at=at, during_close=True)
        post_fees(book=book, through_on=period.ends_on, at=at, during_close=True)
        post_causes(book=book, through_on=period.ends_on, at=at, during_close=True)
        state_companies(book=book, month=period.starts_on, at=at)
        post_statements(book=book, at=at, during_close=True)
        _progress(run, Step.CHECK)
        _write_checklist(run, book, at, known_at)
    return run


def begin_close(*, period: Period, preparer: UUID, at: dt.datetime) -> CloseRun:
    """Soft-close the period and say that its close is being prepared; `prepare_close` does the work.

    Raises: NotTheOpenPeriod, PeriodNotOver, CloseRunning.
    """
    with _alone(period.book):
        return _begin(period.book, period, preparer, at)


@transaction.atomic
def acknowledge(*, check: CloseCheck, actor: UUID, note: str, at: dt.datetime) -> CloseCheck:
    """Accept an exception and say why. Raises: CloseNotPrepared, Malformed without a note or for a check that passed."""
    run = CloseRun.objects.select_for_update().get(pk=check.run_id)
    _check_prepared(run)
    check.refresh_from_db()
    if check.passed:
        raise Malformed(gettext("This check passed; there is nothing to accept."))
    note = _kept(note)
    if not note:
        raise Malformed(gettext("Say why the exception is acceptable."))
    check.acknowledged_by, check.acknowledged_at, check.note = actor, at, note
    check.save(update_fields=["acknowledged_by", "acknowledged_at", "note"])
    _note_hand(run, actor, CloseHand.Did.ACCEPTED, at)
    return check


@transaction.atomic
def acknowledge_many(*, run: CloseRun, checks: Collection[int], actor: UUID, note: str, at: dt.datetime) -> int:
    """Accept several exceptions of a close for one reason; return how many. Raises: Malformed, CloseNotPrepared."""
    chosen = run.checks.filter(pk__in=checks).order_by("position")
    if not chosen:
        raise Malformed(gettext("Choose the exceptions that the note is about."))
    return len([acknowledge(check=check, actor=actor, note=note, at=at) for check in chosen])


@transaction.atomic
def approve_close(*, run: CloseRun, approver: UUID, at: dt.datetime) -> CloseRun:
    """Post the catch-up of every pool, keep the statements, lock the period and open the next one. Safe to repeat.

    Nobody approves figures in which they had a hand: who prepared this close, now or before somebody else prepared it again, or
    accepted an exception in it. Raises: CloseApproverIsPreparer, CloseNotPrepared, ExceptionsOpen, FiguresMoved (an estimate changed since it was prepared).
    """
    book = book_services.lock_book(run.period.book)
    run = CloseRun.objects.select_for_update(of=("self",)).select_related("period__book").get(pk=run.pk)
    if run.state == CloseRun.State.APPROVED:
        return run
    _check_no_hand(run, approver)
    _check_prepared(run)
    left = queries.open_exceptions(run).count()
    if left:
        raise ExceptionsOpen(
            f"{left} exceptions are not acknowledged yet. Look at each and say why it is acceptable.", extra={"open_exceptions": left}
        )
    statements = valuation.proposed_statements(book, run.period)
    of_cards = cards.proposed_statements(book, run.period)
    if fingerprint(statements, of_cards) != run.fingerprint:
        raise FiguresMoved(gettext("The figures are not those that were prepared, an estimate changed. Prepare the close again."))
    assert run.known_at is not None
    close_pools(book=book, period=run.period, statements=statements, at=at, actor=approver)
    close_cards(book=book, period=run.period, statements=of_cards, at=at, actor=approver)
    book_services.close_period(period=run.period, actor=approver, at=at, known_at=run.known_at)
    run.state, run.approver, run.approved_at = CloseRun.State.APPROVED, approver, at
    run.save(update_fields=["state", "approver", "approved_at"])
    return run


@transaction.atomic
def send_back(*, run: CloseRun, approver: UUID, note: str) -> CloseRun:
    """Return a prepared close to its preparer with a note; the period is open again. Raises: CloseNotPrepared, Malformed."""
    run = CloseRun.objects.select_for_update(of=("self",)).select_related("period__book").get(pk=run.pk)
    _check_no_hand(run, approver)
    _check_prepared(run)
    note = _kept(note)
    if not note:
        raise Malformed(gettext("Say what has to change."))
    book_services.resume_period(period=run.period)
    run.state, run.approver, run.note = CloseRun.State.SENT_BACK, approver, note
    run.save(update_fields=["state", "approver", "note"])
    return run


def reopen(*, run: CloseRun) -> CloseRun:
    """Raises: PeriodCannotReopen, always, while closed months stay closed."""
    book_services.reopen_period(period=run.period)
    raise AssertionError("unreachable")


@contextlib.contextmanager
def _alone(book: Book) -> Iterator[None]:
    """One preparation of a book at a time; the server frees the lock when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s::integer, %s::integer)", [LOCK_CLASS, book.pk])
        if not cursor.fetchone()[0]:
            raise CloseRunning(gettext("Somebody is preparing a close of this book right now. Wait until it is ready."))
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s::integer, %s::integer)", [LOCK_CLASS, book.pk])


@transaction.atomic
def _begin(book: Book, period: Period, preparer: UUID, at: dt.datetime) -> CloseRun:
    book_services.lock_book(book)
    current = books.current_period(book)
    if period.pk != current.pk:
        raise NotTheOpenPeriod(f"{period} cannot be closed now; the period to close is {current}.")
    if business_date(at, book.time_zone) <= period.ends_on:
        raise PeriodNotOver(f"{period} runs until {period.ends_on}. Close it from the next day on.")
    book_services.soft_close_period(period=period)
    run, _ = CloseRun.objects.update_or_create(
        period=period,
        defaults={
            "state": CloseRun.State.PREPARING,
            "step": Step.EXPIRE.value,
            "done": 0,
            "total": 0,
            "preparer": preparer,
            "approver": None,
            "started_at": Now(),
            "heartbeat_at": Now(),
        },
    )
    _note_hand(run, preparer, CloseHand.Did.PREPARED, at)
    return run


def _expire(run: CloseRun, book: Book, at: dt.datetime) -> None:
    period, done = run.period, 0
    total = Lot.objects.filter(unit__book=book, remaining__gt=0, expires_on__lte=period.ends_on).count()
    for unit in PointUnit.objects.filter(book=book).order_by("pk"):

        def tell(lots: int, _units: int, before: int = done) -> None:
            _progress(run, Step.EXPIRE, done=before + lots, total=total)

        lots, _ = expire_due(unit=unit.pk, through_on=period.ends_on, not_before=period.starts_on, at=at, progress=tell)
        done += lots
    expire_due_cards(book=book, at=at)


def _progress(run: CloseRun, step: Step, *, done: int = 0, total: int = 0) -> None:
    CloseRun.objects.filter(pk=run.pk).update(step=step.value, done=done, total=total, heartbeat_at=Now())


def _database_clock() -> dt.datetime:
    """The clock that stamps `recorded_at`: what is recorded later is not in this close."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


@transaction.atomic
def _write_checklist(run: CloseRun, book: Book, at: dt.datetime, known_at: dt.datetime) -> None:
    statements = valuation.proposed_statements(book, run.period)
    accepted = {(c.code, c.subject): c for c in run.checks.filter(acknowledged_by__isnull=False)}
    run.checks.all().delete()
    rows = []
    for position, finding in enumerate(queries.findings(book, run.period, statements), start=1):
        row = CloseCheck(
            run=run,
            position=position,
            code=finding.code.value,
            subject=finding.subject,
            passed=finding.passed,
            figures=dict(finding.figures),
        )
        old = accepted.get((row.code, row.subject))
        if old is not None and not row.passed and old.figures == row.figures:
            row.acknowledged_by, row.acknowledged_at, row.note = old.acknowledged_by, old.acknowledged_at, old.note
        rows.append(row)
    CloseCheck.objects.bulk_create(rows)
    run.state, run.step = CloseRun.State.PREPARED, Step.DONE.value
    run.prepared_at, run.known_at, run.fingerprint, run.note = (
        at,
        known_at,
        fingerprint(statements, cards.proposed_statements(book, run.period)),
        "",
    )
    run.done = run.total = len(rows)
    run.save(update_fields=["state", "step", "prepared_at", "known_at", "fingerprint", "note", "done", "total"])


def _kept(note: str) -> str:
    """Return a note without what no column can hold."""
    return note.replace("\x00", "").strip()


def _note_hand(run: CloseRun, person: UUID, did: CloseHand.Did, at: dt.datetime) -> None:
    CloseHand.objects.get_or_create(run=run, person=person, did=did, defaults={"at": at})


def _check_no_hand(run: CloseRun, judge: UUID) -> None:
    if queries.had_a_hand(run, judge):
        detail = gettext(
            "Whoever prepared a close or accepted an exception in it cannot judge it. Ask a colleague who approves closes and had no part in it."
        )
        raise CloseApproverIsPreparer(detail)


def _check_prepared(run: CloseRun) -> None:
    if run.state != CloseRun.State.PREPARED:
        raise CloseNotPrepared(f"This close is {run.get_state_display().lower()}. Prepare it first.")
