"""What is had later earns later: points wait for the day on which it was had."""

import datetime as dt

import pytest

from accounts.programmes.domain import Terms
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from ledger.points.models import Lot
from ledger.points.queries import holdings, verify
from ledger.points.services import activate_due
from loyalty.kit.clock import business_date
from rewards.earning.services import write_first_rule
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, preview_purchase, record_purchase, record_return
from rewards.purchases.services.record import ExternalIdConflict, FulfilledTooLate
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.purchases.conftest import FIRST_DAY, purchase_of
from tests.rewards.recalculations.stage import BASE, LATER, open_with_rules, past_rule, retroact

pytestmark = pytest.mark.django_db
TODAY = business_date(AT, "Europe/Istanbul")
CHECKOUT = TODAY + dt.timedelta(days=40)


def member_under(**terms):
    programme = ProgrammeFactory.create(state="draft", terms=Terms(**terms))
    write_first_rule(programme=programme, code="r", name="R", currency=currency_of(programme), definition=BASE, valid_from=FIRST_DAY, at=AT)
    return MemberFactory.create(programme=change_programme_state(programme=programme, state="live"))


@pytest.fixture
def member():
    return member_under()


def book(member, *prices, fulfilled_on=CHECKOUT, receipt="R1"):
    facts = purchase_of(member, *(prices or (10_000,)), fulfilled_on=fulfilled_on, external_id=receipt)
    return record_purchase(programme=member.programme, facts=facts, at=AT).purchase


def pending_and_available(member, day):
    activate_due(unit=currency_of(member.programme).unit_id, through_on=day, at=AT + (day - TODAY))
    of = holdings(points_account=member.points_account_id, today=day)[0]
    return of.pending, of.available


def test_points_wait_for_the_day_of_fulfilment_and_are_there_on_it(member):
    purchase = book(member)

    assert purchase.fulfilled_on == CHECKOUT
    assert (purchase.earned[0]["state"], purchase.earned[0]["available_on"]) == ("pending", CHECKOUT.isoformat())
    assert pending_and_available(member, CHECKOUT - dt.timedelta(days=1)) == (100, 0)
    assert pending_and_available(member, CHECKOUT) == (0, 100)
    assert verify() == []


def test_days_of_waiting_begin_with_the_fulfilment_and_points_live_from_it_on():
    member = member_under(expiry_kind="days", expiry_number=30, pending_days=5)

    book(member)

    [lot] = Lot.objects.all()
    assert (lot.granted_on, lot.matures_on) == (TODAY, CHECKOUT + dt.timedelta(days=5))
    assert lot.expires_on == CHECKOUT + dt.timedelta(days=30)


@pytest.mark.parametrize("day", [None, TODAY, TODAY - dt.timedelta(days=3)])
def test_what_was_had_by_then_earns_at_once(member, day):
    book(member, fulfilled_on=day)

    assert pending_and_available(member, TODAY) == (0, 100)


def test_a_booking_that_is_cancelled_takes_what_waits(member):
    purchase = book(member, 6_000, 4_000)

    back = record_return(purchase=purchase, facts=ReturnFacts("till", "B1", AT), at=AT).returned

    assert (back.reversed_units, back.arrears_units) == (100, 0)
    assert pending_and_available(member, CHECKOUT) == (0, 0)
    assert verify() == []


def test_a_year_that_was_mistyped_is_refused(member):
    with pytest.raises(FulfilledTooLate):
        book(member, fulfilled_on=TODAY + dt.timedelta(days=3 * 366 + 1))

    assert not Purchase.objects.exists() and not Lot.objects.exists()


def test_the_day_is_one_of_the_facts_of_a_receipt(member):
    book(member)

    assert record_purchase(programme=member.programme, facts=purchase_of(member, 10_000, fulfilled_on=CHECKOUT), at=AT).replayed
    with pytest.raises(ExternalIdConflict):
        book(member, fulfilled_on=CHECKOUT + dt.timedelta(days=1))


def test_a_preview_says_from_when_on(member):
    record = preview_purchase(programme=member.programme, facts=purchase_of(member, 10_000, fulfilled_on=CHECKOUT), at=AT)

    assert record.purchase.earned[0]["available_on"] == CHECKOUT.isoformat()
    assert not Purchase.objects.exists()


def test_what_a_recalculation_adds_waits_for_the_same_day():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    later = business_date(LATER, programme.time_zone) + dt.timedelta(days=10)
    book(member, fulfilled_on=later)

    retroact(past_rule(programme, {"kind": "multiplier", "factor": "2"}))

    assert sorted(Lot.objects.values_list("granted", "matures_on", "is_pending")) == [(100, later, True), (100, later, True)]
