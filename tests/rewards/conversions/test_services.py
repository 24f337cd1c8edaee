"""What is converted when, at which rate, once; and what a return makes of it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.programmes.models import Programme
from ledger.points.models import Act, Lot
from ledger.points.queries import verify
from loyalty.kit.problems import Problem
from rewards.conversions import services
from rewards.conversions.models import ConversionRate, ConversionRun
from rewards.conversions.queries import due_on, expected_of, open_periods
from rewards.conversions.tasks import run_conversions
from rewards.purchases.services import ReturnFacts, record_return
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup
from rewards.setups.services import UnknownReference, approve_setup, draft_setup
from tests.accounts.factories import UserFactory
from tests.rewards.conversions.stage import MONTHLY, YEARLY, buy, club, has, member_of, noon, run
from tests.rewards.setups.stage import set_up

pytestmark = pytest.mark.django_db


def give_back(purchase, at, number="B1", **facts):
    record_return(purchase=purchase, facts=ReturnFacts("till", number, at, **facts), at=at)


def test_on_the_first_of_a_month_whole_steps_become_cash():
    programme = club(MONTHLY)
    member = member_of(programme)
    buy(member, 123_45, noon(2025, 3, 10))

    assert run(programme, noon(2025, 3, 31)) == 0
    assert run(programme, noon(2025, 4, 1)) == 1

    assert has(member) == (117, 500)
    row = ConversionRun.objects.get(first_on=dt.date(2025, 3, 1))
    assert (row.through_on, row.business_on, row.wallets, row.units, row.given) == (dt.date(2025, 3, 31), dt.date(2025, 4, 1), 1, 500, 500)
    assert (row.state, row.percent) == ("done", 100)
    lot = Lot.objects.get(unit__code="cash")
    assert (lot.granted_on, lot.grant_month, lot.expires_on) == (dt.date(2025, 4, 1), dt.date(2025, 4, 1), None)
    assert verify() == []


def test_the_published_example_of_a_return():
    """$123.45 make $6.17; on the first a $5 coupon, $1.17 carried; the $80 line comes back: $2.17."""
    programme = club(MONTHLY)
    member = member_of(programme)
    purchase = buy(member, (43_45, 80_00), noon(2025, 3, 10))
    run(programme, noon(2025, 4, 1))

    give_back(purchase, noon(2025, 4, 2), lines=(("2", Decimal(1)),))

    assert has(member) == (217, 0)
    assert verify() == []


def test_a_late_run_converts_what_a_punctual_one_would_have():
    programme = club(MONTHLY)
    member = member_of(programme)
    buy(member, 110_00, noon(2025, 3, 10))
    buy(member, 110_00, noon(2025, 4, 2), "R2")

    run(programme, noon(2025, 4, 5))

    assert has(member) == (600, 500)
    run(programme, noon(2025, 5, 1))
    assert has(member) == (100, 1_000)


def test_a_period_is_converted_once_also_for_purchases_that_come_late():
    programme = club(MONTHLY)
    member = member_of(programme)
    buy(member, 110_00, noon(2025, 3, 10))
    run(programme, noon(2025, 4, 1))
    buy(member, 110_00, noon(2025, 3, 30), "late")

    assert run(programme, noon(2025, 4, 2)) == 0
    assert has(member) == (600, 500)
    run(programme, noon(2025, 5, 1))
    assert has(member) == (100, 1_000)


def test_a_killed_run_goes_on_where_it_was(monkeypatch):
    programme = club(MONTHLY)
    members = [member_of(programme) for _ in range(5)]
    for number, member in enumerate(members):
        buy(member, 100_00, noon(2025, 3, 10), f"R{number}")

    def killed(run):
        if run.wallets == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(programme, noon(2025, 4, 1), chunk=2, progress=killed)
    row = ConversionRun.objects.get(first_on=dt.date(2025, 3, 1))
    assert (row.state, row.wallets, row.percent) == ("running", 4, 80)

    assert run(programme, noon(2025, 4, 3), chunk=2) == 1

    row.refresh_from_db()
    assert (row.state, row.wallets, row.given, row.business_on) == ("done", 5, 2_500, dt.date(2025, 4, 1))
    assert [has(member) for member in members] == [(0, 500)] * 5
    assert Act.objects.filter(key__startswith="convert:").count() == 5


def test_what_was_done_and_not_noted_is_not_done_again():
    programme = club(MONTHLY)
    member = member_of(programme)
    buy(member, 200_00, noon(2025, 3, 10))
    run(programme, noon(2025, 4, 1))
    ConversionRun.objects.filter(first_on=dt.date(2025, 3, 1)).update(state="running", last_wallet=None)
    buy(member, 200_00, noon(2025, 3, 11), "late")

    assert run(programme, noon(2025, 4, 1)) == 0
    assert has(member) == (1_000, 1_000)


def test_the_version_of_the_day_decides_and_nothing_is_converted_before_there_was_one():
    programme = club(MONTHLY, valid_from=dt.date(2025, 4, 2))
    member = member_of(programme)
    buy(member, 200_00, noon(2025, 3, 10))
    assert due_on(programme, dt.date(2025, 4, 3)) == []
    author, approver = UserFactory.create(), UserFactory.create()
    facts = {"programme": programme, "kind": SetupKind.CONVERSION, "code": "monthly", "name": "Monthly", "author": author}
    draft = draft_setup(**facts, definition=MONTHLY | {"gives_units": 450}, valid_from=dt.date(2025, 5, 1))
    approve_setup(version=draft, approver=approver, at=noon(2025, 4, 20))

    run(programme, noon(2025, 5, 1))

    assert has(member) == (0, 900)
    assert ConversionRun.objects.get().version == draft


def test_a_yearly_rate_is_decided_by_two_people_and_converts_all_of_the_year():
    """$300 at full price, $89.95 bought and returned, clearance gathers nothing elsewhere: $30.00, given in March at the rate decided."""
    programme = club(YEARLY, cents_for_a_unit=10)
    member, setup = member_of(programme), Setup.objects.get()
    buy(member, 300_00, noon(2025, 5, 1))
    back = buy(member, 89_95, noon(2025, 6, 1), "R2")
    give_back(back, noon(2025, 6, 5))
    buy(member, 50_00, noon(2026, 1, 10), "next year")
    assert has(member) == (3_500, 0)
    author, approver = UserFactory.create(), UserFactory.create()

    rate = services.propose_rate(setup=setup, on=dt.date(2025, 7, 1), rate="0.9", author=author, at=noon(2026, 1, 15), evidence="surplus")
    assert run(programme, noon(2026, 3, 1)) == 0
    services.approve_rate(rate=rate, approver=approver, at=noon(2026, 2, 1))
    assert run(programme, noon(2026, 2, 28)) == 0
    assert run(programme, noon(2026, 3, 1)) == 1

    assert has(member) == (500, 2_700)
    assert ConversionRun.objects.get().business_on == dt.date(2026, 3, 1)
    assert verify() == []


def test_a_rate_approved_late_converts_on_the_day_of_its_approval():
    programme = club(YEARLY)
    member, setup = member_of(programme), Setup.objects.get()
    purchase = buy(member, (50_00, 50_00), noon(2025, 5, 1))
    rate = services.propose_rate(setup=setup, on=dt.date(2025, 7, 1), rate="0.333", author=UserFactory.create(), at=noon(2026, 4, 15))
    services.approve_rate(rate=rate, approver=UserFactory.create(), at=noon(2026, 4, 20))

    run(programme, noon(2026, 4, 21))
    assert (has(member), ConversionRun.objects.get().business_on) == ((0, 166), dt.date(2026, 4, 20))

    give_back(purchase, noon(2026, 4, 22), lines=(("2", Decimal(1)),))
    assert (has(member), verify()) == ((0, 83), [])


def test_rates_are_refused_that_nobody_asked_for():
    club(YEARLY)
    setup, author, other = Setup.objects.get(), UserFactory.create(), UserFactory.create()

    def code_of(call):
        with pytest.raises(Problem) as refusal, transaction.atomic():
            call()
        return refusal.value.code

    def propose(rate="0.1", on=dt.date(2025, 1, 1)):
        return services.propose_rate(setup=setup, on=on, rate=rate, author=author, at=noon(2026, 1, 1))

    assert code_of(lambda: propose(on=dt.date(2026, 1, 1))) == "rate_not_asked"
    assert code_of(lambda: propose("0")) == "malformed_conversion"
    assert code_of(lambda: propose("0.1234567")) == "malformed_conversion"
    first, second = propose(), propose("0.2")
    assert code_of(lambda: services.approve_rate(rate=first, approver=author, at=noon(2026, 1, 2))) == "another_person_must_approve"
    services.approve_rate(rate=second, approver=other, at=noon(2026, 1, 2))
    assert code_of(lambda: services.approve_rate(rate=second, approver=other, at=noon(2026, 1, 2))) == "rate_already_approved"
    assert code_of(lambda: services.approve_rate(rate=first, approver=other, at=noon(2026, 1, 2))) == "rate_not_asked"
    assert code_of(propose) == "rate_not_asked"
    assert list(ConversionRate.objects.filter(approved_at__isnull=False)) == [second]
    with pytest.raises(DatabaseError), transaction.atomic():
        ConversionRate.objects.filter(pk=second.pk).update(rate=1)


def test_a_conversion_by_steps_has_no_rate():
    programme = club(MONTHLY)

    with pytest.raises(services.RateNotAsked):
        services.propose_rate(setup=Setup.objects.get(), on=dt.date(2025, 1, 1), rate="1", author=UserFactory.create(), at=noon(2025, 6, 1))

    assert (ConversionRate.objects.count(), open_periods(programme, dt.date(2025, 6, 1))) == (0, [])


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        (MONTHLY | {"from": "points"}, "/from"),
        (MONTHLY | {"to": "nothing"}, "/to"),
        (MONTHLY | {"from": "cash", "to": "points"}, "/from"),
    ],
)
def test_only_what_gathers_is_converted_into_what_is_spent(definition, pointer):
    programme = club()

    with pytest.raises(UnknownReference) as refusal:
        set_up(programme, SetupKind.CONVERSION, "odd", definition)

    assert [error.pointer for error in refusal.value.errors] == [pointer]
    assert not Setup.objects.filter(code="odd").exists()


def test_what_gathers_is_converted_by_one_conversion_alone():
    programme = club(MONTHLY)

    with pytest.raises(UnknownReference):
        set_up(programme, SetupKind.CONVERSION, "second", MONTHLY | {"to": "points"})


def test_what_a_conversion_gives_may_end_sooner_than_its_currency_says():
    programme = club(MONTHLY | {"valid_days": 30})
    buy(member_of(programme), 100_00, noon(2025, 3, 10))

    run(programme, noon(2025, 4, 1))

    assert Lot.objects.get(unit__code="cash").expires_on == dt.date(2025, 5, 1)


def test_the_task_converts_in_live_programmes_only(stopped_clock):
    live, draft = club(MONTHLY), club(MONTHLY)
    for number, programme in enumerate((live, draft)):
        buy(member_of(programme), 100_00, noon(2025, 3, 10), f"R{number}")
    Programme.objects.filter(pk=draft.pk).update(state="paused")
    stopped_clock(noon(2025, 4, 1))

    assert run_conversions() == 1
    assert list(ConversionRun.objects.values_list("setup__programme", flat=True)) == [live.pk]


def test_a_member_reads_what_will_become_of_it():
    programme = club(MONTHLY)
    member = member_of(programme)
    buy(member, 123_45, noon(2025, 3, 10))

    [expected] = expected_of(member, dt.date(2025, 3, 11))

    assert (expected.gathered, expected.taken, expected.given, expected.on) == (617, 500, 500, dt.date(2025, 4, 1))
