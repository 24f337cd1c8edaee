import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ledger.valuation.models import Estimate
from ledger.valuation.services import ApproverIsPreparer, EstimateInClosedPeriod, EstimateNotDraft, approve_estimate, draft_estimate
from loyalty.kit.problems import Malformed
from tests.books.stage import APPROVER, PREPARER, START, Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return Stage(["P1", "P2"])


def draft(stage, percentage=95, valid_from=START, preparer=PREPARER):
    return draft_estimate(unit=stage.unit, percentage=Decimal(percentage), valid_from=valid_from, preparer=preparer, at=stage.at)


def test_a_second_person_puts_it_in_force(stage):
    estimate = draft(stage)

    with pytest.raises(ApproverIsPreparer):
        approve_estimate(estimate=estimate, approver=PREPARER, at=stage.at)
    assert Estimate.objects.get().state == Estimate.State.DRAFT

    approved = approve_estimate(estimate=estimate, approver=APPROVER, at=stage.at)

    assert (approved.state, approved.approved_by) == (Estimate.State.APPROVED, APPROVER)
    with pytest.raises(EstimateNotDraft):
        approve_estimate(estimate=estimate, approver=3, at=stage.at)


def test_a_newer_one_for_the_same_day_supersedes(stage):
    first = approve_estimate(estimate=draft(stage, 95), approver=APPROVER, at=stage.at)
    approve_estimate(estimate=draft(stage, 97), approver=APPROVER, at=stage.at)

    first.refresh_from_db()

    assert first.state == Estimate.State.SUPERSEDED


def test_it_cannot_reach_into_a_closed_period(stage):
    stage.close("P1")
    estimate = draft(stage)

    with pytest.raises(EstimateInClosedPeriod):
        approve_estimate(estimate=estimate, approver=APPROVER, at=stage.at)

    estimate.refresh_from_db()
    assert estimate.state == Estimate.State.DRAFT


def test_the_percentage_has_bounds(stage):
    for percentage in (-1, 101):
        with pytest.raises(Malformed):
            draft(stage, percentage)
    assert not Estimate.objects.exists()


def test_the_database_refuses_self_approval_and_later_edits(stage):
    estimate = approve_estimate(estimate=draft(stage), approver=APPROVER, at=stage.at)

    with pytest.raises(IntegrityError, match="estimate_approved_by_somebody_else"), transaction.atomic():
        Estimate.objects.create(
            unit=stage.unit, percentage=Decimal(90), valid_from=dt.date(2026, 1, 1), state=Estimate.State.APPROVED,
            prepared_by=PREPARER, approved_by=PREPARER, prepared_at=stage.at, approved_at=stage.at,
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="kept as it is"), transaction.atomic():
        Estimate.objects.filter(pk=estimate.pk).update(percentage=Decimal(50))
