import datetime as dt
from decimal import Decimal

import pytest

from ledger.books.models import Journal
from ledger.books.queries import current_period
from ledger.books.services import soft_close_period
from ledger.points.domain import Sale
from ledger.valuation import tasks as valuation
from reporting.close import tasks
from reporting.close.models import CloseRun
from tests.books.stage import PREPARER, Stage

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 2, 3, 4, tzinfo=dt.UTC)


@pytest.fixture
def stage(monkeypatch):
    monkeypatch.setattr(valuation, "now", lambda: NOW)
    monkeypatch.setattr(tasks, "now", lambda: NOW)
    stage = Stage(["P1"])
    stage.grant(stage.day("P1"), 10, sale=Sale(10_000, 10_000, Decimal(95)), expires_on=stage.last("P1"))
    return stage


def test_the_night_values_every_book_once(stage):
    assert valuation.value_books() == 1
    assert valuation.value_books() == 0


def test_a_book_that_is_being_closed_waits(stage):
    soft_close_period(period=current_period(stage.book))

    assert valuation.value_books() == 0
    assert not Journal.objects.exists()


def test_a_close_is_prepared_in_the_background_and_again_without_harm(stage):
    first = tasks.prepare_close(stage.period("P1").pk, str(PREPARER))
    second = tasks.prepare_close(stage.period("P1").pk, str(PREPARER))

    run = CloseRun.objects.get()
    assert first == second == str(run.pk)
    assert (run.state, run.heartbeat_at.tzinfo is not None) == ("prepared", True)
    assert stage.allocations()[-1].expired == 10
