"""The roll-forward on staff pages: what it ties to, and the files."""

import csv
import io

import pytest
from django.urls import reverse

from ledger.books.queries import account_balance
from ledger.points.models import Balance
from reporting.journals.queries import book_periods
from reporting.rollforward.report import report
from tests.reporting.closing import AT, january

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(stopped_clock):
    stopped_clock(AT)
    month = january()
    month.close()
    return month


def text(answer):
    return answer.content.decode()


def test_the_closing_balance_ties_to_account_and_statements_and_members(month):
    shown = report(month.shop.programme, book_periods(month.book), month.period(1))
    whole = report(month.shop.programme, book_periods(month.book), None)

    assert shown.closing_minor == -account_balance(month.book, "2100") == shown.tie.accounts_minor == shown.tie.statement_minor
    assert shown.closing_points == shown.tie.statement_points == 319
    assert shown.tie.members is None
    assert whole.tie.members == Balance.objects.get(unit=month.unit).available == whole.closing_points


def test_the_page_says_that_it_ties(auditor, month):
    page = text(auditor.get(reverse("staff:rollforward")))
    of_january = text(auditor.get(reverse("staff:rollforward") + f"?period={month.period(1).pk}"))

    assert "Account 2100, Contract liability for points" in page and "differs" not in page
    assert "All months" in page
    assert "January 2025, sales" in of_january and "Pool statements of the close" in of_january


def test_points_that_moved_since_are_told_not_hidden(auditor, month):
    month.shop.buy(month.shop.programme.members.get(), "R-9", AT, ("Dairy", 5_000))

    page = text(auditor.get(reverse("staff:rollforward")))

    assert "50 since then" in page and "later" in page and "differs" not in page


def test_the_page_asks_the_same_number_of_queries(auditor, month, django_assert_num_queries):
    auditor.get(reverse("staff:rollforward"))

    with django_assert_num_queries(17):
        auditor.get(reverse("staff:rollforward"))
    with django_assert_num_queries(20):  # the month's statements, and the currencies of its pools
        auditor.get(reverse("staff:rollforward") + f"?period={month.period(1).pk}")


def test_files_say_the_same(auditor, month):
    answer = auditor.get(reverse("staff:rollforward-file", args=["points.csv"]) + f"?period={month.period(1).pk}")
    money = auditor.get(reverse("staff:rollforward-file", args=["money.csv"]))

    rows = list(csv.DictReader(io.StringIO(text(answer))))
    assert [(row["issued"], row["redeemed"], row["closing"]) for row in rows] == [("419", "100", "319")]
    assert 'filename="aldersgate-club-aldersgate-2025-01-points.csv"' in answer["Content-Disposition"]
    assert [row["period"] for row in csv.DictReader(io.StringIO(text(money)))] == ["2025-01", "2025-02"]
    assert auditor.get(reverse("staff:rollforward-file", args=["rollforward.xlsx"])).status_code == 200
    assert auditor.get(reverse("staff:rollforward-file", args=["other.csv"])).status_code == 404
