"""Points for employees: an accrued benefit when they are given, settled by rewards, released when they lapse (IAS 19.11)."""

from decimal import Decimal

import pytest

from ledger.points.domain import Reason, Sale
from ledger.points.services import expire_due
from tests.books.cases import of_family
from tests.books.comparing import assert_journals, assert_metrics, assert_periods
from tests.books.stage import Stage, minor, money

CASES = of_family("employee_recognition")


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_accrues_what_is_expected_and_releases_what_lapses(case):
    facts = case["inputs"]
    points, redeemed = int(facts["points"]), int(facts["redeemed"])
    stage = Stage(["P1", "P2", "P3"], value_minor=Decimal(minor(facts["value_per_point"])))
    stage.estimate("P1", Decimal(facts["urr"]) * 100, 100)
    cost = Sale(0, 0, stage.value_minor * Decimal(facts["urr"]))
    stage.grant(stage.day("P1"), points, reason=Reason.EMPLOYEE, sale=cost, expires_on=stage.day("P3", 20))
    stage.value("P1")
    stage.close("P1")

    stage.redeem(stage.day("P2"), redeemed)
    stage.value("P2")
    stage.close("P2")
    expire_due(unit=stage.unit.pk, through_on=stage.day("P3", 20), at=stage.noon(stage.day("P3", 20)))
    stage.close("P3")

    activity = stage.activity()
    found = {
        "accrual": money(-activity["P1"]["2310"]),
        "redeemed": money(activity["P2"]["2310"]),
        "released": money(activity["P3"]["2310"]),
    }
    assert_metrics(found, case["expected"]["metrics"])
    assert_journals(stage, case)
    assert_periods(stage, case)
