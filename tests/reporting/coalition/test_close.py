"""The close of two companies of a group, and of a book with partners: what each owes ties, or is an exception with its figures."""

import uuid

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.books.models import Journal, Period
from loyalty.kit.ids import uuid7
from reporting.close.domain import CheckCode
from reporting.close.services import prepare_close
from rewards.coalition.models import PartnerStatement
from rewards.coalition.services import issue_statement
from tests.accounts.factories import PartnerFactory
from tests.colleagues import colleague
from tests.rewards.coalition.stage import BEFORE, MONTH, NEXT_MONTH, Group, agree, sent_by

pytestmark = pytest.mark.django_db
PREPARER = uuid.UUID(int=1)


def prepared(company):
    period = Period.objects.select_related("book").get(book=company.book, starts_on=MONTH)
    return prepare_close(book=company.book, period=period, preparer=PREPARER, at=NEXT_MONTH)


def exceptions(run, code):
    return {check.subject: check.figures for check in run.checks.filter(code=code, passed=False)}


def test_either_close_states_the_month_and_both_books_tie():
    group = Group()
    group.buys(100_00, store="H1")

    runs = [prepared(group.hotel), prepared(group.grocer)]

    assert PartnerStatement.objects.get().month == MONTH
    assert [exceptions(run, CheckCode.COMPANIES_TIE) for run in runs] == [{}, {}]
    assert group.balances(group.hotel, "2050") == [-1_20]
    assert group.balances(group.grocer, "1120") == [1_20]


def test_what_comes_after_the_month_was_stated_is_an_exception_in_both_books():
    group = Group()
    group.buys(100_00, store="H1")
    prepared(group.hotel)

    group.buys(50_00, "R2", store="H1")
    runs = [prepared(group.grocer), prepared(group.hotel)]

    late = {group.partner.name: {"invoiced_minor": 60, "payable_minor": 0}}
    assert [exceptions(run, CheckCode.COMPANIES_TIE) for run in runs] == [late, late]
    assert group.balances(group.grocer, "1120") == [1_80]


def test_a_partners_month_that_nobody_stated_is_an_exception():
    group = Group()
    air = PartnerFactory.create(legal_entity=group.grocer, name="Air")
    agree(group.programme, air, "issue", "2.0", at=BEFORE)
    group.buys(10_00, source=sent_by(air))

    before = exceptions(prepared(group.grocer), CheckCode.PARTNERS_TIE)
    issue_statement(programme=group.programme, partner=air, month=MONTH, at=NEXT_MONTH)
    after = exceptions(prepared(group.grocer), CheckCode.PARTNERS_TIE)

    assert before == {"Air": {"invoiced_minor": 20, "payable_minor": 0}}
    assert after == {}


def test_finance_chooses_whose_books_they_see(client):
    group = Group()
    group.buys(100_00, store="H1")
    group.close_the_month()
    client.force_login(colleague(Role.FINANCE_PREPARER))

    own = client.get(reverse("staff:journals")).content.decode()
    theirs = client.get(reverse("staff:journals"), {"company": group.hotel.slug}).content.decode()
    remembered = client.get(reverse("staff:close"))
    balance = client.get(reverse("staff:trial-balance-file", args=["csv"])).content.decode()

    journal = client.get(reverse("staff:journal", args=[Journal.objects.get(book=group.hotel.book).pk])).content.decode()
    assert reverse("staff:partner-statement", args=[group.programme.slug, PartnerStatement.objects.get().pk]) in journal
    assert "not shown" not in journal
    assert "Points of the group&#x27;s programme" in theirs
    assert group.hotel.name in own
    assert remembered.context["book"] == group.hotel.book
    assert "5020" in balance
    assert client.get(reverse("staff:journals"), {"company": str(uuid7())}).context["book"] == group.hotel.book
