"""Two companies of a group in one programme: whose sale it is, what each owes the other, and two books that say the same."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.entities.queries import UnknownStore
from ledger.books import chart
from ledger.books.domain import Profile
from ledger.points.domain import Reason
from ledger.points.models import Lot
from rewards.coalition.models import PartnerStatement
from rewards.coalition.queries import PointsNotTakenHere, lines_of
from rewards.coalition.services import issue_statement, state_companies
from rewards.gift_cards.domain import CardPayment
from rewards.purchases.services import ReturnFacts, record_return
from rewards.purchases.services.record import GiftCardsNotTakenHere
from rewards.redemptions.services import redeem_reward, use_voucher
from tests.accounts.factories import AT
from tests.rewards.coalition.stage import MONTH, NEXT_MONTH, Group, sent_by
from tests.rewards.factories import RewardFactory

pytestmark = pytest.mark.django_db
BOTH = (Profile.FULL, Profile.OVERLAY)


BETWEEN = (chart.INTERCOMPANY_RECEIVABLE, chart.INTERCOMPANY_PAYABLE)


@pytest.mark.parametrize("profile", BOTH)
def test_what_one_company_owes_is_what_the_other_is_owed(profile):
    group = Group(profile)
    group.buys(10_000_00, store="H1")
    night = RewardFactory.create(programme=group.programme, price_points=4_000)
    redeem_reward(member=group.member, reward=night, source=sent_by(group.partner), external_id="N1", at=AT)

    group.close_the_month()

    assert group.balances(group.grocer, *BETWEEN) == [120_00, -40_00]
    assert group.balances(group.hotel, *BETWEEN) == [40_00, -120_00]
    assert group.balances(group.grocer, chart.POINTS_LIABILITY, chart.LOYALTY_REVENUE) == [-120_00 + 48_00, -48_00]
    assert group.balances(group.grocer, chart.REWARD_COST) == group.balances(group.hotel, chart.INTERCOMPANY_RECEIVABLE)
    assert group.balances(group.hotel, chart.POINTS_COST, chart.POINTS_LIABILITY) == [120_00, 0]


@pytest.mark.parametrize("profile", BOTH)
def test_a_sale_stands_in_the_book_of_the_company_whose_store_it_was(profile):
    group = Group(profile)
    group.buys(100_00, "R1", store="G1")
    group.buys(50_00, "R2", store="H1")
    group.brings_back(group.buys(30_00, "R3", store="H1"))

    group.close_the_month()

    is_full = profile is Profile.FULL
    assert group.balances(group.grocer, chart.CASH) == [100_00 if is_full else 0]
    assert group.balances(group.hotel, chart.CASH, chart.GOODS_REVENUE) == ([50_00, -50_00] if is_full else [0, 0])
    assert group.balances(group.hotel, chart.POINTS_COST) == [60]
    assert sorted(Lot.objects.values_list("source_kind", flat=True)) == [Reason.SALE, Reason.INTERCOMPANY, Reason.INTERCOMPANY]


@pytest.mark.parametrize("profile", BOTH)
def test_points_that_pay_at_the_other_company_clear_its_till_and_are_paid_for_at_the_price(profile):
    group = Group(profile, issue="1.2", redeem="0.9")
    group.buys(10_000_00, store="G1")
    paid = group.buys(50_00, "R2", store="H1", tender=20_00)
    group.close_the_month()
    told = {str(line.what): (line.units, line.amount_minor, line.face_minor) for line in lines_of(_statement(group))}

    assert told["tendered"] == (2_000, 18_00, 20_00)
    assert group.balances(group.hotel, chart.INTERCOMPANY_RECEIVABLE) == [18_00]
    assert group.balances(group.hotel, chart.CLEARING) == [0 if profile is Profile.FULL else -20_00]
    assert group.balances(group.grocer, chart.CLEARING, chart.REWARD_COST) == [0, 18_00]
    revenue = -30_00 - 18_00 if profile is Profile.FULL else 20_00 - 18_00
    assert group.balances(group.hotel, chart.GOODS_REVENUE) == [revenue]
    assert paid.tender_minor == 20_00


def test_what_comes_back_piece_by_piece_gives_back_exactly_what_was_paid_for_it():
    group = Group(issue="1.2", redeem="0.7")
    group.buys(10_000_00, store="G1")
    group.buys(9_99, "R2", store="H1", tender=3_33, quantity_1=3)
    purchase = group.member.purchases.get(external_id="R2")
    for number in range(3):
        facts = ReturnFacts(purchase.source, f"B{number}", AT, lines=(("1", Decimal(1)),))
        record_return(purchase=purchase, facts=facts, at=AT + dt.timedelta(minutes=number))

    group.close_the_month()

    row = _statement(group)
    assert (row.payable_minor, row.tendered_minor, row.invoiced_minor) == (0, 0, 0)
    assert [str(line.what) for line in lines_of(row)] == ["issued", "refunded", "taken_back", "tendered"]
    assert group.balances(group.hotel, *BETWEEN, chart.CLEARING) == [0, 0, 0]


def test_a_voucher_is_the_companys_in_whose_store_it_is_used_on_that_day():
    group = Group()
    group.buys(10_000_00, store="G1")
    voucher = redeem_reward(
        member=group.member,
        reward=RewardFactory.create(programme=group.programme, price_points=100),
        source="portal",
        external_id="V",
        at=AT,
    )

    before = _state(group, MONTH)
    use_voucher(code=voucher.code, at=NEXT_MONTH, store=group.theirs, programme=group.programme)
    after = _state(group, NEXT_MONTH.date().replace(day=1), NEXT_MONTH + dt.timedelta(days=31))

    assert before.payable_minor == 0
    assert [(str(line.what), line.business_on, line.amount_minor) for line in lines_of(after)] == [("redeemed", NEXT_MONTH.date(), 1_00)]


def test_the_companys_own_key_names_its_stores_only_and_others_name_all():
    group = Group()

    with pytest.raises(UnknownStore):
        group.buys(10_00, source=sent_by(group.partner), store="G1")
    with_its_key = group.buys(10_00, source=sent_by(group.partner), store="H1")
    without_store = group.buys(10_00, "R2", source=sent_by(group.partner))
    by_the_till = group.buys(10_00, "R3", store="H1")

    assert {with_its_key.store_id, by_the_till.store_id} == {group.theirs.pk}
    assert without_store.store_id is None
    assert without_store.channel.entity_id == with_its_key.channel.entity_id == by_the_till.channel.entity_id == group.hotel.pk
    assert _state(group, MONTH).invoiced_minor == 36


def test_points_that_nobody_agreed_to_pay_for_are_a_promotion_of_the_programmes_company():
    group = Group(Profile.FULL, redeem="1.0")
    group.buys(100_00, store="H1")

    group.close_the_month()

    assert Lot.objects.get().source_kind == Reason.PROMOTION
    assert group.balances(group.grocer, *BETWEEN, chart.CASH) == [0, 0, 0]
    assert group.balances(group.grocer, chart.PROMOTION_EXPENSE)[0] > 0
    assert group.balances(group.hotel, chart.CASH, chart.POINTS_COST) == [100_00, 0]


def test_points_pay_nowhere_before_somebody_agreed_on_what_they_bring():
    group = Group(issue="1.2")
    group.buys(1_000_00, store="G1")

    with pytest.raises(PointsNotTakenHere):
        group.buys(50_00, "R2", store="H1", tender=5_00)

    assert group.member.purchases.count() == 1


def test_gift_cards_of_one_company_do_not_pay_at_the_other():
    group = Group()

    with pytest.raises(GiftCardsNotTakenHere):
        group.buys(50_00, store="H1", gift_cards=(CardPayment("X", 5_00),))

    assert not group.member.purchases.exists()


def test_a_month_is_stated_once_whichever_book_is_closed_first():
    group = Group()
    group.buys(100_00, store="H1")

    first = state_companies(book=group.hotel.book, month=MONTH, at=NEXT_MONTH)
    second = state_companies(book=group.grocer.book, month=MONTH, at=NEXT_MONTH)

    assert (len(first), len(second)) == (1, 0)
    assert state_companies(book=group.grocer.book, month=NEXT_MONTH.date().replace(day=1), at=NEXT_MONTH) == []


def _statement(group: Group) -> PartnerStatement:
    return PartnerStatement.objects.get(partner=group.partner)


def _state(group: Group, month: dt.date, at: dt.datetime = NEXT_MONTH) -> PartnerStatement:
    return issue_statement(programme=group.programme, partner=group.partner, month=month, at=at)
