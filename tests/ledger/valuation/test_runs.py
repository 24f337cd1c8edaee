"""Runs through the services, on throw-away books; the worked cases in tests/books go through them as well."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from ledger.books.domain import AllocationBasis, EventType, Profile
from ledger.books.models import Journal
from ledger.books.queries import current_period, trial_balance
from ledger.books.services import PeriodNotOpen, soft_close_period
from ledger.points import services as bank
from ledger.points.domain import ArrearsPolicy, Reason, Sale
from ledger.valuation import queries
from ledger.valuation.models import Allocation, PlainSale, PoolRate
from ledger.valuation.services import PlainSaleConflict, record_plain_sale, run_valuation
from loyalty.kit.problems import Malformed
from tests.books.stage import Stage

pytestmark = pytest.mark.django_db
RATE = Decimal("0.95")


def shop(labels=("P1", "P2", "P3"), **options):
    """A book with a 95% estimate; a sale of 100.00 earns 10 points worth 1.00."""
    stage = Stage(list(labels), **options)
    stage.estimate("P1", 95, 100)
    return stage


def sell(stage, on, *, times=1, paid=10_000, tender=None):
    for _ in range(times):
        grant = stage.grant(on, 10, sale=stage.sale(paid, 10_000, RATE, tender=tender))
    return grant


def balances(stage):
    return {row.code: row.balance_minor for row in trial_balance(stage.book) if row.balance_minor}


def counts(stage):
    return Journal.objects.filter(book=stage.book).count(), Allocation.objects.filter(pool__book=stage.book).count()


def test_a_second_run_adds_nothing():
    stage = shop()
    sell(stage, stage.day("P1"), times=3)
    stage.redeem(stage.day("P1", 12), 5)
    stage.value("P1")
    before = counts(stage), balances(stage)

    again = run_valuation(book=stage.book, through_on=stage.last("P1"), at=stage.at)

    assert (again.run, again.allocations, again.journals) == (None, 0, 0)
    assert (counts(stage), balances(stage)) == before


def test_running_daily_ends_where_running_monthly_does():
    daily, monthly = shop(), shop()
    for stage in (daily, monthly):
        for day in range(1, 15):
            sell(stage, stage.day("P1", day), paid=10_000 - day * 37)
            stage.redeem(stage.day("P1", day), 7)
            if stage is daily:
                run_valuation(book=stage.book, through_on=stage.day("P1", day), at=stage.at)
        stage.value("P1")

    assert balances(daily) == balances(monthly)


def test_a_late_event_finds_its_day_and_is_posted_into_the_open_period():
    stage = shop()
    sell(stage, stage.day("P1"))
    stage.close("P1")
    sell(stage, stage.day("P1", 20))

    stage.value("P2")

    late = Journal.objects.get(book=stage.book, period=stage.period("P2"))
    assert (late.business_on, late.entry_on, late.is_prior_period) == (stage.day("P1", 20), stage.first("P2"), True)
    assert balances(stage)["2100"] == -1_735


def test_a_run_does_not_pass_the_open_period():
    stage = shop()
    sell(stage, stage.day("P1"))
    sell(stage, stage.day("P2"))

    result = run_valuation(book=stage.book, through_on=stage.last("P2"), at=stage.at)

    assert result.through_on == stage.last("P1")
    assert balances(stage)["2100"] == -868


def test_a_run_waits_while_a_close_is_looked_at():
    stage = shop()
    sell(stage, stage.day("P1"))
    soft_close_period(period=current_period(stage.book))

    with pytest.raises(PeriodNotOpen):
        stage.value("P1")

    assert counts(stage) == (0, 0)


@pytest.mark.parametrize(
    ("units", "refunded", "expected"),
    [(10, 10_000, {"1000": -10_000, "2100": 868, "4000": 9_132}), (4, 4_000, {"1000": -4_000, "2100": 347, "4000": 3_653})],
    ids=["full", "partial"],
)
def test_a_refund_takes_back_its_own_allocation(units, refunded, expected):
    stage = shop()
    sell(stage, stage.day("P1", 5), times=999)
    grant = sell(stage, stage.day("P1", 5))
    stage.close("P1")
    assert balances(stage)["2100"] == -867_580

    stage.take_back(stage.day("P2"), grant, units, refunded)
    stage.value("P2")

    assert dict(stage.activity()["P2"]) == expected


def test_a_refund_of_forgiven_points_reverses_their_release():
    stage = shop(arrears=ArrearsPolicy.FORGIVE)
    other = stage.open_wallet()
    for _ in range(999):
        stage.grant(stage.day("P1", 5), 10, sale=stage.sale(10_000, 10_000, RATE), wallet=other)
    grant = sell(stage, stage.day("P1", 5))
    stage.redeem(stage.day("P1", 8), 10)
    stage.close("P1")

    stage.take_back(stage.day("P2"), grant, 10, 10_000, ArrearsPolicy.FORGIVE)
    stage.value("P2")

    assert dict(stage.activity()["P2"]) == {"1000": -10_000, "2100": -45, "4000": 9_132, "4010": 913}


def test_points_that_fill_arrears_defer_nothing():
    stage = shop()
    grant = sell(stage, stage.day("P1", 5))
    stage.redeem(stage.day("P1", 8), 10)
    stage.take_back(stage.day("P1", 9), grant, 10, 10_000)
    stage.close("P1")

    sell(stage, stage.day("P2"))
    stage.value("P2")

    assert {account: amount for account, amount in stage.activity()["P2"].items() if amount} == {"1000": 10_000, "4000": -10_000}


def test_granted_points_are_an_expense_at_cost():
    stage = shop(value_minor=Decimal(1), award_cost_percentage=Decimal(70))
    stage.estimate("P1", 80, 100)
    inputs = Sale(0, 0, Decimal("0.8"))
    stage.grant(stage.day("P1"), 500, sale=inputs, reason=Reason.SIGNUP, expires_on=stage.last("P3"))
    stage.close("P1")
    stage.redeem(stage.day("P2"), 300)
    stage.close("P2")
    stage.close("P3")

    activity = {label: {account: amount for account, amount in moved.items() if amount} for label, moved in stage.activity().items()}
    assert activity == {"P1": {"6000": 280, "2300": -280}, "P2": {"2300": 210, "2000": -210}, "P3": {"2300": 70, "6000": -70}}


def test_revoked_awards_give_the_expense_back():
    stage = shop(profile=Profile.OVERLAY)
    grant = stage.grant(stage.day("P1"), 100, sale=Sale(0, 0, Decimal(1)), reason=Reason.GOODWILL)
    stage.take_back(stage.day("P1", 12), grant, 100, 0)

    stage.value("P1")

    assert balances(stage) == {}
    assert {journal.event_type for journal in Journal.objects.filter(book=stage.book)} == {EventType.AWARD, EventType.AWARD_REVOKED}


def test_the_overlay_clears_a_restored_tender():
    stage = shop(profile=Profile.OVERLAY)
    sell(stage, stage.day("P1", 5))
    tender = stage.redeem(stage.day("P1", 8), 5, Reason.TENDER, face_minor=500)
    stage.value("P1")
    assert balances(stage)["1090"] == -500

    bank.restore(redemption=tender, taking=stage.taking(stage.day("P1", 9), 5, Reason.CANCELLATION, face_minor=500))
    stage.value("P1")

    assert balances(stage) == {"2100": -868, "4000": 868}


def test_a_pool_without_a_close_uses_its_own_rate_and_keeps_it():
    stage = shop(basis=AllocationBasis.CONTINUATION)
    sell(stage, stage.day("P1", 5))
    tender = stage.redeem(stage.day("P1", 8), 5, Reason.TENDER, face_minor=500)
    sell(stage, stage.day("P1", 8), paid=9_500, tender=tender)
    stage.value("P1")
    rate = PoolRate.objects.get(pool__book=stage.book)
    deferred = {row.business_on: row.deferred for row in stage.allocations()}

    sell(stage, stage.day("P1", 6), paid=5_000)
    stage.close("P1")
    sell(stage, stage.day("P2"))
    stage.value("P2")

    assert (rate.business_on, rate.rate) == (stage.day("P1", 8), Decimal("89.05263157894736842105"))
    assert PoolRate.objects.get(pool__book=stage.book) == rate
    same_day = [row for row in stage.allocations() if row.business_on == stage.day("P1", 8)]
    assert [row.deferred for row in same_day] == [deferred[stage.day("P1", 8)]]


def test_small_pools_expect_no_breakage():
    stage = shop()
    stage.book.min_pool_size = 2
    stage.book.save()
    sell(stage, stage.day("P1"))
    stage.redeem(stage.day("P1"), 5)
    stage.close("P1")
    assert stage.statement("P1").percentage is None

    other = stage.open_wallet()
    stage.grant(stage.day("P1", 30), 10, sale=stage.sale(10_000, 10_000, RATE), wallet=other)
    stage.close("P2")

    assert stage.statement("P2").percentage == 95


def test_without_an_approved_estimate_nobody_expects_breakage():
    stage = Stage(["P1"])
    sell(stage, stage.day("P1"))
    stage.redeem(stage.day("P1"), 5)

    stage.close("P1")

    assert (stage.statement("P1").expected, stage.statement("P1").liability_minor) == (10, 434)


def test_plain_sales_reach_full_books_once():
    stage = shop()
    facts = {"book": stage.book, "programme": stage.programme, "business_on": stage.day("P1"), "source": 1, "at": stage.at}
    record_plain_sale(**facts, paid_minor=700, key="a")
    record_plain_sale(**facts, paid_minor=700, key="a")
    record_plain_sale(**facts, paid_minor=-200, key="b")

    stage.value("P1")

    assert balances(stage) == {"1000": 500, "4000": -500}
    with pytest.raises(PlainSaleConflict):
        record_plain_sale(**facts, paid_minor=701, key="a")
    with pytest.raises(Malformed):
        record_plain_sale(**facts, paid_minor=0, key="c")
    assert PlainSale.objects.count() == 2


def test_allocations_cannot_be_changed():
    stage = shop()
    sell(stage, stage.day("P1"))
    stage.value("P1")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Allocation.objects.update(granted=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Allocation.objects.all().delete()


def test_two_books_do_not_mix():
    one, other = shop(), shop()
    sell(one, one.day("P1"))
    sell(other, other.day("P1"), times=2)

    one.value("P1")

    assert (balances(one)["2100"], balances(other)) == (-868, {})
    assert set(queries.positions(one.book)) == {queries.PoolKey(one.unit.pk, dt.date(2026, 1, 1), 1, 1)}


def test_each_journal_names_the_allocations_it_came_from():
    stage = shop()
    sell(stage, stage.day("P1"))
    stage.value("P1")

    journal = Journal.objects.get(book=stage.book)

    sources = {(source.kind, source.source_id) for source in journal.sources.all()}
    assert ("allocation", stage.allocations()[0].pk) in sources
    assert {kind for kind, _ in sources} == {"allocation", "taking"}
    assert isinstance(journal.programme, uuid.UUID)
