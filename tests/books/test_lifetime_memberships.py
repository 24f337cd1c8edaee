"""Memberships for life: the fee is earned over the life that is expected of them; a new estimate counts for what is left."""

import datetime as dt
from collections import Counter

import pytest

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.books.models import Journal
from ledger.points.services import open_points_accounts
from loyalty.kit.ids import uuid7
from reporting.close.domain import CheckCode
from reporting.close.models import CloseCheck
from rewards.plans.domain import Term
from rewards.plans.models import Subscription, SubscriptionPeriod
from rewards.setups.domain import SetupKind
from tests.books.cases import of_family
from tests.books.comparing import assert_metrics
from tests.books.stage import minor, money
from tests.books.test_membership_fees import close, months
from tests.reporting.gift_cards.stage import CardShop
from tests.rewards.plans.stage import bought
from tests.rewards.setups.stage import set_up

FIRST = dt.datetime(2025, 1, 1, 10, tzinfo=dt.UTC)
CASES = [case for case in of_family("membership_fee") if "expected_life_years" in case["inputs"]]
EVENTS = {"event": "fee_sale", "close": "fee_earned"}
"""The product takes in what is earned as it is, not at the close only."""


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_membership_for_life_is_earned_over_its_expected_life(case):
    """The product's books close by the month: what the case tells of a year is held against its twelve months together."""
    facts, expected = case["inputs"], case["expected"]
    stage = CardShop()
    sold = {"variants": {"standard": {"life_minor": minor(facts["fee"])}}}
    for year, life in ((1, facts["expected_life_years"]), (facts["from_year"], facts["new_expected_life_years"])):
        set_up(stage.programme, SetupKind.PLAN, "prime", sold | {"life_months": 12 * life}, valid_from=dt.date(2024 + year, 1, 1))
    sell(stage, facts["members"])
    labels = [period["period"] for period in expected["periods"]]

    for month in months(dt.date(2024 + len(labels), 12, 1)):
        close(stage, month)

    found = lines_by_year(labels)
    assert found == {
        (told["period"], EVENTS[told["basis"]]): {
            line["account"]: money(minor(line["debit"]) - minor(line["credit"])) for line in told["lines"]
        }
        for told in expected["journals"]
    }
    sheet: Counter[str] = Counter()
    for period in expected["periods"]:
        activity: Counter[str] = Counter()
        for (year, _event), lines in found.items():
            activity.update({code: minor(amount) for code, amount in lines.items()} if year == period["period"] else {})
        sheet.update(activity)
        assert as_money(activity) == period["activity"], period["period"]
        assert as_money(sheet, {"1000", "2130"}) == period["closing_balance_sheet"], period["period"]
    revenue = {year: money(-minor(lines["4050"])) for (year, event), lines in found.items() if event == "fee_earned"}
    assert_metrics({"revenue": revenue}, expected["metrics"])
    assert not CloseCheck.objects.filter(code=CheckCode.FEES_TIE, passed=False).exists()


def sell(stage: CardShop, members: int) -> None:
    """Sell one to a first member by the service, and copy what it wrote to all others: ten thousand calls would take minutes."""
    first = stage.shop.member("Ada", "ada@example.org")
    record = bought(first, FIRST, term=Term.LIFE)
    people, subscriptions, periods = [], [], []
    wallets = open_points_accounts(programme=stage.programme.pk, units=[currency_of(stage.programme).unit], at=FIRST, count=members - 1)
    for number, wallet in enumerate(wallets):
        own = {"id": uuid7(), "external_id": f"copy-{number}"}
        named = {"number": f"9{number:011}", "email": None, "user_id": None, "points_account_id": wallet.pk}
        people.append(Member(**copied(first) | own | named))
        subscriptions.append(Subscription(**copied(record.subscription) | own | {"id": uuid7(), "member_id": people[-1].pk}))
        periods.append(SubscriptionPeriod(**copied(record.period) | own | {"id": uuid7(), "subscription_id": subscriptions[-1].pk}))
    for rows in (people, subscriptions, periods):
        type(rows[0]).objects.bulk_create(rows, batch_size=2_000)


def copied(row: Member | Subscription | SubscriptionPeriod) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def lines_by_year(labels: list[str]) -> dict[tuple[str, str], dict[str, str]]:
    """What was posted, debits positive, by year of the case and kind of event."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for journal in Journal.objects.select_related("period").prefetch_related("lines__book_account"):
        of = found.setdefault((labels[journal.period.starts_on.year - 2025], journal.event_type), Counter())
        of.update({line.book_account.code: line.debit_minor - line.credit_minor for line in journal.lines.all()})
    return {key: as_money(of) for key, of in found.items()}


def as_money(amounts: Counter[str], codes: set[str] | None = None) -> dict[str, str]:
    return {code: money(amount) for code, amount in amounts.items() if codes is None or code in codes}
