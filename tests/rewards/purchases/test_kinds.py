"""Purchases that earn in several currencies of different kinds."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.programmes.domain import CurrencyKind
from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, Words, change_programme_state, open_currency
from ledger.books.models import Book
from ledger.points.models import Movement
from ledger.points.queries import holdings, verify
from ledger.valuation.models import Allocation, DayTaking, PlainSale
from ledger.valuation.services import run_valuation
from rewards.earning.services import write_first_rule
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.purchases.conftest import FIRST_DAY, purchase_of

pytestmark = pytest.mark.django_db
WHEN = dt.datetime(2025, 1, 15, 10, tzinfo=dt.UTC)
NOW = WHEN + dt.timedelta(hours=1)

BACK = ReturnFacts(source="till", external_id="B1", occurred_at=WHEN + dt.timedelta(minutes=1))


def club(*currencies, first_rule="points"):
    """A live programme; a rule for each currency gives a unit for every full 1.00."""
    programme = ProgrammeFactory.create(state="draft")
    for code, kind, value in currencies:
        words = Words(code=code, singular=code, plural=code, kind=kind)
        terms = Terms(expiry_kind="none", expiry_number=0, point_value_minor=Decimal(value))
        open_currency(programme=programme, words=words, terms=terms, valid_from=FIRST_DAY, at=AT)
    for code in (code for code in (first_rule, *(code for code, _kind, _value in currencies)) if code):
        write_first_rule(
            programme=programme, code=f"every-{code}", name=code, currency=currency_of(programme, code),
            definition={"points": 1, "step_minor": 100}, valid_from=FIRST_DAY, at=AT,
        )  # fmt: skip
    return change_programme_state(programme=programme, state="live")


def test_qualifying_points_are_counted_and_are_no_liability():
    programme = club(("miles", CurrencyKind.QUALIFYING, 0))
    member = MemberFactory.create(programme=programme)
    book = programme.legal_entity.book

    record = record_purchase(programme=programme, facts=purchase_of(member, 10_000, occurred_at=WHEN), at=NOW)
    run_valuation(book=book, through_on=WHEN.date(), at=NOW)

    miles = currency_of(programme, "miles").unit
    assert {of.unit: of.available for of in record.holdings} == {currency_of(programme).unit_id: 100, miles.pk: 100}
    assert [row.pool.unit_id for row in Allocation.objects.all()] == [currency_of(programme).unit_id]
    assert DayTaking.objects.get().paid_minor == 10_000
    assert Movement.objects.get(unit=miles).paid_minor == 0
    assert verify() == []


def test_a_sale_that_only_counts_for_tiers_is_still_a_sale_in_full_books():
    programme = club(("miles", CurrencyKind.QUALIFYING, 0), first_rule=None)
    Book.objects.update(profile="full")
    member = MemberFactory.create(programme=programme)

    recorded = record_purchase(programme=programme, facts=purchase_of(member, 10_000, occurred_at=WHEN), at=NOW)
    record_return(purchase=recorded.purchase, facts=BACK, at=NOW)

    assert sorted(PlainSale.objects.values_list("paid_minor", flat=True)) == [-10_000, 10_000]
    assert {of.unit: of.available for of in holdings(points_account=member.points_account_id, today=AT.date())}[
        currency_of(programme, "miles").unit_id
    ] == 0


def test_two_currencies_share_the_price_by_what_they_are_worth():
    """100.00 for goods at 100.00, 100 points at 1.00 and 100 stamps at 3.00: the options are 4.00 of 104.00 together (IFRS 15.74)."""
    programme = club(("stamps", CurrencyKind.STAMP, 3))
    member = MemberFactory.create(programme=programme)

    record_purchase(programme=programme, facts=purchase_of(member, 10_000, occurred_at=WHEN), at=NOW)
    run_valuation(book=programme.legal_entity.book, through_on=WHEN.date(), at=NOW)

    deferred = {row.pool.unit.code: row.deferred for row in Allocation.objects.select_related("pool__unit")}
    assert {code: round(money, 2) for code, money in deferred.items()} == {
        "points": round(Decimal(10_000) * 100 / 10_400, 2),
        "stamps": round(Decimal(10_000) * 300 / 10_400, 2),
    }
    assert DayTaking.objects.get().paid_minor == 10_000


def test_a_return_takes_both_currencies_and_their_shares_back():
    programme = club(("stamps", CurrencyKind.STAMP, 3), ("miles", CurrencyKind.QUALIFYING, 0))
    member = MemberFactory.create(programme=programme)
    recorded = record_purchase(programme=programme, facts=purchase_of(member, 10_000, occurred_at=WHEN), at=NOW)

    record_return(purchase=recorded.purchase, facts=BACK, at=NOW)
    run_valuation(book=programme.legal_entity.book, through_on=WHEN.date(), at=NOW)

    assert [(of.available, of.arrears) for of in holdings(points_account=member.points_account_id, today=AT.date())] == [(0, 0)] * 3
    assert {row.deferred - row.returned for row in Allocation.objects.all()} == {0}
    assert (DayTaking.objects.get().paid_minor, DayTaking.objects.get().refunded_minor) == (10_000, 10_000)
