"""Paying with points, alone and for many purchases at once, and getting them back."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.members.services import change_member_status
from accounts.outbox.models import OutboxEvent
from accounts.programmes.services import Terms
from ledger.points.models import Movement
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints, NothingToReverse
from loyalty.kit.ids import uuid7
from rewards.redemptions.domain import HOLD_LASTS
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import RedemptionNotFound, tender_terms
from rewards.redemptions.services import (
    AmountNotPayable,
    ExternalIdConflict,
    HoldIsSmaller,
    NotEligible,
    RedemptionNotOpen,
    Tender,
    TenderRequest,
    cancel,
    capture_amount,
    hold_tender,
    redeem_amount,
    restore_tender,
    take_tenders,
    units_of,
)
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.factories import TODAY, RedemptionFactory, TenderHoldFactory, member_with, wallet
from tests.rewards.witness import all_rows, refused

pytestmark = pytest.mark.django_db

EARLIER = AT - dt.timedelta(hours=1)


def request_of(member, amount_minor, redemption=None, at=EARLIER):
    return TenderRequest(
        member=member, amount_minor=amount_minor, redemption=redemption, purchase=uuid7(), occurred_at=at, business_on=at.date()
    )


def test_a_hold_sets_aside_the_points_that_pay_an_amount():
    held = TenderHoldFactory.create()

    held.refresh_from_db()
    assert (held.kind, held.state, held.units, held.value_minor, held.code) == ("tender", "held", 500, 500, None)
    assert held.hold_expires_at == AT + HOLD_LASTS
    assert wallet(held.member) == (500, 500)


def test_points_worth_half_a_cent_cost_double():
    programme = ProgrammeFactory.create(terms=Terms(point_value_minor=Decimal("0.5")))

    assert TenderHoldFactory.create(member=MemberFactory.create(programme=programme), amount_minor=300).units == 600
    assert tender_terms(programme, TODAY).step_minor == 1


def test_an_amount_that_points_cannot_pay_exactly_is_refused_with_the_step():
    member = member_with(1_000, programme=ProgrammeFactory.create(terms=Terms(point_value_minor=Decimal(5))))

    with refused(AmountNotPayable, step_minor=5, step_units=1, nearest=["0.05", "0.10"]):
        hold_tender(member=member, amount_minor=7, source="till", external_id="t-1", at=AT)


@pytest.mark.parametrize("pay", [hold_tender, redeem_amount])
@pytest.mark.parametrize(
    ("amount_minor", "nearest", "words"),
    [(437, ["4.00", "5.00"], "€4.00 or €5.00"), (99, ["1.00"], "€1.00"), (401, ["4.00", "5.00"], "€4.00 or €5.00")],
)
def test_points_that_pay_in_steps_refuse_what_lies_between_and_name_what_lies_beside(pay, amount_minor, nearest, words):
    member = member_with(1_000, programme=ProgrammeFactory.create(currency="EUR", terms=Terms(tender_step_units=100)))

    with refused(AmountNotPayable, step_minor=100, step_units=100, nearest=nearest):
        pay(member=member, amount_minor=amount_minor, source="till", external_id="t-1", at=AT)
    with pytest.raises(AmountNotPayable) as problem:
        pay(member=member, amount_minor=amount_minor, source="till", external_id="t-1", at=AT)
    assert problem.value.detail.endswith(f"They can pay {words}.")


@pytest.mark.parametrize("pay", [hold_tender, redeem_amount])
def test_points_that_pay_in_steps_pay_whole_steps(pay):
    member = member_with(1_000, programme=ProgrammeFactory.create(terms=Terms(tender_step_units=100)))

    assert pay(member=member, amount_minor=400, source="till", external_id="t-1", at=AT).units == 400


def test_a_purchase_paid_between_steps_is_refused_alone():
    member = member_with(1_000, programme=ProgrammeFactory.create(terms=Terms(tender_step_units=100)))

    (answer,) = take_tenders(requests=[request_of(member, 150)], at=AT)

    assert (type(answer), answer.extra["nearest"]) == (AmountNotPayable, ["1.00", "2.00"])
    assert wallet(member) == (1_000, 0)


def test_a_hold_happens_once():
    member = member_with(1_000)
    facts = {"member": member, "source": "till", "external_id": "t-1", "at": AT}
    held = hold_tender(amount_minor=500, **facts)

    assert hold_tender(amount_minor=500, **facts) == held
    with refused(ExternalIdConflict):
        hold_tender(amount_minor=400, **facts)
    assert wallet(member) == (500, 500)


def test_a_hold_needs_points_and_an_active_membership():
    member = member_with(499)

    with refused(NotEnoughPoints, spendable=499, shortfall=1):
        hold_tender(member=member, amount_minor=500, source="till", external_id=None, at=AT)
    member = change_member_status(member=member, status="frozen", at=AT)
    with refused(NotEligible, reason="member_not_active"):
        hold_tender(member=member, amount_minor=100, source="till", external_id=None, at=AT)


def test_an_amount_is_paid_at_once_without_a_purchase():
    member = member_with(1_000)
    facts = {"member": member, "amount_minor": 500, "source": "shop", "external_id": "t-1", "at": AT}

    paid = redeem_amount(**facts)

    paid.refresh_from_db()
    assert (paid.state, paid.units, paid.used_at, paid.hold_movement, wallet(member)) == ("used", 500, AT, None, (500, 0))
    assert redeem_amount(**facts) == paid
    with refused(ExternalIdConflict):
        hold_tender(**facts)


def test_a_cancelled_hold_frees_its_points():
    held = TenderHoldFactory.create()

    assert cancel(redemption=held, at=AT).state == "cancelled"
    assert wallet(held.member) == (1_000, 0)


def test_a_purchase_captures_its_hold_on_its_own_day():
    held = TenderHoldFactory.create()
    request = request_of(held.member, 500, held.pk)

    (tender,) = take_tenders(requests=[request], at=AT)

    held.refresh_from_db()
    movement = Movement.objects.get(pk=tender.movement)
    assert tender == Tender(held.pk, held.redeem_movement, 500)
    assert (held.state, held.purchase, held.used_at) == ("used", request.purchase, EARLIER)
    assert (movement.business_on, movement.face_minor, wallet(held.member)) == (EARLIER.date(), 500, (500, 0))
    assert not OutboxEvent.objects.exists()


def test_a_hold_pays_less_than_it_set_aside():
    held = TenderHoldFactory.create()

    (tender,) = take_tenders(requests=[request_of(held.member, 400, held.pk)], at=AT)

    held.refresh_from_db()
    assert tender == Tender(held.pk, held.redeem_movement, 400)
    assert (held.state, held.units, held.value_minor, wallet(held.member)) == ("used", 400, 400, (600, 0))
    assert Movement.objects.get(pk=tender.movement).face_minor == 400
    assert verify() == []


def test_an_amount_that_points_cannot_pay_exactly_is_not_captured():
    member = member_with(1_000, programme=ProgrammeFactory.create(terms=Terms(point_value_minor=Decimal(2))))
    held = hold_tender(member=member, amount_minor=500, source="till", at=AT)
    before = all_rows()

    with refused(AmountNotPayable):
        capture_amount(redemption=held.pk, amount_minor=301, at=AT)
    assert all_rows() == before

    assert capture_amount(redemption=held.pk, amount_minor=300, at=AT).units == 150
    with refused(RedemptionNotOpen):
        capture_amount(redemption=held.pk, amount_minor=300, at=AT)
    assert wallet(member) == (850, 0)


def test_a_hold_pays_no_more_than_it_has_for_its_own_member_while_it_lasts():
    held, stranger = TenderHoldFactory.create(), member_with(1_000)
    before = all_rows()

    (more,) = take_tenders(requests=[request_of(held.member, 600, held.pk)], at=AT)
    (other_member,) = take_tenders(requests=[request_of(stranger, 500, held.pk)], at=AT)
    (too_late,) = take_tenders(requests=[request_of(held.member, 500, held.pk)], at=AT + HOLD_LASTS)

    assert (type(more), more.extra) == (HoldIsSmaller, {"held_minor": 500})
    assert (type(other_member), type(too_late)) == (RedemptionNotFound, RedemptionNotOpen)
    assert all_rows() == before


def test_a_reward_pays_nothing():
    reward = RedemptionFactory.create(hold=True)

    (answer,) = take_tenders(requests=[request_of(reward.member, 500, reward.pk)], at=AT)

    assert type(answer) is RedemptionNotFound


def test_many_purchases_are_paid_in_four_statements(django_assert_max_num_queries):
    programme = ProgrammeFactory.create()
    members = [member_with(1_000, programme=programme) for _ in range(4)]
    requests = [request_of(member, 100 * position) for position, member in enumerate(members, start=1)]

    with django_assert_max_num_queries(4):
        tenders = take_tenders(requests=requests, at=AT)

    assert [tender.units for tender in tenders] == [100, 200, 300, 400]
    assert [wallet(member)[0] for member in members] == [900, 800, 700, 600]
    rows = Redemption.objects.filter(state="used", kind="tender").order_by("units")
    assert [row.purchase for row in rows] == [request.purchase for request in requests]
    assert {(row.business_on, row.occurred_at) for row in rows} == {(EARLIER.date(), EARLIER)}
    assert verify() == []


def test_one_that_is_refused_does_not_stop_the_others():
    programme = ProgrammeFactory.create(terms=Terms(point_value_minor=Decimal(2)))
    poor, odd, fine = (member_with(units, programme=programme) for units in (10, 100, 100))

    answers = take_tenders(requests=[request_of(poor, 100), request_of(odd, 101), request_of(fine, 200)], at=AT)

    assert [type(answer) for answer in answers] == [NotEnoughPoints, AmountNotPayable, Tender]
    assert answers[0].extra == {"spendable": 10, "shortfall": 40}
    assert (wallet(poor), wallet(odd), wallet(fine)) == ((10, 0), (100, 0), (0, 0))
    assert Redemption.objects.count() == 1


def test_nothing_to_pay_is_nothing():
    assert take_tenders(requests=[], at=AT) == []


def restored(tender, units, key):
    return restore_tender(redemption=tender.redemption, units=units, key=key, face_minor=units, occurred_at=AT, business_on=TODAY, at=AT)


def test_points_come_back_in_parts_and_each_return_once():
    member = member_with(1_000)
    (tender,) = take_tenders(requests=[request_of(member, 500)], at=AT)

    first, again = restored(tender, 200, "return-1"), restored(tender, 200, "return-1")
    restored(tender, 300, "return-2")

    assert (first.replayed, again.replayed) == (False, True)
    assert (wallet(member), Redemption.objects.get().restored_units) == ((1_000, 0), 500)
    assert units_of(redemption=tender.redemption) == 500
    assert verify() == []


def test_no_more_comes_back_than_was_paid():
    member = member_with(1_000)
    (tender,) = take_tenders(requests=[request_of(member, 500)], at=AT)
    restored(tender, 200, "return-1")

    with refused(NothingToReverse):
        restored(tender, 301, "return-2")


def test_a_payment_that_does_not_exist_has_no_points():
    with pytest.raises(RedemptionNotFound):
        units_of(redemption=uuid7())
