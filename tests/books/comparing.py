"""Compares what a stage posted with what a case expects, to the cent."""

from collections import Counter

from tests.books.cases import Case
from tests.books.stage import Line, Stage, minor, money

_BALANCE_SHEET = ("1", "2", "3")


def expected_lines(case: Case) -> Counter[Line]:
    return Counter(
        (journal["period"], journal["basis"], line["account"], minor(line["debit"]), minor(line["credit"]))
        for journal in case["expected"]["journals"]
        for line in journal["lines"]
    )


def assert_journals(stage: Stage, case: Case) -> None:
    """Journals agree as multisets of (period, basis, account, debit, credit); months of the set-up do not count."""
    expected = expected_lines(case)
    labels = {period["period"] for period in case["expected"]["periods"]}

    found = Counter({line: times for line, times in stage.lines().items() if line[0] in labels})

    assert found == expected


def assert_periods(stage: Stage, case: Case) -> None:
    """The change of every account in every period, and the balance sheet at its end."""
    activity = stage.activity()
    cumulative: Counter[str] = Counter()
    for period in case["expected"]["periods"]:
        moved = {account: amount for account, amount in activity[period["period"]].items() if amount}
        assert moved == _amounts(period["activity"]), period["period"]
        cumulative.update(moved)
        sheet = {account: amount for account, amount in cumulative.items() if amount and account.startswith(_BALANCE_SHEET)}
        assert sheet == _amounts(period["closing_balance_sheet"]), period["period"]


def assert_metrics(found: dict[str, str], expected: dict[str, str]) -> None:
    """Every metric that the case names was computed, and agrees."""
    assert found == expected


def figures_of(stage: Stage, label: str) -> dict[str, str]:
    """The figures of a period that has one pool, under the names that cases use."""
    statement = stage.statement(label)
    before = stage.labels.index(label) - 1
    redeemed_before = stage.statement(stage.labels[before]).redeemed if before >= 0 else 0
    return {
        "redeemed_in_period": str(statement.redeemed - redeemed_before),
        "cumulative_redeemed": str(statement.redeemed),
        "expected_total": f"{statement.expected.normalize():f}",
        "loyalty_revenue": money(statement.revenue_minor),
        "contract_liability_close": money(statement.liability_minor),
        "of_which_catch_up_on_prior_period_redemptions": money(statement.catch_up_prior_minor),
        "revenue_included_in_opening_liability": money(statement.revenue_from_opening_minor),
    }


def _amounts(texts: dict[str, str]) -> dict[str, int]:
    return {account: minor(text) for account, text in texts.items() if minor(text)}
