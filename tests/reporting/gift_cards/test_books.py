import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from ledger.books.domain import Basis, Draft, Entry, EventType, Profile
from ledger.books.models import Journal
from ledger.books.services import post_journal
from ledger.valuation.services import ApproverIsPreparer, EstimateInClosedPeriod, EstimateNotDraft, run_valuation
from loyalty.kit.problems import Malformed
from reporting.close.domain import CheckCode
from reporting.close.queries import open_exceptions
from reporting.close.services import FiguresMoved, approve_close
from reporting.exports import services as exports
from reporting.gift_cards.models import CardEstimate, CardPosting, CardStatement
from reporting.gift_cards.services import approve_estimate, draft_estimate, post_cards
from reporting.gift_cards.tasks import post_gift_cards
from rewards.gift_cards.domain import CardPayment
from rewards.gift_cards.models import GiftCard, GiftCardTerms
from rewards.purchases.domain import LineFacts, PurchaseFacts
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from tests.reporting.exports.test_services import in_beancount, in_hledger, needs_hledger
from tests.reporting.gift_cards.stage import CardShop, after, day, give, lines_of
from tests.rewards.gift_cards.stage import CODE, charge

pytestmark = pytest.mark.django_db
SALE, TENDER, REFUND, BREAKAGE = EventType.GIFT_CARD_SALE, EventType.GIFT_CARD_TENDER, EventType.GIFT_CARD_REFUND, EventType.BREAKAGE


def buy(stage, on, *payments, prices=(4_900, 1_100)):
    """A purchase that earns nothing."""
    lines = tuple(LineFacts(f"{place}", f"S{place}", "Tobacco", "", Decimal(1), price) for place, price in enumerate(prices, start=1))
    facts = PurchaseFacts(
        source="till",
        external_id="R-1",
        occurred_at=on,
        currency="GBP",
        channel="store",
        store=stage.shop.market.code,
        member=stage.shop.member().pk,
        gift_cards=payments,
        lines=lines,
    )
    return record_purchase(programme=stage.programme, facts=facts, at=on).purchase


def post(stage, month):
    return post_cards(book=stage.book, through_on=stage.period(month).ends_on, at=after(month))


def statements():
    fields = ("opening_minor", "sold_minor", "paid_minor", "given_back_minor", "breakage_minor", "unclaimed_minor", "liability_minor")
    return list(CardStatement.objects.order_by("period__starts_on", "card_month").values_list("period__starts_on__month", *fields))


def test_three_months_of_full_books_to_the_penny():
    """100.00 sold, of which 90% will be spent; 45.00 pays a purchase, 5.00 comes back, the rest runs out in March."""
    stage = CardShop()
    GiftCardTerms.objects.create(programme=stage.programme, valid_days=60)
    stage.estimate("90")
    stage.sell(10_000, day(1))
    stage.sell(1_000, day(1), "GIVE-NAWA-Y123", kind="given")
    stage.close(1)
    bought = buy(stage, day(2), CardPayment(CODE, 4_500), CardPayment("GIVE-NAWA-Y123", 600))
    stage.close(2)
    record_return(purchase=bought, facts=ReturnFacts("till", "B-1", day(3, 5), lines=(("2", Decimal(1)),)), at=day(3, 5))
    stage.close(3)

    assert lines_of(SALE) == [("2025-01-10", [("1000", 10_000), ("2120", -10_000)])]
    assert lines_of(TENDER) == [("2025-02-10", [("4060", 600), ("2120", 4_500), ("1000", -5_100)])]
    assert lines_of(REFUND) == [("2025-03-05", [("1000", 1_100), ("4060", -600), ("2120", -500)])]
    assert lines_of(BREAKAGE) == [("2025-02-28", [("2120", 500), ("4020", -500)]), ("2025-03-31", [("2120", 5_500), ("4020", -5_500)])]
    assert statements() == [
        (1, 0, 10_000, 0, 0, 0, 0, 10_000),
        (2, 10_000, 0, 4_500, 0, 500, 0, 5_000),
        (3, 5_000, 0, 0, 500, 5_500, 0, 0),
    ]
    assert stage.balances() == {"1000": 10_900, "4000": -4_900, "4020": -6_000}


@pytest.fixture
def overlay():
    stage = CardShop(Profile.OVERLAY)
    card = stage.sell(5_000, day(1))
    paid = charge(card, 2_000, at=day(1, 12))
    give(paid, 500, day(1, 14))
    return stage


def test_an_overlay_waits_for_the_entries_of_the_shops_own_books(overlay):
    post(overlay, 1)

    assert lines_of(SALE) == [("2025-01-10", [("1095", 5_000), ("2120", -5_000)])]
    assert lines_of(TENDER) == [("2025-01-12", [("2120", 2_000), ("1095", -2_000)])]
    assert lines_of(REFUND) == [("2025-01-14", [("1095", 500), ("2120", -500)])]
    [check] = [check for check in open_exceptions(overlay.prepare(1)) if check.code == CheckCode.GIFT_CARDS_CLEARED]
    assert check.figures == {"left_minor": 3_500}


def test_the_shops_entries_clear_it(overlay):
    entries = [Entry("1000", 5_000), Entry("1095", -5_000), Entry("1095", 1_500), Entry("4000", -1_500)]
    post_journal(book=overlay.book, draft=Draft(EventType.POINT_OF_SALE, Basis.EVENT, dt.date(2025, 1, 31), "tills", entries), at=day(1))

    codes = {check.code for check in open_exceptions(overlay.prepare(1))}

    assert codes == {CheckCode.GIFT_CARDS_ESTIMATED}
    assert overlay.balances() == {"1000": 5_000, "2120": -3_500, "4000": -1_500}


def test_full_books_leave_the_payment_of_an_order_that_they_do_not_know_on_the_clearing_account():
    stage = CardShop()
    charge(stage.sell(5_000, day(1)), 2_000, at=day(1))

    post(stage, 1)

    assert stage.balances() == {"1000": 5_000, "1095": -2_000, "2120": -3_000}


def test_a_second_run_adds_nothing_and_a_late_event_is_posted_into_the_open_month():
    stage = CardShop()
    card = stage.sell(5_000, day(1))
    stage.close(1)
    assert post(stage, 2) == []

    charge(card, 300, at=day(1, 20))
    [late] = post(stage, 2)

    assert (late.business_on, late.entry_on) == (dt.date(2025, 1, 20), dt.date(2025, 2, 1))
    assert post(stage, 2) == []
    [check] = [one for one in open_exceptions(stage.prepare(2)) if one.code == CheckCode.NO_LATE_EVENTS]
    assert check.figures == {"days": 1, "moved_minor": 300}


def test_what_happens_after_the_open_month_waits():
    stage = CardShop()
    stage.sell(5_000, day(2))

    assert post_cards(book=stage.book, through_on=dt.date(2025, 2, 28), at=after(2)) == []
    assert CardPosting.objects.count() == 0


def test_the_state_gets_its_share_and_nothing_is_earned_where_the_law_forbids():
    stage = CardShop()
    GiftCardTerms.objects.create(programme=stage.programme, valid_days=10)
    stage.estimate("80", unclaimed="100")
    charge(stage.sell(5_000, day(1)), 2_000, at=day(1))

    stage.close(1)

    assert lines_of(BREAKAGE) == [("2025-01-31", [("2120", 3_000), ("2320", -3_000)])]


def test_a_higher_estimate_takes_earned_breakage_back():
    stage = CardShop()
    stage.estimate("50")
    charge(stage.sell(10_000, day(1)), 2_500, at=day(1))
    stage.close(1)
    stage.estimate("100", month=2)

    stage.close(2)

    assert lines_of(BREAKAGE) == [("2025-01-31", [("2120", 2_500), ("4020", -2_500)]), ("2025-02-28", [("2120", -2_500), ("4020", 2_500)])]


@pytest.mark.parametrize("planted", ["account", "card", "journal"])
def test_the_close_sees_cards_and_books_that_differ(planted):
    stage = CardShop()
    stage.estimate("90")
    card = stage.sell(5_000, day(1))
    if planted == "card":
        GiftCard.objects.filter(pk=card.pk).update(balance_minor=4_999)
    elif planted == "account":
        entries = [Entry("2120", 5), Entry("4020", -5)]
        post_journal(book=stage.book, draft=Draft(EventType.MANUAL, Basis.EVENT, dt.date(2025, 1, 9), "by hand", entries), at=day(1))
    else:
        period = stage.period(1)
        CardPosting.objects.create(
            book=stage.book,
            period=period,
            programme=stage.programme,
            card_month=period.starts_on,
            card_kind="sold",
            what="issued",
            business_on=period.starts_on,
            amount_minor=7,
            posted_at=day(1),
        )

    run = stage.prepare(1)

    found = {(check.code, check.subject) for check in open_exceptions(run)}
    wanted = {"account": {""}, "card": {stage.programme.name}, "journal": {"", stage.programme.name}}[planted]
    assert found == {(CheckCode.GIFT_CARDS_TIE, subject) for subject in wanted}


def test_an_approval_stops_when_an_estimate_changed():
    stage = CardShop()
    stage.estimate("90")
    charge(stage.sell(5_000, day(1)), 2_000, at=day(1))
    run = stage.prepare(1)
    for check in open_exceptions(run):
        type(check).objects.filter(pk=check.pk).update(acknowledged_by=stage.preparer.pk, acknowledged_at=day(1), note="ok")
    stage.estimate("70")

    with pytest.raises(FiguresMoved):
        approve_close(run=run, approver=stage.approver.pk, at=after(1))

    assert CardStatement.objects.count() == 0 and lines_of(BREAKAGE) == []


def test_nobody_approves_their_own_estimate_and_one_in_force_stands():
    stage = CardShop()
    words = {"valid_from": dt.date(2025, 1, 1), "evidence": "History.", "preparer": stage.preparer.pk, "at": day(1)}
    draft = draft_estimate(programme=stage.programme, percentage=90, unclaimed_percentage=0, **words)

    with pytest.raises(ApproverIsPreparer):
        approve_estimate(estimate=draft, approver=stage.preparer.pk, at=day(1))
    with pytest.raises(Malformed):
        draft_estimate(programme=stage.programme, percentage=101, unclaimed_percentage=0, **words)
    assert CardEstimate.objects.get().state == "draft"
    with pytest.raises(IntegrityError), transaction.atomic():
        CardEstimate.objects.update(state="approved", approved_by=stage.preparer.pk, approved_at=day(1))
    approve_estimate(estimate=draft, approver=stage.approver.pk, at=day(1))
    with pytest.raises(EstimateNotDraft):
        approve_estimate(estimate=draft, approver=stage.approver.pk, at=day(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        CardEstimate.objects.update(percentage=10)


def test_an_estimate_never_reaches_into_a_closed_month():
    stage = CardShop()
    stage.close(1)

    with pytest.raises(EstimateInClosedPeriod):
        stage.estimate("90", month=1)

    assert [one.state for one in CardEstimate.objects.all()] == ["draft"]


@pytest.mark.parametrize("table", ["reporting_cardposting", "reporting_cardstatement"])
def test_nobody_changes_what_was_posted_or_stated(table):
    stage = CardShop()
    stage.sell(5_000, day(1))
    stage.close(1)

    for statement in (f"UPDATE {table} SET card_month = '2020-01-01'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_task_posts_once_and_leaves_a_month_that_is_being_closed(settings):
    stage = CardShop()
    stage.sell(5_000, day(1))

    assert (post_gift_cards(), post_gift_cards()) == (1, 0)
    stage.prepare(1)
    assert post_gift_cards() == 0


@needs_hledger
def test_other_programs_read_the_journals_and_find_our_trial_balance():
    stage = CardShop()
    stage.estimate("90")
    stage.sell(10_000, day(1))
    buy(stage, day(1, 20), CardPayment(CODE, 4_500))
    run_valuation(book=stage.book, through_on=dt.date(2025, 1, 31), at=after(1))
    stage.close(1)
    through = dt.date(2025, 1, 31)

    ours = stage.balances()

    assert in_beancount(exports.beancount(stage.book, through), "GBP")[0] == ours
    assert in_hledger(exports.hledger(stage.book, through)) == ours
    assert Journal.objects.filter(event_type=BREAKAGE).count() == 1
