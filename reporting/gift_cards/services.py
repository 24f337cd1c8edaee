"""Post what happens to gift cards, estimate what nobody will spend, and keep the statements of a close.

Like a valuation run, a posting adds up all events and posts what is new: there is no bookmark that could skip one, and a second run adds nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from ledger.books import queries as books
from ledger.books.domain import Basis, Draft, EventType, PeriodState, Profile
from ledger.books.models import Book, Journal, Period
from ledger.books.services import lock_book, post_journals
from ledger.books.templates import CARD_TEMPLATES, entries
from ledger.valuation.services import ApproverIsPreparer, EstimateInClosedPeriod, EstimateNotDraft
from loyalty.kit.problems import Malformed
from reporting.gift_cards import queries
from reporting.gift_cards.domain import EVENTS, NARRATIONS, Cohort, Statement, close_amounts, event_amounts, posts
from reporting.gift_cards.models import CardEstimate, CardPosting, CardStatement
from rewards.gift_cards.domain import CardKind, EventKind
from rewards.gift_cards.services import expire_cards


@transaction.atomic
def post_cards(*, book: Book, through_on: dt.date, at: dt.datetime, during_close: bool = False) -> list[Journal]:
    """Post what is new of the gift cards of a book's programmes, never past its open period.

    Raises: PeriodNotOpen while a close is being looked at (unless `during_close`).
    """
    book = lock_book(book)
    period = books.current_period(book)
    new = queries.new_events(book, min(through_on, period.ends_on))
    rows = [
        CardPosting(book=book, period=period, posted_at=at, amount_minor=amount, **key._asdict()) for key, amount in sorted(new.items())
    ]
    journals = post_journals(book=book, drafts=_drafts(Profile(book.profile), rows), at=at, during_close=during_close)
    CardPosting.objects.bulk_create(rows)
    return journals


def expire_due_cards(*, book: Book, at: dt.datetime) -> None:
    """Take what is left of cards that ran out, so that a close sees it."""
    for programme in Programme.objects.filter(legal_entity__book=book).order_by("pk"):
        while expire_cards(programme=programme, at=at):
            pass


@transaction.atomic
def close_cards(*, book: Book, period: Period, statements: Mapping[Cohort, Statement], at: dt.datetime, actor: UUID) -> list[Journal]:
    """Keep a period's statements and post what they earn and what goes to the state, one journal a programme. The caller closes the period."""
    CardStatement.objects.bulk_create(_row(period, cohort, statement) for cohort, statement in sorted(statements.items()))
    drafts = []
    for programme in sorted({cohort.programme for cohort in statements}):
        rows = [close_amounts(statement) for cohort, statement in statements.items() if cohort.programme == programme]
        if lines := entries(CARD_TEMPLATES[EventType.BREAKAGE], rows):
            drafts.append(Draft(EventType.BREAKAGE, Basis.CLOSE, period.ends_on, NARRATIONS[EventType.BREAKAGE], lines, programme))
    return post_journals(book=book, drafts=drafts, at=at, actor=actor, during_close=True)


@transaction.atomic
def draft_estimate(
    *,
    programme: Programme,
    percentage: Decimal | None,
    unclaimed_percentage: Decimal,
    valid_from: dt.date,
    evidence: str,
    preparer: UUID,
    at: dt.datetime,
) -> CardEstimate:
    """Propose how much of what cards are sold for will be spent; without a percentage nothing is expected before a card runs out.

    Raises: Malformed outside 0 to 100.
    """
    if not all(0 <= number <= 100 for number in (percentage or 0, unclaimed_percentage)):
        raise Malformed(_("Write a percentage between 0 and 100."))
    return CardEstimate.objects.create(
        programme=programme,
        percentage=percentage,
        unclaimed_percentage=unclaimed_percentage,
        valid_from=valid_from.replace(day=1),
        evidence=evidence,
        prepared_by=preparer,
        prepared_at=at,
    )


@transaction.atomic
def approve_estimate(*, estimate: CardEstimate, approver: UUID, at: dt.datetime) -> CardEstimate:
    """Put an estimate in force; an earlier one from the same month gives way.

    Raises: ApproverIsPreparer, EstimateNotDraft, EstimateInClosedPeriod.
    """
    estimate = CardEstimate.objects.select_for_update(of=("self",)).select_related("programme__legal_entity__book").get(pk=estimate.pk)
    if estimate.prepared_by == approver:
        raise ApproverIsPreparer(_("Whoever prepared an estimate cannot approve it. Ask a colleague."))
    if estimate.state != CardEstimate.State.DRAFT:
        raise EstimateNotDraft(_("Only a draft can be approved. Prepare a new estimate."))
    book = lock_book(estimate.programme.legal_entity.book)
    if Period.objects.filter(book=book, state=PeriodState.CLOSED.value, ends_on__gte=estimate.valid_from).exists():
        day = date_format(estimate.valid_from, "j F Y")
        raise EstimateInClosedPeriod(_("%(day)s lies in a closed period. An estimate changes open periods only.") % {"day": day})
    same = CardEstimate.objects.filter(programme=estimate.programme, valid_from=estimate.valid_from, state=CardEstimate.State.APPROVED)
    same.update(state=CardEstimate.State.SUPERSEDED)
    estimate.state, estimate.approved_by, estimate.approved_at = CardEstimate.State.APPROVED, approver, at
    estimate.save(update_fields=["state", "approved_by", "approved_at"])
    return estimate


def _drafts(profile: Profile, rows: Sequence[CardPosting]) -> list[Draft]:
    """One journal for each programme, business day and kind of event."""
    batches: dict[tuple[dt.date, UUID, EventType], list[CardPosting]] = defaultdict(list)
    for row in rows:
        if posts(CardKind(row.card_kind), EventKind(row.what)):
            batches[row.business_on, row.programme_id, EVENTS[EventKind(row.what)][0]].append(row)
    drafts = []
    for (on, programme, event), batch in sorted(batches.items()):
        amounts = [
            event_amounts(profile, CardKind(row.card_kind), EventKind(row.what), row.amount_minor, beside=row.beside) for row in batch
        ]
        sources = [("gift_cards", row.pk) for row in batch]
        lines = entries(CARD_TEMPLATES[event], amounts)
        drafts.append(Draft(event, Basis.EVENT, on, NARRATIONS[event], lines, programme, None, sources))
    return drafts


def _row(period: Period, cohort: Cohort, statement: Statement) -> CardStatement:
    return CardStatement(
        period=period,
        programme_id=cohort.programme,
        card_month=cohort.month,
        estimate_id=statement.judged.estimate,
        opening_minor=statement.before.liability,
        sold_minor=statement.in_period.sold,
        paid_minor=statement.in_period.paid,
        given_back_minor=statement.in_period.given_back,
        breakage_minor=statement.breakage_minor,
        unclaimed_minor=statement.unclaimed_minor,
        liability_minor=statement.liability_minor,
        breakage_total_minor=statement.breakage_total,
        unclaimed_total_minor=statement.unclaimed_total,
    )
