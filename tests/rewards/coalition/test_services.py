"""Prices of points for partners, and what a month comes to."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.programmes.queries import currency_of
from ledger.books import chart
from ledger.books.domain import Profile
from ledger.books.queries import account_balance
from ledger.valuation.services import run_valuation
from rewards.coalition.domain import digest_of
from rewards.coalition.models import PartnerPrice, PartnerStatement
from rewards.coalition.queries import lines_of
from rewards.coalition.services import (
    AnotherPersonMustApprovePrice,
    MalformedPrice,
    MonthNotOver,
    MonthStated,
    PriceDecided,
    PriceNotAhead,
    approve_price,
    issue_statement,
    post_statements,
    propose_price,
)
from rewards.coalition.shapes import head_of, line_of
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.redemptions.services import redeem_reward
from tests.accounts.factories import AT, LegalEntityFactory, MemberFactory, PartnerFactory, UserFactory
from tests.rewards.coalition.stage import MONTH, NEXT_MONTH, agree, partner_with, sent_by
from tests.rewards.factories import RewardFactory
from tests.rewards.purchases.conftest import open_earning, purchase_of

pytestmark = pytest.mark.django_db
BEFORE = AT - dt.timedelta(days=3)


@pytest.fixture
def programme():
    return open_earning(legal_entity=LegalEntityFactory.create(books_from=MONTH, profile=Profile.FULL))


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme)


def bought(member, partner, minor, receipt="R1", at=AT):
    facts = purchase_of(member, minor, source=sent_by(partner), external_id=receipt, occurred_at=at)
    return record_purchase(programme=member.programme, facts=facts, at=at).purchase


def back(purchase, at, receipt="B1"):
    return record_return(purchase=purchase, facts=ReturnFacts(purchase.source, receipt, at), at=at).returned


def state(programme, partner, month=MONTH, at=NEXT_MONTH):
    return issue_statement(programme=programme, partner=partner, month=month, at=at)


def told(row):
    return [(str(line.what), line.units, line.amount_minor) for line in lines_of(row)]


def test_one_partner_owes_for_points_and_another_is_owed_for_redemptions(programme, member):
    air, hotel = partner_with(programme, at=BEFORE, issue="1.2"), partner_with(programme, at=BEFORE, redeem="1.0")
    bought(member, air, 10_000_00)
    night = RewardFactory.create(programme=programme, price_points=4_000)
    redeem_reward(member=member, reward=night, source=sent_by(hotel), external_id="N1", at=AT)

    of_air, of_hotel = state(programme, air), state(programme, hotel)

    assert (of_air.invoiced_minor, of_air.payable_minor) == (120_00, 0)
    assert (of_hotel.invoiced_minor, of_hotel.payable_minor) == (0, 40_00)
    assert told(of_air) == [("issued", 10_000, 120_00)]
    assert told(of_hotel) == [("redeemed", 4_000, 40_00)]


def test_the_books_have_what_partners_owe_and_are_owed(programme, member):
    air, hotel = partner_with(programme, at=BEFORE, issue="1.2"), partner_with(programme, at=BEFORE, redeem="1.0")
    bought(member, air, 10_000_00)
    redeem_reward(
        member=member, reward=RewardFactory.create(programme=programme, price_points=4_000), source=sent_by(hotel), external_id="N1", at=AT
    )
    state(programme, air)
    state(programme, hotel)
    book = programme.legal_entity.book

    run_valuation(book=book, through_on=AT.date(), at=AT)
    journals = [post_statements(book=book, at=NEXT_MONTH) for _time in range(2)]

    assert [len(posted) for posted in journals] == [1, 0]
    assert account_balance(book, chart.PARTNER_RECEIVABLE) == 120_00
    assert account_balance(book, chart.PARTNER_PAYABLE) == -40_00
    assert account_balance(book, chart.REWARD_COST) == 40_00
    assert account_balance(book, chart.GOODS_REVENUE) == account_balance(book, chart.CASH) == 0
    assert account_balance(book, chart.POINTS_LIABILITY) + account_balance(book, chart.LOYALTY_REVENUE) == -120_00


def test_what_comes_back_is_credited_in_the_books_and_in_the_month_of_the_return(programme, member):
    air = partner_with(programme, at=BEFORE, issue="1.2")
    purchase = bought(member, air, 37_00)
    state(programme, air)

    back(purchase, NEXT_MONTH)

    row = state(programme, air, NEXT_MONTH.date().replace(day=1), NEXT_MONTH + dt.timedelta(days=31))
    assert told(row) == [("taken_back", 37, 44)]
    assert row.invoiced_minor == -44


def test_the_books_credit_what_comes_back(programme, member):
    air, book = partner_with(programme, at=BEFORE, issue="1.2"), programme.legal_entity.book
    bought(member, air, 100_00)
    purchase = bought(member, air, 37_00, "R2")

    back(purchase, AT)

    run_valuation(book=book, through_on=AT.date(), at=AT)
    assert account_balance(book, chart.PARTNER_RECEIVABLE) == -account_balance(book, chart.POINTS_LIABILITY) == 1_20
    assert account_balance(book, chart.GOODS_REVENUE) == account_balance(book, chart.CASH) == 0


def test_what_arrives_late_stands_in_the_next_statement_under_its_own_day(programme, member):
    air = partner_with(programme, at=BEFORE, issue="1.2")
    bought(member, air, 100_00)
    first = state(programme, air)

    facts = purchase_of(member, 50_00, source=sent_by(air), external_id="R2", occurred_at=AT)
    record_purchase(programme=programme, facts=facts, at=NEXT_MONTH)

    second = state(programme, air, NEXT_MONTH.date().replace(day=1), NEXT_MONTH + dt.timedelta(days=31))
    assert told(first) == [("issued", 100, 1_20)]
    assert told(second) == [("issued", 50, 60)]
    assert [line.business_on for line in lines_of(second)] == [AT.date()]


def test_a_new_price_counts_from_its_day_on_and_a_return_has_the_price_of_its_purchase(programme, member):
    air = partner_with(programme, at=BEFORE, issue="1.2")
    purchase = bought(member, air, 100_00)
    agree(programme, air, "issue", "1.5", at=AT)
    tomorrow = AT + dt.timedelta(days=1)

    bought(member, air, 100_00, "R2", tomorrow)
    back(purchase, tomorrow)

    row = state(programme, air)
    assert told(row) == [("issued", 100, 1_20), ("issued", 100, 1_50), ("taken_back", 100, 1_20)]
    assert row.invoiced_minor == 1_50


def test_a_purchase_of_the_operators_own_shops_is_an_ordinary_sale(programme, member):
    partner_with(programme, at=BEFORE, issue="1.2")
    record_purchase(programme=programme, facts=purchase_of(member, 10_00), at=AT)

    run_valuation(book=programme.legal_entity.book, through_on=AT.date(), at=AT)

    assert account_balance(programme.legal_entity.book, chart.PARTNER_RECEIVABLE) == 0


def test_a_month_is_stated_once_and_not_before_it_is_over(programme):
    air = partner_with(programme, at=BEFORE, issue="1.2")

    with pytest.raises(MonthNotOver):
        state(programme, air, at=AT)
    state(programme, air)
    with pytest.raises(MonthStated):
        state(programme, air)

    assert PartnerStatement.objects.count() == 1


def test_the_hash_is_that_of_what_stands_in_the_statement_which_is_never_changed(programme, member):
    air = partner_with(programme, at=BEFORE, issue="1.2")
    bought(member, air, 100_00)

    row = state(programme, air)

    assert row.digest == digest_of(head_of(row), [line_of(line, row) for line in lines_of(row)])
    for rows in (PartnerStatement.objects.all(), row.lines.all(), PartnerPrice.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete() if rows.model is not PartnerPrice else rows.update(price_minor=1)


def test_points_without_value_have_no_price(programme):
    currency = currency_of(programme)
    currency.unit.is_valued = False
    facts = {"partner": PartnerFactory.create(legal_entity=programme.legal_entity), "way": "issue", "price_minor": Decimal("1.2")}

    with pytest.raises(MalformedPrice):
        propose_price(**facts, currency=currency, valid_from=AT.date() + dt.timedelta(days=1), author=UserFactory.create(), at=AT)

    assert not PartnerPrice.objects.exists()


def test_a_price_needs_another_person_and_a_day_to_come(programme):
    author, partner = UserFactory.create(), PartnerFactory.create(legal_entity=programme.legal_entity)
    facts = {
        "partner": partner,
        "currency": currency_of(programme),
        "way": "issue",
        "price_minor": Decimal("1.2"),
        "author": author,
        "at": AT,
    }

    with pytest.raises(PriceNotAhead):
        propose_price(**facts, valid_from=AT.date())
    price = propose_price(**facts, valid_from=AT.date() + dt.timedelta(days=1))
    with pytest.raises(AnotherPersonMustApprovePrice):
        approve_price(price=price, approver=author, at=AT)
    with pytest.raises(PriceNotAhead):
        approve_price(price=price, approver=UserFactory.create(), at=AT + dt.timedelta(days=2))
    approve_price(price=price, approver=UserFactory.create(), at=AT)
    with pytest.raises(PriceDecided):
        approve_price(price=propose_price(**facts, valid_from=AT.date() + dt.timedelta(days=1)), approver=UserFactory.create(), at=AT)
