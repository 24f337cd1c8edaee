"""Who may ask for points by hand, and who must agree."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.members.models import MemberStatus
from accounts.members.services import change_member_status
from ledger.points.models import Movement
from ledger.points.queries import holdings
from ledger.points.services import NotEnoughPoints
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.models import Adjustment
from rewards.adjustments.queries import waiting_adjustments
from rewards.adjustments.services import (
    AdjustmentDecided,
    AnotherPersonMustDecide,
    MembershipEnded,
    Wish,
    approve_adjustment,
    refuse_adjustment,
    request_adjustment,
    set_limit,
)
from tests.accounts.factories import AT, MemberFactory, PartnerKeyFactory, UserFactory, give


def wish(units=100, direction=Direction.ADD, reason=AdjustmentReason.GOODWILL):
    return Wish(direction=direction, units=units, reason=reason, note="Sorry.")


@pytest.fixture
def member(db):
    return MemberFactory.create()


def available(member):
    return holdings(points_account=member.points_account_id, today=AT.date())[0].available


def test_what_staff_ask_for_waits(member):
    asked = request_adjustment(member=member, wish=wish(), at=AT, staff=UserFactory.create())

    assert asked.is_waiting
    assert list(waiting_adjustments(member.programme)) == [asked]
    assert available(member) == 0


def test_another_person_posts_it(member):
    asked = request_adjustment(member=member, wish=wish(), at=AT, staff=UserFactory.create())

    approved = approve_adjustment(adjustment=asked, approver=UserFactory.create(), at=AT + dt.timedelta(hours=1))

    assert approved.state == Adjustment.State.POSTED
    assert Movement.objects.get().pk == approved.movement
    assert available(member) == 100
    assert list(waiting_adjustments(member.programme)) == []


@pytest.mark.parametrize("decide", [approve_adjustment, refuse_adjustment])
def test_nobody_decides_on_what_they_asked_for(member, decide):
    maker = UserFactory.create()
    asked = request_adjustment(member=member, wish=wish(), at=AT, staff=maker)
    person = {"approver": maker} if decide is approve_adjustment else {"refuser": maker, "note": "x"}

    with pytest.raises(AnotherPersonMustDecide):
        decide(adjustment=asked, at=AT, **person)

    assert available(member) == 0


def test_the_database_wants_two_people_as_well(member):
    maker = UserFactory.create()
    asked = request_adjustment(member=member, wish=wish(), at=AT, staff=maker)

    with pytest.raises(IntegrityError, match="adjustment_needs_two_people"), transaction.atomic():
        Adjustment.objects.filter(pk=asked.pk).update(state="refused", decided_by=maker, decided_at=AT)


def test_a_decision_is_made_once(member):
    asked = request_adjustment(member=member, wish=wish(), at=AT, staff=UserFactory.create())
    approve_adjustment(adjustment=asked, approver=UserFactory.create(), at=AT)

    with pytest.raises(AdjustmentDecided):
        approve_adjustment(adjustment=asked, approver=UserFactory.create(), at=AT)

    assert available(member) == 100


def test_a_correction_that_finds_too_little_stays_waiting(member):
    give(member, 50, dt.date(2027, 1, 1))
    taking = wish(60, Direction.REMOVE, AdjustmentReason.CORRECTION)
    asked = request_adjustment(member=member, wish=taking, at=AT, staff=UserFactory.create())

    with pytest.raises(NotEnoughPoints):
        approve_adjustment(adjustment=asked, approver=UserFactory.create(), at=AT)

    assert Adjustment.objects.get().is_waiting
    assert available(member) == 50


def test_a_key_without_a_limit_of_its_own_has_the_ordinary_one(member):
    key = PartnerKeyFactory.create()

    states = [request_adjustment(member=member, wish=wish(600), at=AT, partner_key=key.pk).state for _ in range(2)]

    assert states == ["posted", "waiting"]


def test_the_limit_is_of_the_day_and_the_key(member):
    key, other = PartnerKeyFactory.create(), PartnerKeyFactory.create()
    set_limit(partner_key=key.pk, units_a_day=100)

    def ask(at=AT, with_key=key):
        return request_adjustment(member=member, wish=wish(), at=at, partner_key=with_key.pk).state

    assert [ask(), ask(), ask(with_key=other), ask(at=AT + dt.timedelta(days=1))] == ["posted", "waiting", "posted", "posted"]


def test_an_ended_membership_is_left_alone(member):
    closed = change_member_status(member=member, status=MemberStatus.CLOSED, at=AT)

    with pytest.raises(MembershipEnded):
        request_adjustment(member=closed, wish=wish(), at=AT, staff=UserFactory.create())

    assert Adjustment.objects.count() == 0
