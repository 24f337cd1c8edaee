"""Journals and trial balance on staff pages."""

import csv
import io
import uuid

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.books.models import Journal
from ledger.books.services import reverse_journal
from reporting.journals import staff
from reporting.journals.queries import JournalFilter, balance_rows, journals_like, totals_of
from tests.colleagues import colleague
from tests.reporting.closing import AT, january

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(stopped_clock):
    stopped_clock(AT)
    month = january()
    month.value()
    return month


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("name", ["journals", "trial-balance", "estimates", "rollforward"])
def test_others_do_not_see_the_books(client, month, name):
    client.force_login(colleague(Role.SUPPORT))

    assert client.get(reverse(f"staff:{name}")).status_code == 403


def test_the_list_adds_up_all_that_fit(month):
    every = totals_of(month.book, JournalFilter())
    clearing = totals_of(month.book, JournalFilter(account="1090"))

    assert every.journals == Journal.objects.count() == 3
    assert every.total_minor == sum(Journal.objects.values_list("total_minor", flat=True))
    assert (clearing.journals, clearing.debit_minor, clearing.credit_minor) == (1, 0, 100)
    assert [journal.account_credit for journal in journals_like(month.book, JournalFilter(account="1090"))] == [100]


@pytest.mark.parametrize("query", ["", "?account=1090", "?event=tender", "?period=0&account=x'&event=nothing"])
def test_it_lists_journals_and_ignores_what_it_cannot_read(auditor, month, query):
    page = text(auditor.get(reverse("staff:journals") + query))

    assert "Points taken as payment" in page
    assert ("3 journals" in page) is (query in {"", "?period=0&account=x'&event=nothing"})


def test_pages_of_the_list_are_read_by_key(auditor, month, monkeypatch):
    monkeypatch.setattr(staff, "list_page", lambda *arguments: original(*arguments, limit=2))
    first = auditor.get(reverse("staff:journals"))
    second = auditor.get(reverse("staff:journals") + first.context["next_url"])

    numbers = [row[0]["value"] for answer in (first, second) for row in answer.context["rows"]]
    assert numbers == ["2025-000003", "2025-000002", "2025-000001"]


original = staff.list_page


def test_the_list_asks_the_same_number_of_queries_whatever_it_shows(auditor, month, django_assert_num_queries):
    auditor.get(reverse("staff:journals"))

    for query in ("", "?event=manual"):
        with django_assert_num_queries(14):
            auditor.get(reverse("staff:journals") + query)


def test_a_journal_shows_lines_sources_and_its_reversal(auditor, month):
    tender = Journal.objects.get(event_type="tender")
    month.period()
    opposite = reverse_journal(journal=tender, at=AT, actor=month.approver.pk)

    page = text(auditor.get(reverse("staff:journal", args=[tender.pk])))
    other = text(auditor.get(reverse("staff:journal", args=[opposite.pk])))

    assert "1090 Points tender clearing" in page and "January 2025, sales" in page and "What it is made of" in page
    assert "This journal was reversed." in page and str(opposite) in page
    assert "This journal reverses another one." in other and "Martin Okafor" in other
    assert f"/staff/purchases/?programme={month.shop.programme.slug}&amp;month=2025-01" in page


def test_finance_is_not_led_to_purchases_that_it_may_not_see(client, month):
    client.force_login(month.preparer)

    assert "/staff/purchases/" not in text(client.get(reverse("staff:journal", args=[Journal.objects.all()[0].pk])))


def test_a_journal_that_is_not_there_is_a_page_not_found(auditor):
    assert auditor.get(reverse("staff:journal", args=[uuid.uuid4()])).status_code == 404


def test_the_trial_balance_opens_moves_and_closes(auditor, month):
    month.close()

    january_rows = {row.code: row for row in balance_rows(month.book, month.period(1))}
    february = {row.code: row for row in balance_rows(month.book, month.period(2))}

    assert sum(row.closing_minor for row in january_rows.values()) == 0
    assert (january_rows["1090"].opening_minor, january_rows["1090"].closing_minor) == (0, -100)
    assert (february["1090"].opening_minor, february["1090"].debit_minor, february["1090"].credit_minor) == (-100, 0, 0)
    page = text(auditor.get(reverse("staff:trial-balance") + f"?period={month.period(1).pk}"))
    assert "January 2025 balances" in page and "1090 Points tender clearing" in page


def test_files_hold_every_line(auditor, month):
    answer = auditor.get(reverse("staff:journals-file", args=["csv"]))
    rows = list(csv.DictReader(io.StringIO(text(answer))))

    assert len(rows) == sum(Journal.objects.values_list("line_count", flat=True))
    assert {row["currency"] for row in rows} == {"GBP"}
    assert answer["Cache-Control"] == "no-store"
    for suffix in ("xlsx", "beancount", "journal"):
        assert auditor.get(reverse("staff:journals-file", args=[suffix])).status_code == 200
    for suffix in ("csv", "xlsx"):
        assert auditor.get(reverse("staff:trial-balance-file", args=[suffix])).status_code == 200
    assert auditor.get(reverse("staff:journals-file", args=["exe"])).status_code == 404
    assert auditor.get(reverse("staff:trial-balance-file", args=["exe"])).status_code == 404
