"""Taking a reward: what happens, what is refused, what happens once."""

import datetime as dt

import pytest

from accounts.members.services import change_member_status
from accounts.outbox.models import OutboxEvent
from ledger.points.domain import Reason
from ledger.points.models import Movement
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints
from rewards.catalogue.queries import RewardNotFound
from rewards.catalogue.services import SoldOut, withdraw_reward
from rewards.redemptions.domain import HOLD_LASTS
from rewards.redemptions.models import Redemption, RedemptionClaim
from rewards.redemptions.services import (
    ExternalIdConflict,
    LimitReached,
    NotEligible,
    OutsideWindow,
    QuantityOutOfRange,
    redeem_reward,
)
from rewards.tiers.services import record_spend
from tests.accounts.factories import AT, MemberFactory, StoreFactory, give
from tests.rewards.factories import IN_A_YEAR, TODAY, LadderFactory, RewardFactory, bought, member_with, wallet
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db


def taken(member, reward, **facts):
    return redeem_reward(member=member, reward=reward, **{"source": "portal", "at": AT, **facts})


def test_it_takes_points_and_gives_a_code_to_use_later():
    member = member_with(600)
    reward = RewardFactory.create(programme=member.programme, left=3)

    redemption = taken(member, reward)

    redemption.refresh_from_db()
    assert wallet(member) == (100, 0)
    assert (redemption.state, redemption.units, redemption.value_minor) == ("issued", 500, 500)
    assert (redemption.valid_until, redemption.used_at) == (TODAY + dt.timedelta(days=90), None)
    assert len(redemption.grouped_code) == 19
    assert Movement.objects.get(pk=redemption.redeem_movement).reason == Reason.REWARD
    reward.stock.refresh_from_db()
    assert reward.stock.left == 2
    event = OutboxEvent.objects.get(topic="redemption.issued")
    assert (event.member_id, event.payload["redemption"]) == (member.pk, str(redemption.pk))
    assert verify() == []


def test_several_pieces_cost_several_times_the_price():
    member = member_with(1_500)
    reward = RewardFactory.create(programme=member.programme, left=3)

    redemption = taken(member, reward, quantity=3)

    assert (redemption.units, redemption.value_minor, wallet(member)) == (1_500, 1_500, (0, 0))
    reward.stock.refresh_from_db()
    assert reward.stock.left == 0


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("goods", Reason.REWARD), ("voucher", Reason.REWARD), ("third_party", Reason.THIRD_PARTY), ("donation", Reason.DONATION)],
)
def test_the_kind_of_reward_decides_the_accounting(kind, reason):
    member = member_with(500)

    redemption = taken(member, RewardFactory.create(programme=member.programme, kind=kind))

    assert Movement.objects.get(pk=redemption.redeem_movement).reason == reason


def test_a_donation_is_used_at_once_and_has_no_code():
    member = member_with(500)

    redemption = taken(member, RewardFactory.create(programme=member.programme, kind="donation"))

    assert (redemption.state, redemption.used_at, redemption.code) == ("used", AT, None)


def test_a_reward_taken_in_a_store_is_handed_over_there():
    member, store = member_with(500), StoreFactory.create()

    redemption = taken(member, RewardFactory.create(programme=member.programme), store=store)

    assert (redemption.state, redemption.used_at, redemption.used_store) == ("used", AT, store)


def test_a_hold_sets_points_and_pieces_aside_and_sends_nothing():
    member = member_with(600)
    reward = RewardFactory.create(programme=member.programme, left=1)

    redemption = taken(member, reward, hold=True)

    assert (redemption.state, redemption.code, redemption.redeem_movement) == ("held", None, None)
    assert redemption.hold_expires_at == AT + HOLD_LASTS
    assert wallet(member) == (100, 500)
    reward.stock.refresh_from_db()
    assert reward.stock.left == 0
    assert not OutboxEvent.objects.exists()


def test_the_same_number_with_the_same_facts_answers_with_the_same_redemption():
    member = member_with(1_000)
    reward = RewardFactory.create(programme=member.programme)
    first = taken(member, reward, external_id="r-1")

    again = taken(member, reward, external_id="r-1", at=AT + dt.timedelta(hours=1))

    assert (again, wallet(member), Redemption.objects.count()) == (first, (500, 0), 1)
    assert OutboxEvent.objects.count() == 1


def test_another_source_may_use_the_same_number():
    member = member_with(1_000)
    reward = RewardFactory.create(programme=member.programme)

    first, second = (taken(member, reward, external_id="r-1", source=source) for source in ("till", "shop"))

    assert first != second


@pytest.mark.parametrize("change", [{"quantity": 2}, {"hold": True}])
def test_the_same_number_with_other_facts_is_refused(change):
    member = member_with(2_000)
    reward = RewardFactory.create(programme=member.programme)
    taken(member, reward, external_id="r-1")

    with refused(ExternalIdConflict):
        taken(member, reward, external_id="r-1", **change)


def test_a_refused_number_can_be_used_once_the_reason_is_gone():
    member = member_with(499)
    reward = RewardFactory.create(programme=member.programme)
    with refused(NotEnoughPoints):
        taken(member, reward, external_id="r-1")

    give(member, 1, IN_A_YEAR)

    assert taken(member, reward, external_id="r-1").state == "issued"
    assert RedemptionClaim.objects.count() == 1


def test_too_few_points_are_refused_with_the_shortfall():
    member = member_with(499)
    reward = RewardFactory.create(programme=member.programme, left=1)

    with refused(NotEnoughPoints, spendable=499, shortfall=1):
        taken(member, reward)


def test_points_that_end_today_do_not_count():
    member = member_with(0)
    give(member, 500, TODAY)
    reward = RewardFactory.create(programme=member.programme)

    with refused(NotEnoughPoints, spendable=0, shortfall=500):
        taken(member, reward)


def test_what_is_sold_out_is_refused():
    member = member_with(1_000)
    reward = RewardFactory.create(programme=member.programme, left=1)

    with refused(SoldOut, left=1):
        taken(member, reward, quantity=2)
    taken(member, reward)
    with refused(SoldOut, left=0):
        taken(member, reward)


def test_a_limit_holds_within_its_window():
    member = member_with(2_000)
    reward = RewardFactory.create(programme=member.programme, limit_per_member=1, limit_window_days=7)
    taken(member, reward)

    with refused(LimitReached, limit_left=0):
        taken(member, reward, at=AT + dt.timedelta(days=6))
    assert taken(member, reward, at=AT + dt.timedelta(days=7)).state == "issued"


def test_a_tier_is_asked_for():
    ladder = LadderFactory.create()
    member = member_with(1_000, programme=ladder.programme)
    reward = RewardFactory.create(programme=ladder.programme, min_tier=ladder.tiers.get(code="silver"))

    with refused(NotEligible, reason="tier_too_low"):
        taken(member, reward)
    record_spend(spends=[bought(member, 100_000, TODAY)])
    assert taken(member, reward).state == "issued"


def test_a_frozen_membership_takes_nothing():
    member = member_with(1_000)
    reward = RewardFactory.create(programme=member.programme)
    member = change_member_status(member=member, status="frozen", at=AT)

    with refused(NotEligible, reason="member_not_active"):
        taken(member, reward)


@pytest.mark.parametrize("facts", [{"active_from": TODAY + dt.timedelta(days=1)}, {"active_to": TODAY - dt.timedelta(days=1)}])
def test_outside_its_window_it_is_refused(facts):
    member = member_with(1_000)
    reward = RewardFactory.create(programme=member.programme, **facts)

    with refused(OutsideWindow):
        taken(member, reward)


def test_before_its_first_version_and_after_withdrawal_it_is_refused():
    member = member_with(1_000)
    early = RewardFactory.create(programme=member.programme, valid_from=TODAY + dt.timedelta(days=1))
    gone = RewardFactory.create(programme=member.programme)
    withdraw_reward(reward=gone)
    gone.refresh_from_db()

    for reward in (early, gone):
        with refused(OutsideWindow):
            taken(member, reward)


def test_a_reward_of_another_programme_is_refused_like_a_missing_one():
    member, reward = member_with(1_000), RewardFactory.create()

    with refused(RewardNotFound):
        taken(member, reward)


@pytest.mark.parametrize("quantity", [0, -1, 2_000_001])
def test_a_quantity_that_makes_no_sense_is_refused(quantity):
    member = member_with(1_000)
    reward = RewardFactory.create(programme=member.programme)

    with refused(QuantityOutOfRange):
        taken(member, reward, quantity=quantity)


def test_the_day_is_that_of_the_programme():
    late = dt.datetime(2026, 1, 31, 22, 30, tzinfo=dt.UTC)
    member = MemberFactory.create()
    give(member, 500, IN_A_YEAR)

    redemption = taken(member, RewardFactory.create(programme=member.programme), at=late)

    assert (redemption.business_on, redemption.valid_until) == (dt.date(2026, 2, 1), dt.date(2026, 5, 2))
