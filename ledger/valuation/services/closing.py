"""The books' side of a month-end close: pool statements and their catch-up journals."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from ledger.books.domain import Profile
from ledger.books.models import Book, Journal, Period
from ledger.books.services import post_journals
from ledger.valuation import queries
from ledger.valuation.batches import close_draft
from ledger.valuation.domain import PoolKey, Statement
from ledger.valuation.models import Pool, PoolStatement


@transaction.atomic
def close_pools(*, book: Book, period: Period, statements: Mapping[PoolKey, Statement], at: dt.datetime, actor: UUID) -> list[Journal]:
    """Store a period's pool statements and post the catch-up of each pool. The caller closes the period afterwards."""
    pools, programmes = queries.pools(book), queries.programmes(book)
    drafts = [
        close_draft(
            Profile(book.profile),
            statement,
            on=period.ends_on,
            programme=programmes[key.unit],
            unit=key.unit,
            pool=pools[key].pk,
            source_kind=key.source_kind,
            as_agent=book.is_agent_for_rewards,
        )
        for key, statement in sorted(statements.items())
    ]
    PoolStatement.objects.bulk_create(_row(period, pools[key], statement) for key, statement in sorted(statements.items()))
    return post_journals(book=book, drafts=[draft for draft in drafts if draft], at=at, actor=actor, during_close=True)


def _row(period: Period, pool: Pool, statement: Statement) -> PoolStatement:
    facts = statement.facts
    return PoolStatement(
        period=period,
        pool=pool,
        estimate_id=statement.estimate,
        percentage=statement.expectation.percentage,
        granted=facts.granted,
        reversed=facts.reversed,
        redeemed=facts.redeemed,
        expired=facts.expired,
        adjusted=facts.adjusted,
        converted=facts.converted,
        expected=statement.expected_decimal,
        allocated_minor=statement.allocated_minor,
        recognised_minor=statement.recognised_minor,
        liability_minor=statement.liability_minor,
        opening_minor=statement.opening_minor,
        additions_minor=statement.additions_minor,
        revenue_minor=statement.revenue_minor,
        revenue_from_opening_minor=statement.revenue_from_opening_minor,
        catch_up_minor=statement.catch_up_minor,
        catch_up_prior_minor=statement.catch_up_prior_minor,
    )
