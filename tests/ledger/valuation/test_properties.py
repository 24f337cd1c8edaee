"""What must hold for any trade: books balance, order inside a day does not matter, and everything ends at zero."""

import datetime as dt
import random
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.books.domain import AllocationBasis, Profile
from ledger.books.queries import trial_balance
from ledger.points.domain import Reason, Sale
from ledger.valuation.models import Allocation, PoolStatement
from ledger.valuation.services import run_valuation
from reporting.close.domain import CheckCode
from reporting.close.models import CloseRun
from reporting.close.queries import checklist
from tests.books.stage import Stage

WALLETS = 3
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

grants = st.lists(
    st.tuples(st.integers(1, 20), st.integers(0, WALLETS - 1), st.integers(1, 500), st.integers(0, 90_000), st.sampled_from([90, 95, 100])),
    min_size=1,
    max_size=8,
)
redemptions = st.lists(st.tuples(st.integers(21, 27), st.integers(0, WALLETS - 1), st.integers(1, 400), st.booleans()), max_size=6)


def played(bought, spent, *, profile, basis, order):
    """The same events of each day in another order for another `order`."""
    stage = Stage(["P1", "P2", "P3"], profile=profile, basis=basis, value_minor=Decimal(1))
    stage.estimate("P1", 90, 100)
    wallets = [stage.open_wallet() for _ in range(WALLETS)]
    left = [0] * WALLETS
    for day, wallet, units, paid, rate in shuffled(bought, order):
        sale = Sale(paid, paid + 100, Decimal(rate) / 100)
        stage.grant(stage.day("P1", day), units, sale=sale, wallet=wallets[wallet], expires_on=stage.last("P2"))
        left[wallet] += units
    for day, wallet, wanted, is_tender in shuffled(spent, order):
        units = min(wanted, left[wallet])
        if units:
            reason = Reason.TENDER if is_tender else Reason.REWARD
            stage.redeem(stage.day("P1", day), units, reason, wallet=wallets[wallet], face_minor=units if is_tender else None)
            left[wallet] -= units
    return stage


def shuffled(events, seed):
    events = list(events)
    random.Random(seed).shuffle(events)
    return sorted(events, key=lambda event: event[0])


@pytest.mark.django_db
@FEW
@given(grants, redemptions, st.sampled_from(Profile), st.sampled_from(AllocationBasis))
def test_books_balance_and_everything_lapses_to_zero(bought, spent, profile, basis):
    stage = played(bought, spent, profile=profile, basis=basis, order=1)
    stage.close("P1")
    rows = Allocation.objects.filter(pool__book=stage.book).count()
    again = run_valuation(book=stage.book, through_on=stage.last("P1"), at=stage.at)

    assert again.allocations == again.journals == 0
    assert Allocation.objects.filter(pool__book=stage.book).count() == rows
    assert sum(row.balance_minor for row in trial_balance(stage.book)) == 0
    for statement in PoolStatement.objects.filter(pool__book=stage.book):
        assert 0 <= statement.liability_minor <= statement.allocated_minor

    stage.close("P2")
    stage.close("P3")
    assert {row.code: row.balance_minor for row in trial_balance(stage.book)}.get("2100", 0) == 0
    ties = [check for run in CloseRun.objects.filter(period__book=stage.book) for check in checklist(run) if check.code.endswith("_tie")]
    assert len(ties) == 3 * len([code for code in CheckCode if code.endswith("_tie")])
    assert all(check.passed for check in ties)


@pytest.mark.django_db
@FEW
@given(grants, redemptions, st.integers(2, 9), st.sampled_from(Profile), st.sampled_from(AllocationBasis))
def test_the_order_inside_a_day_changes_nothing(bought, spent, order, profile, basis):
    one_wallet = [(day, 0, units, paid, rate) for day, _, units, paid, rate in bought]
    # Which lot a redemption takes depends on the order of grants with the same expiry, so all points share a pool.
    total = sum(units for _, _, units, _, _ in one_wallet)
    spent = [(day, 0, max(1, min(units, total // max(len(spent), 1))), is_tender) for day, _, units, is_tender in spent]
    spent = spent if sum(units for _, _, units, _ in spent) <= total else []

    stages = [played(one_wallet, spent, profile=profile, basis=basis, order=seed) for seed in (1, order)]
    for stage in stages:
        stage.close("P1")

    lines = [Counter(line for line in stage.lines().elements()) for stage in stages]
    assert lines[0] == lines[1]


@pytest.mark.django_db
def test_full_books_equal_overlay_plus_the_shops_own_entries():
    """What the overlay posts beside a shop's entries at list price gives the same accounts as full books."""
    full, overlay = (
        played([(1, 0, 100, 50_000, 95)], [(22, 0, 60, True)], profile=p, basis=AllocationBasis.PAID, order=1) for p in Profile
    )
    for stage in (full, overlay):
        stage.value("P1")
    shop = {"1000": 50_000, "1090": 60, "4000": -50_060}

    together = Counter({row.code: row.balance_minor for row in trial_balance(overlay.book)})
    together.update(shop)

    assert {code: amount for code, amount in together.items() if amount} == {
        row.code: row.balance_minor for row in trial_balance(full.book)
    }
    assert dt.date(2026, 1, 31) == full.last("P1")
