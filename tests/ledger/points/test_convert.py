"""What gathers becomes points of another currency of the same wallet, and comes back when what it was earned by is returned."""

import dataclasses
import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ledger.points import queries, services
from ledger.points.domain import ArrearsPolicy, Converting, HowMany, Reason, Source
from ledger.points.models import Conversion, Lot, Movement, PointUnit
from ledger.points.services import ActConflict, NotEnoughPoints, SpentPointsMayNotBeOwed
from rewards.conversions.domain import parse_conversion
from tests.ledger.factories import DAY, PointUnitFactory, noon
from tests.ledger.points.stage import Purse

FIVES = HowMany(step_units=500, gives_units=500)


def days(n):
    return DAY + dt.timedelta(days=n)


@dataclasses.dataclass(frozen=True)
class Pair:
    """One wallet with what gathers and what it becomes."""

    gathers: Purse
    credit: Purse

    @transaction.atomic
    def convert(self, units, given, how_many=FIVES, key="period", on=None, through=DAY):
        converting = self._converting(how_many, key, on or days(1), through)
        return services.convert(points_account=self.gathers.account, converting=converting, units=units, given=given)

    def run(self, how_many=FIVES, key="period", on=None, through=DAY, after=None, most=100):
        return services.convert_due(converting=self._converting(how_many, key, on or days(1), through), after=after, most=most)

    def _converting(self, how_many, key, on, through):
        units = (self.gathers.unit.pk, self.credit.unit.pk)
        return Converting(*units, how_many, Source.JOB, key, through, noon(on), on, on + dt.timedelta(days=30), 2, 9)

    @property
    def available(self):
        return self.gathers.balance[0], self.credit.balance[0]

    def lots(self, purse):
        rows = Lot.objects.filter(points_account=purse.account, unit=purse.unit).order_by("id")
        return list(rows.values_list("granted", "remaining", "reversed"))


@pytest.fixture
def pair(db):
    unit = PointUnitFactory.create(code="gathers")
    other = PointUnitFactory.create(code="credit", programme=unit.programme, book=unit.book)
    return another(unit, other)


def another(unit, other):
    purse = Purse.of(unit)
    services.open_balances(points_accounts=[purse.account], units=[other])
    return Pair(purse, Purse(purse.account, other))


def test_steps_are_taken_and_the_rest_stays(pair):
    pair.gathers.grant(617)

    done = pair.convert(500, 500)

    assert pair.available == (117, 500)
    [lot] = Lot.objects.filter(unit=pair.credit.unit)
    assert (lot.granted, lot.granted_on, lot.expires_on, lot.grant_month) == (500, days(1), days(31), DAY.replace(day=1))
    assert (lot.source_kind, lot.portfolio, lot.terms) == (Reason.PROMOTION, 2, 9)
    assert {(m.kind, m.reason, m.act_id) for m in Movement.objects.filter(act_id=done.movement)} == {(13, 37, done.movement)}
    assert queries.verify() == []


def test_what_was_granted_after_the_period_stays_even_if_it_ends_first(pair):
    pair.gathers.grant(500, expires_on=days(300))
    pair.gathers.grant(500, on=days(1), expires_on=days(20))

    pair.convert(500, 500, on=days(2), through=DAY)

    assert pair.lots(pair.gathers) == [(500, 0, 0), (500, 500, 0)]


def test_it_happens_once_for_its_key(pair):
    pair.gathers.grant(1_000)
    first = pair.convert(500, 500)

    again = pair.convert(500, 500)

    assert (again.movement, again.replayed, pair.available) == (first.movement, True, (500, 500))
    with pytest.raises(ActConflict):
        pair.convert(1_000, 1_000)


def test_what_came_later_or_waits_is_not_converted(pair):
    pair.gathers.grant(300)
    pair.gathers.grant(400, on=days(1))
    pair.gathers.grant(400, matures_on=days(9))

    with pytest.raises(NotEnoughPoints) as refusal:
        pair.convert(500, 500)

    assert refusal.value.extra["spendable"] == 300
    assert (pair.available, Conversion.objects.count()) == ((700, 0), 0)


def test_each_kind_of_source_becomes_a_lot_of_its_own(pair):
    pair.gathers.grant(333)
    pair.gathers.grant(334, reason=Reason.GOODWILL)
    pair.gathers.grant(333, reason=Reason.REFERRAL)

    pair.convert(1_000, 100, HowMany(step_units=1_000, gives_units=100))

    rows = Lot.objects.filter(unit=pair.credit.unit).order_by("source_kind").values_list("source_kind", "granted")
    assert list(rows) == [(Reason.PROMOTION, 33), (Reason.GOODWILL, 34), (Reason.REFERRAL, 33)]
    assert queries.verify() == []


def test_what_is_owed_is_paid_from_what_is_given(pair):
    grant = pair.credit.grant(200)
    pair.credit.redeem(200)
    pair.credit.reverse(grant, 200)
    pair.gathers.grant(500)

    pair.convert(500, 500)

    assert pair.credit.balance == (300, 0, 0, 0)
    assert queries.verify() == []


def test_a_return_takes_back_what_is_still_there_first(pair):
    grant = pair.gathers.grant(617)
    pair.convert(500, 500)

    pair.gathers.reverse(grant, 117, on=days(2))

    assert pair.available == (0, 500)
    assert queries.verify() == []


def test_a_return_brings_back_whole_steps_and_leaves_the_rest(pair):
    """The published example: $6.17 makes a $5 coupon, $4 are returned, $2.17 are left and no coupon."""
    grant = pair.gathers.grant(617)
    pair.convert(500, 500)

    pair.gathers.reverse(grant, 400, on=days(2))

    assert (pair.available, pair.lots(pair.gathers), pair.lots(pair.credit)) == ((217, 0), [(617, 217, 400)], [(500, 0, 500)])
    assert queries.verify() == []
    pair.gathers.reverse(grant, 217, on=days(3))
    assert (pair.available, queries.verify()) == ((0, 0), [])


def test_other_points_take_the_place_of_what_is_returned(pair):
    grant = pair.gathers.grant(834)
    pair.gathers.grant(400)
    pair.convert(1_000, 1_000)

    pair.gathers.reverse(grant, 100, on=days(2))

    assert (pair.available, pair.lots(pair.gathers)) == ((134, 1_000), [(834, 0, 100), (400, 134, 0)])
    assert queries.verify() == []


def test_a_repeated_return_takes_nothing_back_again(pair):
    grant = pair.gathers.grant(617)
    pair.convert(500, 500)
    pair.gathers.reverse(grant, 400, on=days(2), key="return")

    again = pair.gathers.reverse(grant, 400, on=days(2), key="return")

    assert (again.replayed, pair.available) == (True, (217, 0))


def test_what_was_spent_is_owed(pair):
    grant = pair.gathers.grant(500)
    pair.convert(500, 500)
    pair.credit.redeem(450, on=days(2))

    pair.gathers.reverse(grant, 500, on=days(3))

    assert (pair.gathers.balance, pair.credit.balance) == ((0, 0, 0, 0), (0, 0, 0, 450))
    assert queries.verify() == []


def test_what_was_spent_is_forgiven(pair):
    PointUnit.objects.filter(pk=pair.credit.unit.pk).update(arrears_policy=ArrearsPolicy.FORGIVE.value)
    grant = pair.gathers.grant(500)
    pair.convert(500, 500)
    pair.credit.redeem(450, on=days(2))

    pair.gathers.reverse(grant, 500, on=days(3))

    assert (pair.gathers.balance, pair.credit.balance) == ((0, 0, 0, 0), (0, 0, 0, 0))
    assert queries.verify() == []


def test_a_currency_that_lets_nobody_owe_refuses_the_whole_return(pair):
    PointUnit.objects.filter(pk=pair.credit.unit.pk).update(arrears_policy=ArrearsPolicy.FORBID.value)
    grant = pair.gathers.grant(500)
    pair.convert(500, 500)
    pair.credit.redeem(450, on=days(2))

    with pytest.raises(SpentPointsMayNotBeOwed):
        pair.gathers.reverse(grant, 100, on=days(3))

    assert (pair.available, pair.lots(pair.gathers)) == ((0, 50), [(500, 0, 0)])
    assert queries.verify() == []


def test_by_a_rate_all_of_it_becomes_rounded_down_and_comes_back_exactly(pair):
    tenth = HowMany(rate=Decimal("0.105"))
    grant = pair.gathers.grant(999)
    pair.convert(999, 104, tenth)

    pair.gathers.reverse(grant, 300, on=days(2))

    assert pair.available == (0, 73)  # floor(699 x 0.105)
    pair.gathers.reverse(grant, 699, on=days(2))
    assert (pair.available, pair.lots(pair.credit), queries.verify()) == ((0, 0), [(104, 0, 104)], [])


def test_a_run_goes_through_the_wallets_in_order_and_may_be_interrupted(pair):
    pairs = [pair, *(another(pair.gathers.unit, pair.credit.unit) for _ in range(4))]
    for number, one in enumerate(sorted(pairs, key=lambda one: one.gathers.account)):
        one.gathers.grant(400 + 100 * number)

    last, wallets, units, given = pair.run(most=2)
    assert (wallets, units, given) == (1, 500, 500)
    seen = [pair.run(most=2)[1:]]  # killed before it noted how far it was
    while last is not None:
        last, *amounts = pair.run(after=last, most=2)
        seen.append(tuple(amounts))

    assert seen == [(1, 500, 500)] * 3 + [(0, 0, 0)]
    assert sorted(one.available for one in pairs) == [(0, 500), (100, 500), (200, 500), (300, 500), (400, 0)]
    assert queries.verify() == []


@given(
    st.integers(0, 10**12), st.one_of(st.integers(1, 10**9), st.none()), st.integers(1, 10**9), st.decimals("0.000001", "1000", places=6)
)
@pytest.mark.django_db
def test_the_database_counts_as_the_definition_does(there, step, gives, rate):
    said = {"from": "a", "to": "b", "every": "month", "kind": "rate" if step is None else "steps"}
    terms = parse_conversion(said | ({} if step is None else {"step_units": step, "gives_units": gives}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_converted(%s, %s, %s, %s)", [there, step, gives, None if step else rate])
        found = cursor.fetchone()

    assert found == terms.converted(there, Fraction(rate))


@pytest.mark.django_db
def test_verification_sees_a_conversion_that_gave_another_number(pair):
    pair.gathers.grant(500)
    done = pair.convert(500, 500)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_conversion DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_conversion SET units = 1000, given = 1000 WHERE id = %s", [done.movement])

    assert {row.differs for row in queries.verify()} == {"conversion taken", "conversion given"}


def test_a_conversion_is_never_edited(pair):
    pair.gathers.grant(500)
    pair.convert(500, 500)

    with pytest.raises(DatabaseError, match="append"), transaction.atomic():
        Conversion.objects.update(units=1)

    assert Conversion.objects.get().units == 500
