"""Paid memberships: the fee is owed when it is paid and earned day by day; what goes back is no longer owed, or no longer earned."""

import datetime as dt

import pytest

from ledger.books.models import Period
from ledger.books.queries import trial_balance
from loyalty.kit.clock import add_months, month_end
from reporting.close.queries import open_exceptions
from reporting.close.services import acknowledge, approve_close, prepare_close
from rewards.setups.domain import SetupKind
from tests.books.cases import of_family
from tests.books.stage import minor, money
from tests.reporting.gift_cards.stage import CardShop
from tests.rewards.plans.stage import PRIME, bought, given_up, used
from tests.rewards.setups.stage import set_up

CASES = [case for case in of_family("membership_fee") if "expected_life_years" not in case["inputs"]]
"""Those for life are in test_lifetime_memberships.py."""
YEAR_BEFORE = -12
"""The stage's books begin a year before the cases; no month of either is longer in its year."""


def moved(day: str) -> dt.datetime:
    on = add_months(dt.date.fromisoformat(day), YEAR_BEFORE)
    return dt.datetime(on.year, on.month, on.day, 10, tzinfo=dt.UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_membership_is_earned_over_its_days(case):
    facts = case["inputs"]
    stage = CardShop()
    plan = PRIME | {"variants": {"standard": {"year_minor": minor(facts["fee"])}}}
    set_up(stage.programme, SetupKind.PLAN, "prime", plan, valid_from=dt.date(2024, 1, 1))
    member = stage.shop.member("Ada", "ada@example.org")
    year = bought(member, moved(facts["start"]))
    assert (year.period.to_on - year.period.from_on).days == facts["days"]
    if facts["refund_policy"] == "pro_rata":
        used(member, moved(facts["start"]) + dt.timedelta(hours=1))
    last_had = moved(facts["cancel"]) - dt.timedelta(days=1) if facts["cancel"] else None
    told = {moved(f"{period['period']}-01").date(): period for period in case["expected"]["periods"]}

    for month in months(max(told)):
        if last_had and last_had.date() <= month_end(month):
            given_up(year.subscription, last_had)
            last_had = None
        period = close(stage, month)
        activity = {row.code: money(row.balance_minor) for row in trial_balance(stage.book, period=period) if row.balance_minor}
        assert activity == (told[month]["activity"] if month in told else {}), month


def months(last: dt.date) -> list[dt.date]:
    """From the first of the books on."""
    return [dt.date(2025 + number // 12, number % 12 + 1, 1) for number in range((last.year - 2025) * 12 + last.month)]


def close(stage: CardShop, month: dt.date) -> Period:
    period = Period.objects.select_related("book").get(book=stage.book, starts_on=month)
    at = dt.datetime.combine(month_end(month) + dt.timedelta(days=3), dt.time(9), dt.UTC)
    run = prepare_close(book=stage.book, period=period, preparer=stage.preparer.pk, at=at)
    for check in open_exceptions(run):
        acknowledge(check=check, actor=stage.preparer.pk, note="Seen.", at=at)
    approve_close(run=run, approver=stage.approver.pk, at=at)
    return period
