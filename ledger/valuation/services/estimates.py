"""Estimates of how many points will be redeemed: one person prepares, another approves."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledger.books.domain import PeriodState
from ledger.books.models import Period
from ledger.books.services import lock_book
from ledger.points.models import PointUnit
from ledger.valuation.models import Estimate
from loyalty.kit.problems import Forbidden, Malformed, Refused


class ApproverIsPreparer(Forbidden):
    code = "approver_is_preparer"


class EstimateNotDraft(Refused):
    code = "estimate_not_draft"


class EstimateInClosedPeriod(Refused):
    code = "estimate_in_closed_period"


@transaction.atomic
def draft_estimate(
    *,
    unit: PointUnit,
    percentage: Decimal,
    valid_from: dt.date,
    preparer: UUID,
    at: dt.datetime,
    evidence: str = "",
    portfolio: int | None = None,
    grant_month: dt.date | None = None,
) -> Estimate:
    """Propose what percentage of the points granted will be redeemed in the end; it serves closes that end on or after `valid_from`.

    `portfolio` and `grant_month` narrow it to some pools; the most particular estimate wins. Raises: Malformed outside 0 to 100.
    """
    if not 0 <= percentage <= 100:
        raise Malformed(_("Write a percentage between 0 and 100."))
    return Estimate.objects.create(
        unit=unit,
        portfolio=portfolio,
        grant_month=grant_month.replace(day=1) if grant_month else None,
        percentage=percentage,
        valid_from=valid_from,
        evidence=evidence,
        prepared_by=preparer,
        prepared_at=at,
    )


@transaction.atomic
def approve_estimate(*, estimate: Estimate, approver: UUID, at: dt.datetime) -> Estimate:
    """Put an estimate in force; an earlier one for the same points and the same first day gives way.

    Raises: ApproverIsPreparer, EstimateNotDraft, EstimateInClosedPeriod.
    """
    estimate = Estimate.objects.select_for_update(of=("self",)).select_related("unit__book").get(pk=estimate.pk)
    if estimate.prepared_by == approver:
        raise ApproverIsPreparer(_("Whoever prepared an estimate cannot approve it. Ask a colleague."))
    if estimate.state != Estimate.State.DRAFT:
        raise EstimateNotDraft(_("Only a draft can be approved. Prepare a new estimate."))
    lock_book(estimate.unit.book)
    _check_day(estimate)
    Estimate.objects.filter(
        unit=estimate.unit,
        portfolio=estimate.portfolio,
        grant_month=estimate.grant_month,
        valid_from=estimate.valid_from,
        state=Estimate.State.APPROVED,
    ).update(state=Estimate.State.SUPERSEDED)
    estimate.state, estimate.approved_by, estimate.approved_at = Estimate.State.APPROVED, approver, at
    estimate.save(update_fields=["state", "approved_by", "approved_at"])
    return estimate


def _check_day(estimate: Estimate) -> None:
    closed = Period.objects.filter(book=estimate.unit.book, state=PeriodState.CLOSED.value, ends_on__gte=estimate.valid_from)
    if closed.exists():
        day = date_format(estimate.valid_from, "j F Y")
        raise EstimateInClosedPeriod(_("%(day)s lies in a closed period. An estimate changes open periods only.") % {"day": day})
