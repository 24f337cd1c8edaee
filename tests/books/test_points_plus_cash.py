"""A sale paid with points and money, which earns points again, on the continuation view."""

from decimal import Decimal

import pytest

from ledger.books import chart
from ledger.books.domain import AllocationBasis, EventType, Profile
from ledger.books.queries import account_balance
from ledger.points.domain import Reason
from tests.books.cases import Case, by_id, of_family
from tests.books.comparing import assert_journals, assert_metrics, assert_periods
from tests.books.stage import Stage, minor, money

CASES = of_family("points_plus_cash")


def play(case: Case) -> Stage:
    facts = case["inputs"]
    profile = Profile(facts.get("posting_profile", "full"))
    facts = by_id(facts["same_as"])["inputs"] if "same_as" in facts else facts
    rate, value = Decimal(facts["urr"]), Decimal(facts["value_per_point"]) * 100
    stage = Stage(["P1", "P2"], profile=profile, basis=AllocationBasis.CONTINUATION, value_minor=value)
    stage.estimate("P1", rate * 100, 100)
    first = minor(facts["sale1"])
    stage.grant(stage.day("P1"), int(facts["points1"]), sale=stage.sale(first, first, rate))
    stage.close("P1")

    price, face = minor(facts["sale2_price"]), int(int(facts["points_used"]) * value)
    if profile is Profile.OVERLAY:
        stage.post("P2", EventType.POINT_OF_SALE, [(chart.CASH, price - face), (chart.CLEARING, face), (chart.GOODS_REVENUE, -price)])
    tender = stage.redeem(stage.day("P2"), int(facts["points_used"]), Reason.TENDER, face_minor=face)
    sale = stage.sale(price - face, price, rate, tender=tender)
    stage.grant(stage.day("P2"), int(facts["points_earned_on_cash"]), sale=sale)
    stage.close("P2")
    return stage


def figures(stage: Stage, names: list[str]) -> dict[str, str]:
    second = stage.activity()["P2"]
    liability = [
        (debit, credit) for (label, _, account, debit, credit) in stage.lines() if (label, account) == ("P2", chart.POINTS_LIABILITY)
    ]
    known = {
        "release": sum(debit for debit, _ in liability),
        "cash": second[chart.CASH],
        "new_points_liability": sum(credit for _, credit in liability),
        "revenue_sale2": -second[chart.GOODS_REVENUE],
        "revenue_sale2_net": -second[chart.GOODS_REVENUE],
        "clearing_balance": account_balance(stage.book, chart.CLEARING),
    }
    return {name: money(known[name]) for name in names}


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_releases_what_was_spent_and_defers_what_was_earned(case):
    stage = play(case)

    assert_journals(stage, case)
    assert_periods(stage, case)
    assert_metrics(figures(stage, list(case["expected"]["metrics"])), case["expected"]["metrics"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("profile", "moved"),
    [
        (Profile.FULL, {chart.CASH: 50_00, chart.POINTS_LIABILITY: 40_00, chart.GOODS_REVENUE: -90_00}),
        (Profile.OVERLAY, {chart.CLEARING: -50_00, chart.POINTS_LIABILITY: 40_00, chart.GOODS_REVENUE: 10_00}),
    ],
)
@pytest.mark.parametrize("reason", [Reason.MIGRATION, Reason.PARTNER, Reason.SALE])
def test_what_points_pay_is_a_sale_of_goods_whoever_paid_for_the_points(profile, moved, reason):
    stage = Stage(["P1", "P2"], profile=profile)
    stage.grant(stage.day("P1"), 100, reason=reason, sale=stage.sale(100_00, 0, Decimal(1)))
    stage.close("P1")

    tender = stage.redeem(stage.day("P2"), 40, Reason.TENDER, face_minor=50_00)
    stage.grant(stage.day("P2"), 1, sale=stage.sale(50_00, 100_00, Decimal(0), tender=tender))
    stage.close("P2")

    assert {account: amount for account, amount in stage.activity()["P2"].items() if amount} == moved
