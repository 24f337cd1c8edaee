"""The only code that writes to the books."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ledger.books import chart, queries
from ledger.books.domain import (
    AllocationBasis,
    Basis,
    Draft,
    Entry,
    EventType,
    MovementType,
    PeriodState,
    Profile,
    entry_date,
    is_balanced,
    total_minor,
)
from ledger.books.models import Book, BookAccount, Journal, JournalLine, JournalSource, Period
from loyalty.kit.clock import month_end, month_start
from loyalty.kit.money import exponent
from loyalty.kit.problems import Malformed, Refused

LINES_A_STATEMENT = 2_000


class UnbalancedJournal(Malformed):
    code = "unbalanced_journal"


class UnknownBookAccount(Malformed):
    code = "unknown_book_account"


class PeriodNotOpen(Refused):
    code = "period_not_open"


class PeriodCannotReopen(Refused):
    code = "period_cannot_reopen"


class AlreadyReversed(Refused):
    code = "journal_already_reversed"


@transaction.atomic
def open_book(
    *,
    name: str,
    currency: str,
    first_day: dt.date,
    minor_digits: int | None = None,
    time_zone: str = "UTC",
    profile: Profile = Profile.OVERLAY,
    allocation_basis: AllocationBasis = AllocationBasis.PAID,
    ratio_decimals: int | None = None,
    min_pool_size: int = 100,
    award_cost_percentage: Decimal = Decimal(100),
    accrues_employee_points: bool = True,
    is_agent_for_rewards: bool = False,
) -> Book:
    """Open a book with the standard chart and its first monthly period, the month of `first_day`."""
    book = Book.objects.create(
        name=name,
        currency=currency,
        minor_digits=exponent(currency) if minor_digits is None else minor_digits,
        time_zone=time_zone,
        profile=profile.value,
        allocation_basis=allocation_basis.value,
        ratio_decimals=ratio_decimals,
        min_pool_size=min_pool_size,
        award_cost_percentage=award_cost_percentage,
        accrues_employee_points=accrues_employee_points,
        is_agent_for_rewards=is_agent_for_rewards,
    )
    BookAccount.objects.bulk_create(BookAccount(book=book, code=row.code, name=row.name, type=row.type.value) for row in chart.STANDARD)
    _open_period(book, first_day)
    return book


def lock_book(book: Book) -> Book:
    """Lock the book for this transaction, so that one writer at a time posts, numbers and closes; references stay free."""
    return Book.objects.select_for_update(no_key=True).get(pk=book.pk)


@transaction.atomic
def post_journal(*, book: Book, draft: Draft, at: dt.datetime, actor: UUID | None = None) -> Journal:
    """Post one journal. Raises as `post_journals`."""
    return post_journals(book=book, drafts=[draft], at=at, actor=actor)[0]


@transaction.atomic
def post_journals(
    *, book: Book, drafts: Sequence[Draft], at: dt.datetime, actor: UUID | None = None, during_close: bool = False
) -> list[Journal]:
    """Post journals into the current period in the order given and number them without a gap.

    A draft of an earlier business date enters on the first day of the period and keeps its date. `during_close` also
    posts while the period is soft-closed.

    Raises: UnbalancedJournal, UnknownBookAccount, PeriodNotOpen.
    """
    if not drafts:
        return []
    lock_book(book)
    period = queries.current_period(book)
    _check_period(period, drafts, during_close=during_close)
    journals = _headers(book, period, drafts, at=at, actor=actor)
    Journal.objects.bulk_create(journals)
    _write_lines(book, journals, drafts)
    return journals


@transaction.atomic
def reverse_journal(*, journal: Journal, at: dt.datetime, actor: UUID | None = None) -> Journal:
    """Post the exact opposite of a journal into the current period; the pair is linked. Repost what is right afterwards.

    Raises: AlreadyReversed, PeriodNotOpen.
    """
    book = lock_book(journal.book)
    if Journal.objects.filter(reverses=journal).exists():
        raise AlreadyReversed(_("Journal %(journal)s was reversed before.") % {"journal": journal})
    entries = [
        Entry(line.book_account.code, -line.amount_minor, MovementType(line.movement_type), line.pool_id)
        for line in journal.lines.select_related("book_account").order_by("position")
    ]
    draft = Draft(
        EventType.REVERSAL,
        Basis(journal.basis),
        journal.business_on,
        f"Reversal of {journal}",
        entries,
        journal.programme,
        journal.unit,
    )
    period = queries.current_period(book)
    _check_period(period, [draft], during_close=False)
    reversal = _headers(book, period, [draft], at=at, actor=actor, reverses=journal)
    Journal.objects.bulk_create(reversal)
    _write_lines(book, reversal, [draft])
    return reversal[0]


@transaction.atomic
def soft_close_period(*, period: Period) -> Period:
    """Stop ordinary posting while a close is being looked at. Raises: PeriodNotOpen."""
    return _move_period(period, {PeriodState.OPEN, PeriodState.SOFT_CLOSED}, PeriodState.SOFT_CLOSED)


@transaction.atomic
def resume_period(*, period: Period) -> Period:
    """Take a soft close back. Raises: PeriodNotOpen."""
    return _move_period(period, {PeriodState.OPEN, PeriodState.SOFT_CLOSED}, PeriodState.OPEN)


@transaction.atomic
def close_period(*, period: Period, actor: UUID, at: dt.datetime, known_at: dt.datetime) -> Period:
    """Lock the period for good and open the next month; return the next one. Raises: PeriodNotOpen."""
    _move_period(period, {PeriodState.OPEN, PeriodState.SOFT_CLOSED}, PeriodState.CLOSED, closed_at=at, closed_by=actor, known_at=known_at)
    return _open_period(period.book, period.ends_on + dt.timedelta(days=1))


def reopen_period(*, period: Period) -> Period:
    """Raises: PeriodCannotReopen, always: a correction is a reversal and a new journal in the open period."""
    raise PeriodCannotReopen(
        _("%(period)s is closed for good. Reverse the journal and post it right in the open period.") % {"period": period}
    )


def _open_period(book: Book, day: dt.date) -> Period:
    return Period.objects.create(book=book, starts_on=month_start(day), ends_on=month_end(day))


def _move_period(period: Period, allowed: set[PeriodState], state: PeriodState, **fields: Any) -> Period:
    lock_book(period.book)
    period.refresh_from_db()
    if PeriodState(period.state) not in allowed:
        raise PeriodNotOpen(f"{period} is {period.get_state_display().lower()}.")
    for name, value in {"state": state.value, **fields}.items():
        setattr(period, name, value)
    period.save(update_fields=["state", *fields])
    return period


def _check_period(period: Period, drafts: Sequence[Draft], *, during_close: bool) -> None:
    if period.state == PeriodState.SOFT_CLOSED and not during_close:
        raise PeriodNotOpen(_("%(period)s is being closed. Post when the close is approved or sent back.") % {"period": period})
    latest = max(draft.business_on for draft in drafts)
    if latest > period.ends_on:
        raise PeriodNotOpen(f"{latest} lies after {period}, the open period. Close {period} first.")


def _headers(
    book: Book, period: Period, drafts: Sequence[Draft], *, at: dt.datetime, actor: UUID | None, reverses: Journal | None = None
) -> list[Journal]:
    year = period.starts_on.year
    number = Journal.objects.filter(book=book, year=year).aggregate(last=Max("number", default=0))["last"]
    journals = []
    for offset, draft in enumerate(drafts, start=1):
        if not is_balanced(draft.entries) or len(draft.entries) < 2:
            raise UnbalancedJournal(f"The journal “{draft.narration}” does not balance.")
        journals.append(
            Journal(
                book=book,
                year=year,
                number=number + offset,
                period=period,
                entry_on=entry_date(draft.business_on, period.starts_on, period.ends_on),
                business_on=draft.business_on,
                event_type=draft.event_type.value,
                basis=draft.basis.value,
                narration=draft.narration,
                programme=draft.programme,
                unit=draft.unit,
                reverses=reverses,
                line_count=len(draft.entries),
                total_minor=total_minor(draft.entries),
                posted_at=at,
                posted_by=actor,
            )
        )
    return journals


def _write_lines(book: Book, journals: Sequence[Journal], drafts: Sequence[Draft]) -> None:
    """Write the lines of whole journals in one statement: the database checks each journal when the statement ends."""
    accounts = queries.account_ids(book)
    waiting: list[JournalLine] = []
    for journal, draft in zip(journals, drafts, strict=True):
        waiting += _lines(journal, draft.entries, accounts)
        if len(waiting) >= LINES_A_STATEMENT:
            JournalLine.objects.bulk_create(waiting)
            waiting = []
    JournalLine.objects.bulk_create(waiting)
    JournalSource.objects.bulk_create(
        JournalSource(journal=journal, kind=kind, source_id=source)
        for journal, draft in zip(journals, drafts, strict=True)
        for kind, source in draft.sources
    )


def _lines(journal: Journal, entries: Sequence[Entry], accounts: Mapping[str, int]) -> list[JournalLine]:
    return [
        JournalLine(
            journal=journal,
            position=position,
            book_account_id=_account_id(accounts, entry.account),
            debit_minor=entry.debit_minor,
            credit_minor=entry.credit_minor,
            movement_type=entry.movement.value,
            pool_id=entry.pool,
        )
        for position, entry in enumerate(entries, start=1)
    ]


def _account_id(accounts: Mapping[str, int], code: str) -> int:
    if code not in accounts:
        raise UnknownBookAccount(f"This book has no account {code}.")
    return accounts[code]
