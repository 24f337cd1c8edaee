"""Several pools side by side, redeemed first in first out, one re-estimate."""

from fractions import Fraction

import pytest

from ledger.books.domain import Profile
from ledger.points.domain import Sale
from reporting.rollforward.queries import money_by_period
from tests.books.cases import Case, of_family
from tests.books.comparing import assert_journals, assert_metrics, assert_periods
from tests.books.stage import Stage, minor, money

CASES = of_family("multi_cohort_rollforward")


def play(case: Case) -> Stage:
    """Each cohort is a wallet of its own. A sale at twice the allocation, half of whose stand-alone price is points, allocates it."""
    facts = case["inputs"]
    stage = Stage([period["period"] for period in facts["periods"]], profile=Profile.OVERLAY)
    wallets = {name: stage.open_wallet() for name in facts["cohorts"]}
    months = {}
    for period in facts["periods"]:
        label = period["period"]
        for name in period["new_cohorts"]:
            cohort = facts["cohorts"][name]
            issued, months[name] = int(cohort["issued"]), stage.first(label)
            stage.estimate(label, Fraction(cohort["expected"]), issued, grant_month=months[name])
            sale = Sale(2 * minor(cohort["allocated"]), issued, ssp_point=1)
            stage.grant(stage.day(label, 3), issued, sale=sale, wallet=wallets[name])
        for name, units in period["redeemed"].items():
            stage.redeem(stage.day(label), int(units), wallet=wallets[name])
        for name, expected in period["new_expected"].items():
            stage.estimate(label, Fraction(expected), int(facts["cohorts"][name]["issued"]), grant_month=months[name])
        stage.close(label)
    return stage


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_rolls_every_cohort_forward(case):
    stage = play(case)

    assert_journals(stage, case)
    assert_periods(stage, case)
    rows = dict(zip(stage.labels, money_by_period(stage.book), strict=False))
    found = {
        label: {
            "opening": money(row.opening),
            "additions": money(row.additions - row.returned),
            "recognised": money(row.recognised),
            "of_which_estimate_change": money(row.close_catch_up),
            "revenue_from_opening_balance": money(row.revenue_from_opening),
            "closing": money(row.closing),
        }
        for label, row in rows.items()
    }
    assert_metrics({"rollforward": found}, case["expected"]["metrics"])
