import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.services import report_store_days
from reporting.insights.domain import stretch_of
from reporting.insights.queries import Trade, Whom, _sql, asked_of, overview, store_choices
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_return
from rewards.segments.domain import SegmentKind
from rewards.segments.services import add_to_list, open_segment, take_off_list
from rewards.tiers.models import Tier, TierStanding
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 10)


def at(month, day):
    return dt.datetime(2026, month, day, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def shop():
    """Ada buys three times (twice on one day) and pays once with points; Ben buys once in each month; Cem bought last year."""
    shop = open_shop()
    ada, ben, cem = (shop.member(name, f"{name.lower()}@example.org") for name in ("Ada", "Ben", "Cem"))
    shop.buy(cem, "C-1", dt.datetime(2025, 2, 1, 12, tzinfo=dt.UTC), ("Dairy", 9_000))
    shop.buy(ada, "A-1", at(2, 3), ("Dairy", 15_000))
    shop.buy(ada, "A-2", at(2, 3), ("Dairy", 5_000))
    shop.buy(ada, "A-3", at(3, 2), ("Dairy", 1_000), tender=100, store=shop.harbour)
    shop.buy(ben, "B-1", at(2, 7), ("Dairy", 2_000), store=shop.harbour)
    shop.buy(ben, "B-2", at(3, 1), ("Dairy", 3_000))
    shop.redeem(ada, "coffee", at(3, 5))
    return shop


def test_it_counts_a_year_of_buyers_sales_and_points(shop):
    shown = overview(shop.programme, TODAY)

    assert shown.total == Trade(
        buyers=2,
        returning=2,
        purchases=5,
        price_minor=26_000,
        returning_minor=26_000,
        tender_minor=100,
        earned=150 + 50 + 9 + 20 + 30,
        redeemed=100 + 60,
        gross_minor=26_000,
    )
    assert [(month.starts_on, month.trade.buyers) for month in shown.months[-2:]] == [(dt.date(2026, 2, 1), 2), (dt.date(2026, 3, 1), 2)]
    assert len(shown.months) == 12
    assert shown.months[0] == type(shown.months[0])(dt.date(2025, 4, 1), Trade())


def test_a_month_is_counted_by_itself_and_compared_with_the_one_before(shop):
    shown = overview(shop.programme, TODAY, stretch=stretch_of("2026-02", TODAY))

    assert (shown.total.buyers, shown.total.returning, shown.total.price_minor) == (2, 0, 22_000)
    assert shown.before == Trade()
    assert shown.stretch.last_on == dt.date(2026, 2, 28)


def test_two_purchases_on_one_day_are_one_visit(shop):
    february = overview(shop.programme, TODAY, stretch=stretch_of("2026-02", TODAY)).total

    assert (february.purchases, february.returning, february.returning_minor) == (3, 0, 0)


def test_a_store_is_counted_with_what_points_paid_there(shop):
    shown = overview(shop.programme, TODAY, whom=Whom(store=shop.harbour.pk))

    assert (shown.total.buyers, shown.total.price_minor, shown.total.redeemed) == (2, 3_000, 100)


def test_stores_are_ranked_by_sales(shop):
    ranked = overview(shop.programme, TODAY).stores

    assert [(row.name, row.price_minor) for row in ranked] == [("Aldersgate Market", 23_000), ("Harbour Street", 3_000)]
    assert [name for _pk, name in store_choices(shop.programme)] == ["Aldersgate Market", "Harbour Street"]


def test_what_came_back_is_not_a_sale(shop):
    purchase = Purchase.objects.get(external_id="A-3")
    back = ReturnFacts(source="till", external_id="A-3-back", occurred_at=at(3, 6))
    record_return(purchase=purchase, facts=back, at=at(3, 6))

    shown = overview(shop.programme, TODAY)

    assert (shown.total.purchases, shown.total.price_minor, shown.total.returning_minor, shown.total.tender_minor) == (5, 25_000, 25_000, 0)
    assert shown.months[-1].trade.price_minor == 3_000
    assert [(row.name, row.price_minor) for row in shown.stores] == [("Aldersgate Market", 23_000), ("Harbour Street", 2_000)]


def test_points_that_have_ended_are_not_outstanding_even_before_the_job_has_run(shop):
    today = overview(shop.programme, TODAY).outstanding
    later = overview(shop.programme, dt.date(2027, 2, 3)).outstanding

    assert today.points == 90 + (150 + 50 + 9 - 100 - 60) + 50 - 90  # the ninety of last year ended on 1 February
    assert later.points == today.points - (150 + 50 - 160)


def test_without_a_closed_month_there_is_no_liability(shop):
    assert overview(shop.programme, TODAY).liability is None


def test_other_programmes_do_not_count(shop):
    other = open_shop(slug="elsewhere", name="Elsewhere")

    assert overview(other.programme, TODAY).total == Trade()


def test_the_number_of_queries_does_not_grow(shop):
    with CaptureQueriesContext(
        connection,
    ) as few:
        overview(shop.programme, TODAY)
    for number in range(5):
        member = shop.member(f"Dot{number}", f"dot{number}@example.org")
        shop.buy(member, f"D-{number}", at(3, 3), ("Dairy", 1_000))

    with CaptureQueriesContext(connection) as many:
        overview(shop.programme, TODAY)

    assert len(many) == len(few) == 12


def test_what_came_back_after_the_shown_month_is_off_its_sales_too(shop):
    purchase = Purchase.objects.filter(programme=shop.programme).order_by("occurred_at").first()
    month = purchase.business_on.replace(day=1)
    stretch = stretch_of(f"{month:%Y-%m}", TODAY)
    before = overview(shop.programme, TODAY, stretch=stretch)
    back = ReturnFacts(source="till", external_id="B-late", occurred_at=at(3, 9))
    record_return(purchase=purchase, facts=back, at=at(3, 9))

    shown = overview(shop.programme, TODAY, stretch=stretch)

    assert before.total.price_minor - shown.total.price_minor == purchase.price_minor
    assert sum(one.price_minor for one in before.stores) - sum(one.price_minor for one in shown.stores) == purchase.price_minor


@pytest.mark.parametrize("figures", ["months", "stores"])
def test_returns_before_the_shown_days_are_not_read(shop, figures):
    asked = asked_of(shop.programme, TODAY, Whom()) | {"first": TODAY, "last": TODAY, "limit": 6}

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(OTHER_INDEXES)
        for (other,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {other}")  # or a plan over these few rows may take any of them
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_incremental_sort = off")  # so that no unique index is as cheap for its order
        cursor.execute("EXPLAIN " + _sql(figures), asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert re.search(r"return_by_day.*\n.*Index Cond: \(business_on >= ", plan), plan


OTHER_INDEXES = """
SELECT indexrelid::regclass::text
FROM pg_index
WHERE indrelid = 'rewards_return'::regclass AND NOT indisunique AND indexrelid <> 'return_by_day'::regclass
"""


# --- Members, channels and cohorts -------------------------------------------------------------------------------------------------


def test_members_of_a_tier_are_those_who_hold_it_today(shop):
    gold = Tier.objects.get(code="gold")
    for name in ("Ada", "Cem"):
        member = shop.programme.members.get(given_name=name)
        days = (
            {"from_on": dt.date(2026, 1, 1), "to_on": dt.date(2026, 12, 31)}
            if name == "Ada"
            else {"from_on": dt.date(2025, 1, 1), "to_on": dt.date(2025, 12, 31)}
        )
        TierStanding.objects.create(member=member, tier=gold, year=0, reason="given", evidence=member.pk, **days)

    shown = overview(shop.programme, TODAY, whom=Whom(tier=gold.pk))

    assert (shown.total.buyers, shown.total.price_minor, shown.total.redeemed) == (1, 21_000, 160)


def test_a_standing_that_was_ended_does_not_hold(shop):
    gold, ada = Tier.objects.get(code="gold"), shop.programme.members.get(given_name="Ada")
    TierStanding.objects.create(
        member=ada, tier=gold, year=0, reason="given", evidence=ada.pk, from_on=dt.date(2026, 1, 1), to_on=dt.date(2026, 12, 31)
    )
    TierStanding.objects.create(member=ada, tier=gold, year=0, reason="ended", evidence=ada.pk, from_on=dt.date(2026, 3, 1))

    assert overview(shop.programme, TODAY, whom=Whom(tier=gold.pk)).total == Trade()


def test_a_list_counts_those_who_stand_on_it_now(shop):
    segment = open_segment(programme=shop.programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    ada, ben = (shop.programme.members.get(given_name=name) for name in ("Ada", "Ben"))
    add_to_list(segment=segment, members=[ada.pk, ben.pk], at=at(3, 1))
    take_off_list(segment=segment, members=[ada.pk], at=at(3, 2))

    shown = overview(shop.programme, TODAY, whom=Whom(segment=segment.pk))

    assert (shown.total.buyers, shown.total.price_minor) == (1, 5_000)


def test_a_cohort_is_the_month_of_joining(shop):
    joined = shop.programme.members.get(given_name="Ada").joined_at.date().replace(day=1)

    assert overview(shop.programme, TODAY, whom=Whom(cohort=joined)).total.buyers == 2
    assert overview(shop.programme, TODAY, whom=Whom(cohort=dt.date(2026, 1, 1))).total == Trade()


def test_a_channel_has_its_purchases_and_no_share(shop):
    report(shop, (shop.market, 2, 3, 40_000, 4))
    store = shop.programme.legal_entity.channels.get(code="store")
    web = shop.programme.legal_entity.channels.get(code="web")

    shown = overview(shop.programme, TODAY, whom=Whom(channel=store.pk))

    assert (shown.total.buyers, shown.total.redeemed, shown.shares.days) == (2, 100, 0)
    assert overview(shop.programme, TODAY, whom=Whom(channel=web.pk)).total == Trade()


# --- What stores sold to everybody -------------------------------------------------------------------------------------------------


def report(shop, *days):
    facts = [StoreDayFacts(store.code, dt.date(2026, month, day), *figures) for store, month, day, *figures in days]
    return report_store_days(programme=shop.programme, reports=facts, source="partner:1", at=at(3, 10))


def test_only_days_that_were_reported_count_for_the_share(shop):
    report(shop, (shop.market, 2, 3, 40_000, 4, 1_000), (shop.harbour, 3, 5, 5_000, 2))

    shares = overview(shop.programme, TODAY).shares

    assert (shares.days, shares.net_minor, shares.tickets) == (2, 44_000, 6)
    assert (shares.chosen_net_minor, shares.chosen_tickets) == (20_000, 2)  # Ben's at the harbour were on other days
    assert (shares.guest_minor, shares.guest_tickets) == (25_000, 4)


def test_what_members_bring_back_is_off_the_share_on_that_day(shop):
    report(shop, (shop.harbour, 3, 2, 9_000, 3), (shop.harbour, 3, 6, 4_000, 2, 1_000))
    purchase = Purchase.objects.get(external_id="A-3")
    record_return(purchase=purchase, facts=ReturnFacts(source="till", external_id="A-3-back", occurred_at=at(3, 6)), at=at(3, 6))

    shares = overview(shop.programme, TODAY).shares

    assert (shares.net_minor, shares.chosen_minor, shares.chosen_returns_minor, shares.chosen_net_minor) == (12_000, 1_000, 1_000, 0)


def test_a_share_of_some_members_leaves_the_guests_as_they_are(shop):
    report(shop, (shop.harbour, 2, 7, 9_000, 3), (shop.harbour, 3, 2, 9_000, 3))
    segment = open_segment(programme=shop.programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    add_to_list(segment=segment, members=[shop.programme.members.get(given_name="Ben").pk], at=at(3, 1))

    shares = overview(shop.programme, TODAY, whom=Whom(segment=segment.pk)).shares

    assert (shares.chosen_minor, shares.member_minor, shares.guest_minor, shares.guest_tickets) == (2_000, 3_000, 15_000, 4)


def test_a_correction_counts_instead_of_what_it_corrects(shop):
    report(shop, (shop.market, 2, 3, 99_000, 9))
    report(shop, (shop.market, 2, 3, 40_000, 4))

    assert overview(shop.programme, TODAY).shares.sales_minor == 40_000


def test_active_members_bought_in_ninety_days(shop):
    shown = overview(shop.programme, TODAY)
    in_may = overview(shop.programme, dt.date(2026, 6, 2))

    assert (shown.active.in_90_days, shown.active.in_365_days, shown.active.before) == (2, 2, 1)  # Cem bought a year before
    assert (in_may.active.in_90_days, in_may.active.in_365_days) == (0, 2)
