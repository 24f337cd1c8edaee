"""Deferred money goes with points that become another currency's: no revenue, no loss, and back to the cent when the goods come back."""

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from django.db.models import Sum

from ledger.books.domain import AllocationBasis, EventType
from ledger.books.models import JournalLine
from ledger.points import queries, services
from ledger.points.domain import ArrearsPolicy, Converting, HowMany, Reason, Source
from ledger.points.models import Balance, PointUnit
from ledger.valuation.models import Carry, PoolStatement
from reporting.rollforward.queries import money_by_pool, points_by_month, points_by_pool
from tests.books.stage import Stage

pytestmark = pytest.mark.django_db
RATE = Decimal("0.95")
FIVES = HowMany(step_units=500, gives_units=500)
MONTHS = ["Jan", "Feb", "Mar", "Apr"]


class Converts(Stage):
    """A book whose points gather and become credit; one unit of either is worth a cent."""

    def __init__(self, **options):
        super().__init__(MONTHS, value_minor=Decimal(1), **options)
        more = {"time_zone": "UTC", "arrears_policy": ArrearsPolicy.LIMIT.value}
        self.credit = PointUnit.objects.create(programme=self.programme, book=self.book, code="credit", **more)
        services.open_balances(points_accounts=[self.wallet.pk], units=[self.credit])
        self._runs = itertools.count()

    def convert(self, on, how_many=FIVES):
        through = on - dt.timedelta(days=1)
        key = f"run {next(self._runs)}"
        converting = Converting(self.unit.pk, self.credit.pk, how_many, Source.JOB, key, through, self.noon(on), on, None)
        return services.convert_due(converting=converting, after=None, most=100)[1:]

    def buy(self, on, units, paid=100_00, tender=None):
        return self.grant(on, units, sale=self.sale(paid, paid, RATE, tender=tender))

    def spend(self, on, units, reason=Reason.REWARD):
        taking = self.taking(on, units, reason, face_minor=units if reason is Reason.TENDER else None)
        return services.redeem(taking=type(taking)(taking.points_account, self.credit.pk, *list(vars_of(taking))[2:])).movement

    def available(self):
        rows = Balance.objects.filter(points_account=self.wallet.pk).order_by("unit_id")
        return tuple(rows.values_list("available", flat=True))

    def liability(self, unit=None):
        lines = JournalLine.objects.filter(journal__book=self.book, book_account__code="2100")
        rows = money_by_pool(self.book, unit=unit)
        last = max(row.starts_on for row in rows) if rows else None
        closing = sum(row.closing for row in rows if row.starts_on == last)
        if unit is None:
            posted = lines.aggregate(minor=Sum("credit_minor") - Sum("debit_minor"))["minor"]
            assert closing == posted
        return closing

    def check(self):
        """Lots, balances, roll-forwards, statements and the trial balance say the same."""
        assert queries.verify() == []
        totals = JournalLine.objects.filter(journal__book=self.book).aggregate(debit=Sum("debit_minor"), credit=Sum("credit_minor"))
        assert totals["debit"] == totals["credit"]
        for unit in (self.unit, self.credit):
            rows = points_by_pool(self.book, unit=unit)
            last = max((row.starts_on for row in rows), default=None)
            held = Balance.objects.filter(unit=unit).aggregate(all=Sum("available"))["all"] or 0
            assert sum(row.closing for row in rows if row.starts_on == last) == held
            months = points_by_month(unit)
            assert (months[-1].closing if months else 0) == held
        for statement in PoolStatement.objects.filter(period__book=self.book).select_related("pool", "period"):
            [row] = [
                row for row in money_by_pool(self.book) if row.pool == statement.pool.key and row.starts_on == statement.period.starts_on
            ]
            assert row.closing == statement.liability_minor


def vars_of(taking):
    return [getattr(taking, name) for name in taking.__slots__]


def conversions(stage):
    rows = JournalLine.objects.filter(journal__book=stage.book, journal__event_type=EventType.CONVERSION.value)
    return sorted(rows.values_list("book_account__code", "debit_minor", "credit_minor"))


def test_the_money_goes_along_and_the_rest_keeps_its_own():
    stage = Converts()
    stage.buy(stage.day("Jan"), 617)  # 10000 x 586.15 / 10586.15 = 553.69 is deferred
    stage.close("Jan")
    before = stage.liability()

    assert stage.convert(stage.first("Feb")) == (1, 500, 500)
    stage.value("Feb")

    assert (before, stage.liability()) == (554, 554)
    assert (stage.liability(stage.unit), stage.liability(stage.credit)) == (105, 449)  # 553.69 x 500 / 617 = 448.70
    assert conversions(stage) == [("2100", 0, 449), ("2100", 449, 0)]
    assert stage.activity()["Feb"] == {"2100": 0}
    stage.close("Feb")
    stage.check()


def test_what_the_credit_pays_releases_what_was_carried_to_it():
    stage = Converts()
    stage.buy(stage.day("Jan"), 617)
    stage.convert(stage.first("Feb"))
    stage.spend(stage.day("Feb"), 500)
    stage.value("Jan")
    stage.close("Jan")
    stage.close("Feb")

    assert (stage.liability(stage.unit), stage.liability(stage.credit)) == (105, 0)
    assert stage.activity()["Feb"] == {"2100": 449, "4010": -449}
    stage.check()


@pytest.mark.parametrize("closed", [False, True])
def test_a_return_after_the_conversion_leaves_no_cent(closed):
    """The whole purchase comes back: the books are those of a purchase that was returned before anything was converted."""
    stage = Converts()
    earned = stage.buy(stage.day("Jan"), 617)
    stage.convert(stage.first("Feb"))
    if closed:
        stage.close("Jan")
        stage.value("Feb")

    stage.take_back(stage.day("Feb"), earned, 617, 100_00)
    stage.value("Jan")
    if not closed:
        stage.close("Jan")
    stage.close("Feb")

    assert (stage.available(), stage.liability()) == ((0, 0), 0)
    assert sum(Carry.objects.values_list("carried", flat=True)) == 0
    assert stage.activity()["Feb"] == {"1000": -100_00, "4000": 100_00 - 554, "2100": 554}
    stage.check()


def test_a_part_comes_back_to_the_cent():
    """$80 of $123.45 are returned: the step is undone, and what is left defers what is left of the sale's share."""
    stage = Converts()
    earned = stage.buy(stage.day("Jan"), 617, 123_45)  # 12345 x 586.15 / 12931.15 = 559.58
    stage.convert(stage.first("Feb"))
    stage.close("Jan")

    stage.take_back(stage.day("Feb"), earned, 400, 80_00)
    stage.close("Feb")

    assert stage.available() == (217, 0)
    assert (stage.liability(stage.unit), stage.liability(stage.credit)) == (197, 0)  # 559.58 x 217 / 617 = 196.81
    stage.check()


def test_what_was_spent_and_is_owed_turns_its_revenue_back():
    stage = Converts()
    earned = stage.buy(stage.day("Jan"), 500)
    stage.convert(stage.first("Feb"))
    stage.close("Jan")
    stage.spend(stage.day("Feb", 3), 450)
    stage.close("Feb")

    stage.take_back(stage.day("Mar"), earned, 500, 100_00)
    stage.close("Mar")

    assert (stage.available(), stage.liability()) == ((0, 0), 0)
    assert Balance.objects.get(unit=stage.credit).arrears == 450
    stage.check()


def test_provisions_stay_provisions_and_liabilities_stay_liabilities():
    stage = Converts()
    stage.buy(stage.day("Jan"), 300)
    stage.grant(stage.day("Jan"), 300, reason=Reason.GOODWILL, sale=stage.sale(0, 0, RATE))
    stage.convert(stage.first("Feb"))
    stage.close("Jan")
    stage.value("Feb")

    # The older of two lots of a day goes first: 300 of the sale (277.09 deferred), 200 of 300 of the goodwill (285.00 provided).
    assert conversions(stage) == [("2100", 0, 277), ("2100", 277, 0), ("2300", 0, 190), ("2300", 190, 0)]
    stage.close("Feb")
    stage.check()


def test_nothing_is_recognised_when_all_of_it_is_converted_by_a_rate():
    stage = Converts()
    stage.estimate("Jan", 80, 100)
    stage.buy(stage.day("Jan"), 617)
    stage.close("Jan")

    stage.convert(stage.first("Feb"), HowMany(rate=Decimal("0.1")))
    stage.close("Feb")

    assert stage.available() == (0, 61)
    assert (stage.liability(stage.unit), stage.liability(stage.credit)) == (0, 554)
    assert stage.activity()["Feb"] == {"2100": 0}
    stage.check()


def test_what_lapses_before_a_conversion_is_breakage_of_what_gathered():
    stage = Converts()
    stage.buy(stage.day("Jan", 5), 500)
    other = stage.open_wallet()
    services.open_balances(points_accounts=[other.pk], units=[stage.credit])
    stage.grant(stage.day("Jan", 5), 100, sale=stage.sale(100_00, 100_00, RATE), wallet=other, expires_on=stage.day("Feb", 20))
    stage.close("Jan")
    whole = stage.liability()
    stage.convert(stage.first("Feb"))
    services.expire_due(unit=stage.unit.pk, through_on=stage.day("Feb", 20), at=stage.noon(stage.day("Feb", 20)))
    stage.close("Feb")

    assert stage.liability(stage.unit) == 0
    assert stage.activity()["Feb"] == {"2100": whole - stage.liability(), "4010": stage.liability() - whole}
    assert 0 < whole - stage.liability() < 100
    stage.check()


def test_with_the_continuation_view_the_released_part_is_carried_too():
    stage = Converts(basis=AllocationBasis.CONTINUATION)
    stage.buy(stage.day("Jan", 3), 1_000)
    stage.convert(stage.first("Feb"))
    stage.close("Jan")
    tender = stage.spend(stage.day("Feb", 3), 1_000, Reason.TENDER)
    stage.buy(stage.day("Feb", 3), 500, paid=90_00, tender=tender)
    stage.close("Feb")
    deferred = stage.liability(stage.unit)

    stage.convert(stage.first("Mar"))
    stage.close("Mar")

    assert deferred == 495
    assert (stage.liability(stage.unit), stage.liability(stage.credit)) == (0, deferred)
    stage.check()


@pytest.mark.parametrize("every_day", [False, True])
def test_it_does_not_matter_when_the_valuation_runs(every_day):
    stage = Converts()

    def value(label, number):
        if every_day:
            from ledger.valuation.services import run_valuation

            run_valuation(book=stage.book, through_on=stage.day(label, number), at=stage.at)

    stage.buy(stage.day("Jan", 2), 333, 77_77)
    value("Jan", 2)
    earned = stage.buy(stage.day("Jan", 3), 801, 55_55)
    value("Jan", 3)
    stage.close("Jan")
    stage.convert(stage.first("Feb"))
    value("Feb", 1)
    stage.take_back(stage.day("Feb", 9), earned, 777, 50_00)
    value("Feb", 9)
    stage.convert(stage.day("Feb", 11))
    value("Feb", 11)
    stage.close("Feb")

    assert (stage.available(), stage.liability(stage.unit), stage.liability(stage.credit)) == ((357, 0), 324, 0)
    assert [row.carried_minor for row in Carry.objects.order_by("business_on", "pk")] == [861, -861]
    stage.check()
