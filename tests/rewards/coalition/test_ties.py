"""Two books of a group hold what acts and statements say, also where points cross companies, come back in parts, or nobody hands anything over."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.programmes.domain import Terms
from ledger.books import chart
from ledger.books.domain import Profile
from ledger.books.queries import current_period
from reporting.coalition.queries import company_ties
from rewards.coalition.models import PartnerStatement
from rewards.coalition.queries import lines_of
from rewards.coalition.services import issue_statement
from rewards.purchases.services import ReturnFacts, record_return
from rewards.redemptions.services import capture_amount, hold_tender, redeem_reward, use_voucher
from tests.accounts.factories import AT, PartnerFactory
from tests.rewards.coalition.stage import MONTH, NEXT_MONTH, Group, agree, sent_by
from tests.rewards.factories import RewardFactory

pytestmark = pytest.mark.django_db
BOTH = (Profile.FULL, Profile.OVERLAY)


def torn(group: Group) -> list[tuple[str, int, int]]:
    """Accounts between the companies that do not hold what they should."""
    found = [tie for company in (group.grocer, group.hotel) for tie in company_ties(company.book, current_period(company.book)).accounts]
    return [(tie.account, tie.in_books_minor, tie.expected_minor) for tie in found if tie.in_books_minor != tie.expected_minor]


def one_by_one(group: Group, purchase, *, apart: dt.timedelta, times: int = 3) -> None:
    for number in range(times):
        at = AT + apart * number
        facts = ReturnFacts(purchase.source, f"B{purchase.external_id}-{number}", at, lines=(("1", Decimal(1)),))
        record_return(purchase=purchase, facts=facts, at=at)


@pytest.mark.parametrize("profile", BOTH)
def test_points_that_the_other_company_paid_for_pay_at_our_own_till(profile):
    group = Group(profile)
    group.buys(10_000_00, store="H1")
    group.buys(50_00, "R2", store="G1", tender=20_00)

    group.close_the_month()

    assert torn(group) == []
    assert group.balances(group.grocer, chart.INTERCOMPANY_RECEIVABLE) == [120_00]
    assert group.balances(group.grocer, chart.CLEARING) == [0 if profile is Profile.FULL else -20_00]


@pytest.mark.parametrize("profile", BOTH)
def test_parts_that_come_back_credit_what_the_statement_says_and_no_other_rounding(profile):
    group = Group(profile, issue="0.5", redeem="1.0")
    for number in range(20):
        one_by_one(group, group.buys(3_00, f"R{number}", store="H1", quantity_1=3), apart=dt.timedelta(), times=1)

    group.close_the_month()

    assert torn(group) == []
    assert group.balances(group.hotel, chart.POINTS_COST) == [20]


def test_what_points_paid_comes_back_whole_however_many_days_it_takes():
    group = Group(terms=Terms(point_value_minor=Decimal("1.5")), issue="1.2", redeem="0.7")
    group.buys(10_000_00, store="G1")
    one_by_one(group, group.buys(30_00, "R2", store="H1", tender=30, quantity_1=3), apart=dt.timedelta(days=1))

    group.close_the_month()

    row = PartnerStatement.objects.get(partner=group.partner)
    assert [line.face_minor for line in lines_of(row) if line.what == "refunded"] == [10, 11, 9]
    assert (row.payable_minor, row.tendered_minor) == (0, 0)
    assert group.balances(group.hotel, chart.CLEARING) == [0]


def test_a_voucher_that_the_companys_key_took_is_ours_once_it_is_used_in_our_own_store():
    group = Group()
    group.buys(10_000_00, store="G1")
    reward = RewardFactory.create(programme=group.programme, price_points=100)
    vouchers = [
        redeem_reward(member=group.member, reward=reward, source=sent_by(group.partner), external_id=number, at=AT) for number in "AB"
    ]
    use_voucher(code=vouchers[0].code, at=AT, store=group.own, programme=group.programme)
    use_voucher(code=vouchers[1].code, at=AT, store=group.theirs, programme=group.programme)

    group.close_the_month()

    assert PartnerStatement.objects.get().payable_minor == 1_00
    assert group.balances(group.grocer, chart.REWARD_COST) == [1_00]


def test_nobody_is_paid_for_handing_over_a_donation():
    group = Group()
    group.buys(10_000_00, store="G1")
    redeem_reward(
        member=group.member,
        reward=RewardFactory.create(programme=group.programme, kind="donation", price_points=100),
        source=sent_by(group.partner),
        external_id="D",
        at=AT,
    )

    group.close_the_month()

    assert not PartnerStatement.objects.exists()


def test_a_hold_that_pays_after_midnight_has_the_price_of_that_day():
    group = Group()
    group.buys(10_000_00, store="G1")
    air = PartnerFactory.create(legal_entity=group.grocer)
    evening = AT.replace(hour=20, minute=50)
    held = hold_tender(member=group.member, amount_minor=5_00, source=sent_by(air), at=evening)
    agree(group.programme, air, "redeem", "1.0", at=AT)

    capture_amount(redemption=held.pk, amount_minor=5_00, at=evening + dt.timedelta(minutes=20))
    row = issue_statement(programme=group.programme, partner=air, month=MONTH, at=NEXT_MONTH)

    assert row.payable_minor == 5_00
    assert [line.business_on for line in lines_of(row)] == [AT.date() + dt.timedelta(days=1)]
