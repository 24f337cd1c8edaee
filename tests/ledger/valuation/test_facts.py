"""What the one statement reads out of the points bank."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from ledger.books.domain import AllocationBasis, Profile
from ledger.points import services as bank
from ledger.points.domain import Reason
from ledger.points.models import Lot
from ledger.valuation.domain import Facts
from ledger.valuation.models import Allocation, ValuationRun
from ledger.valuation.queries import read_facts
from ledger.valuation.services import run_valuation
from tests.books.stage import Stage

RATE = Decimal("0.95")


def stage_with(*grants, **options):
    """A book with one sale of 100.00 in each of the portfolios named, which expire in this order."""
    stage = Stage(["P1", "P2"], **options)
    for portfolio, units in enumerate(grants, start=1):
        sale = stage.sale(10_000, 10_000, RATE)
        stage.grant(stage.day("P1", 3), units, sale=sale, portfolio=portfolio, expires_on=stage.day("P2", 10 + portfolio))
    return stage


def by_portfolio(stage, label="P1"):
    found = {}
    for pool_day, facts in read_facts(stage.book, stage.last(label)).pools.items():
        found[pool_day.pool.portfolio] = found.get(pool_day.pool.portfolio, Facts()) + facts
    return found


@pytest.mark.django_db
def test_the_face_value_of_a_tender_is_shared_over_pools_in_whole_cents():
    stage = stage_with(1, 1, 1)
    stage.redeem(stage.day("P1"), 3, Reason.TENDER, face_minor=100)

    shares = [facts.face_minor for facts in by_portfolio(stage).values()]

    assert (sorted(shares), sum(shares)) == ([33, 33, 34], 100)


@pytest.mark.django_db
def test_a_captured_hold_is_a_tender_and_a_held_point_is_none():
    stage = stage_with(10)
    hold = bank.hold(taking=stage.taking(stage.day("P1"), 4, Reason.TENDER)).movement
    assert (by_portfolio(stage)[1].redeemed, by_portfolio(stage)[1].tendered) == (0, 0)

    bank.capture(hold=hold, settling=stage.taking(stage.day("P1", 12), 4, Reason.TENDER, face_minor=400))

    facts = by_portfolio(stage)[1]
    assert (facts.redeemed, facts.tendered, facts.face_minor, facts.outstanding) == (4, 4, 400, 6)


@pytest.mark.django_db
def test_a_partly_restored_tender_gives_its_part_back():
    stage = stage_with(10)
    tender = stage.redeem(stage.day("P1"), 4, Reason.TENDER, face_minor=400)

    bank.restore(redemption=tender, taking=stage.taking(stage.day("P1", 12), 1, Reason.CANCELLATION, face_minor=100))

    facts = by_portfolio(stage)[1]
    assert (facts.redeemed, facts.tendered, facts.face_minor) == (3, 3, 300)


@pytest.mark.django_db
def test_points_corrected_away_will_never_be_redeemed():
    stage = stage_with(10)
    bank.adjust_down(taking=stage.taking(stage.day("P1"), 4, Reason.CORRECTION))

    facts = by_portfolio(stage)[1]

    assert (facts.issued, facts.adjusted, facts.lapsed, facts.outstanding) == (10, 4, 4, 6)


@pytest.mark.django_db
def test_a_return_of_spent_points_takes_from_another_pool():
    stage = stage_with(10, 10)
    lots = {lot.portfolio: lot.pk for lot in _lots(stage)}
    stage.redeem(stage.day("P1", 5), 10)

    stage.take_back(stage.day("P1", 6), lots[1], 10, 10_000)

    facts = by_portfolio(stage)
    assert (facts[1].issued, facts[1].redeemed, facts[1].allocated_minor) == (0, 0, 0)
    assert (facts[2].issued, facts[2].redeemed) == (10, 10)


@pytest.mark.django_db
def test_a_return_after_expiry_takes_the_lapse_back():
    stage = stage_with(10)
    (lot,) = _lots(stage)
    bank.expire_due(unit=stage.unit.pk, through_on=stage.last("P2"), at=stage.at)

    stage.take_back(stage.day("P2", 20), lot.pk, 10, 10_000)

    facts = by_portfolio(stage, "P2")[1]
    assert (facts.issued, facts.expired, facts.allocated_minor) == (0, 0, 0)


@pytest.mark.django_db
def test_facts_stop_at_the_day_that_was_asked():
    stage = stage_with(10)
    stage.redeem(stage.day("P1", 12), 4)

    before = read_facts(stage.book, stage.day("P1", 11))

    assert sum(facts.redeemed for facts in before.pools.values()) == 0


@pytest.mark.django_db
def test_a_tender_of_two_pools_defers_by_both_rates():
    stage = stage_with(10, 10, profile=Profile.FULL, basis=AllocationBasis.CONTINUATION)
    stage.close("P1")
    tender = stage.redeem(stage.first("P2"), 15, Reason.TENDER, face_minor=1_500)
    stage.grant(stage.first("P2"), 10, sale=stage.sale(8_500, 10_000, RATE, tender=tender))

    stage.value("P2")

    (row,) = [row for row in stage.allocations() if row.granted and row.business_on == stage.first("P2")]
    share = Decimal(950) / Decimal(10_950)
    assert row.deferred_minor == round((8_500 + 868 + Decimal("86.8") * 5) * share)


@pytest.mark.usefixtures("committed_db")
def test_two_runs_at_once_allocate_once():
    stage = stage_with(10)
    results = []

    def run():
        try:
            results.append(run_valuation(book=stage.book, through_on=stage.last("P1"), at=stage.at).allocations)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [0, 0, 1]
    assert (Allocation.objects.count(), ValuationRun.objects.count()) == (1, 1)


def _lots(stage):
    return list(Lot.objects.filter(unit=stage.unit).order_by("portfolio"))
