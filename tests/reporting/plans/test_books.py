"""Membership fees in the books: owed when paid, earned by the days, given back; months closed; the report and its file."""

import csv
import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.staff.roles import Role
from ledger.books.domain import Profile
from reporting.close.domain import CheckCode
from reporting.close.queries import open_exceptions
from reporting.plans.domain import What
from reporting.plans.models import FeePosting
from reporting.plans.queries import deferred_by_days, deferred_in_books, fee_months, fees, new_fees
from rewards.plans.domain import Term
from rewards.plans.models import SubscriptionPeriod
from tests.colleagues import colleague
from tests.reporting.gift_cards.stage import lines_of
from tests.reporting.plans.stage import FeeShop, noon
from tests.rewards.plans.stage import bought, given_up, renewed, used

pytestmark = pytest.mark.django_db
END = {month: dt.date(2025, month, last) for month, last in ((1, 31), (2, 28), (3, 31), (4, 30))}


@pytest.fixture
def stage():
    return FeeShop()


def rows(stage, through):
    """What happened by month, and what is owed at its end."""
    return [(row.month.month, row.paid, row.refunded, row.earned, row.closing) for row in fee_months(stage.programme, through)]


def test_a_month_is_owed_when_paid_and_earned_day_by_day(stage):
    """14.99 for 31 days from 10 January: 22 days of January are 10.64, the other 9 are 4.35."""
    bought(stage.member(), noon(1, 10), term=Term.MONTH)

    stage.post(1, 10)
    stage.post(1, 31)

    assert lines_of("fee_sale") == [("2025-01-10", [("1000", 1499), ("2130", -1499)])]
    assert lines_of("fee_earned") == [("2025-01-10", [("2130", 48), ("4050", -48)]), ("2025-01-31", [("2130", 1016), ("4050", -1016)])]
    assert stage.balances() == {"1000": 1499, "2130": -435, "4050": -1064}
    assert rows(stage, END[2]) == [(1, 1499, 0, 1064, 435), (2, 0, 0, 435, 0)]


def test_a_second_posting_adds_nothing(stage):
    bought(stage.member(), noon(1, 10), term=Term.MONTH)
    stage.post(1, 20)

    assert (stage.post(1, 20), new_fees(stage.book, dt.date(2025, 1, 20))) == ([], {})


def test_a_fee_that_goes_back_in_full_takes_back_what_was_earned_of_it(stage):
    year = bought(stage.member(), noon(1, 10))
    stage.post(1, 31)
    given_up(year.subscription, noon(1, 31))
    stage.post(1, 31)

    assert lines_of("fee_refund") == [("2025-01-31", [("2130", 13900), ("1000", -13900)])]
    assert stage.balances() == {}
    assert rows(stage, END[1]) == [(1, 13900, 13900, 0, 0)]


def test_what_does_not_go_back_is_earned_when_the_membership_ends(stage):
    member = stage.member()
    year = bought(member, noon(1, 1))
    used(member, noon(1, 2))
    stage.post(1, 31)
    row = given_up(year.subscription, noon(1, 31)).cancellation
    stage.post(1, 31)

    kept = 13900 - row.refund_minor
    assert row.refund_minor == half_up_of(13900 * 334, 365)
    assert stage.balances() == {"1000": kept, "4050": -kept}


def test_a_trial_and_a_renewal_paid_ahead(stage):
    member = stage.member()
    trial = bought(member, noon(1, 2), term=Term.MONTH, is_trial=True)  # 30 days: the first paid one is 1 February
    stage.post(1, 31)
    assert stage.balances() == {}

    renewed(trial.subscription, noon(1, 31))
    stage.post(1, 31)

    assert stage.balances() == {"1000": 1499, "2130": -1499}
    assert rows(stage, END[2])[-1] == (2, 0, 0, 1499, 0)


def half_up_of(value: int, by: int) -> int:
    return (2 * value + by) // (2 * by)


def test_books_of_a_shop_with_its_own_meet_it_on_a_clearing_account():
    stage = FeeShop(Profile.OVERLAY)
    bought(stage.member(), noon(1, 31), term=Term.MONTH)
    stage.post(1, 31)

    assert lines_of("fee_sale") == [("2025-01-31", [("1096", 1499), ("2130", -1499)])]
    [check] = [check for check in open_exceptions(stage.prepare(1)) if check.code == CheckCode.FEES_CLEARED]
    assert check.figures == {"fees_left_minor": 1499}


def test_months_are_closed_with_what_was_earned_and_late_fees_come_into_the_open_one(stage):
    bought(stage.member(), noon(1, 10), term=Term.MONTH)
    run = stage.prepare(1)
    assert not [check for check in open_exceptions(run) if check.code in (CheckCode.FEES_TIE, CheckCode.FEES_CLEARED)]
    stage.close(1)

    bought(stage.member("Grace"), noon(1, 20), "S2", term=Term.MONTH)
    stage.close(2)

    late = FeePosting.objects.filter(business_on__lt=dt.date(2025, 2, 1), period__starts_on=dt.date(2025, 2, 1))
    assert {(row.what, row.business_on, row.amount_minor) for row in late} == {
        ("paid", dt.date(2025, 1, 20), 1499),
        ("earned", dt.date(2025, 1, 31), half_up_of(1499 * 12, 31)),
    }
    assert (deferred_in_books(stage.book), deferred_by_days(stage.book, END[2])) == (0, 0)


def test_postings_are_only_added(stage):
    bought(stage.member(), noon(1, 10))
    stage.post(1, 31)

    for change in (lambda: FeePosting.objects.update(amount_minor=1), lambda: FeePosting.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


ACT = some.tuples(some.sampled_from(["month", "year"]), some.integers(1, 28), some.none() | some.integers(0, 70), some.booleans())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=some.lists(ACT, min_size=1, max_size=4), looks=some.lists(some.integers(0, 89), min_size=1, max_size=3))
def test_what_was_paid_is_earned_given_back_or_owed_however_often_it_is_posted(stage, acts, looks):
    """Against a sum over each period that knows nothing of the postings; looking more often changes no month."""
    with transaction.atomic():
        savepoint = transaction.savepoint()
        for number, (term, day, gone, uses) in enumerate(acts):
            member = stage.member(f"M{number}")
            row = bought(member, noon(1, day), f"S{number}", term=Term(term)).subscription
            if uses:
                used(member, noon(1, day), f"U{number}")
            on = noon(1, day) + dt.timedelta(days=gone or 0)
            if gone is not None and on.date() < row.ends_on:
                given_up(row, on, f"C{number}")
        for look in sorted(looks):
            through = dt.date(2025, 1, 1) + dt.timedelta(days=look)
            once = fees(stage.book, through)
            totals = {what: sum(minor for key, minor in once.items() if key.what is what) for what in What}
            owed = totals[What.PAID] - totals[What.REFUNDED] - totals[What.EARNED]
            assert (totals, owed) == expected(through)
            if through <= END[1]:
                stage.post(through.month, through.day)
                assert deferred_in_books(stage.book) == owed >= 0
        assert sum(stage.balances().values()) == 0
        transaction.savepoint_rollback(savepoint)


def expected(through: dt.date) -> tuple[dict[What, int], int]:
    """Period by period, as the standard says it."""
    totals = dict.fromkeys(What, 0)
    for period in SubscriptionPeriod.objects.select_related("refund").filter(business_on__lte=through):
        refund = getattr(period, "refund", None)
        totals[What.PAID] += period.paid_minor
        if refund is not None and refund.business_on <= through:
            totals[What.REFUNDED] += refund.refunded_minor
            totals[What.EARNED] += period.paid_minor - refund.refunded_minor
        else:
            passed = period.days.count - period.days.left_after(through)
            totals[What.EARNED] += half_up_of(period.paid_minor * passed, period.days.count)
    return totals, totals[What.PAID] - totals[What.REFUNDED] - totals[What.EARNED]


def test_finance_reads_the_deferred_fees_month_by_month(stage, client, stopped_clock):
    bought(stage.member(), noon(1, 10), term=Term.MONTH)
    stopped_clock(noon(2, 5))
    client.force_login(colleague(Role.FINANCE_PREPARER))
    before = client.get(reverse("staff:fee-report")).content.decode()
    stage.post(1, 31)

    page = client.get(reverse("staff:fee-report"))
    file = client.get(reverse("staff:fee-file"))

    assert "the books follow within hours" in before
    assert [row[0] for row in page.context["rows"]] == ["February 2025", "January 2025"]
    table = list(csv.reader(file.content.decode().lstrip("\ufeff").splitlines()))
    assert table[:2] == [
        ["month", "opening", "paid", "refunded", "earned", "closing"],
        ["2025-01", "0.00", "14.99", "0.00", "10.64", "4.35"],
    ]
