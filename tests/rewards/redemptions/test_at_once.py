"""Several callers at the same moment, each with a connection of its own."""

import datetime as dt

from django.db import transaction

from accounts.outbox.models import OutboxEvent
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints, lock_wallets
from loyalty.kit.ids import uuid7
from rewards.catalogue.models import RewardStock
from rewards.catalogue.services import SoldOut
from rewards.redemptions.domain import HOLD_LASTS
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import (
    ExternalIdConflict,
    LimitReached,
    RedemptionNotOpen,
    TenderRequest,
    VoucherUsed,
    cancel,
    capture,
    expire_redemptions,
    hold_tender,
    redeem_reward,
    restore_tender,
    take_tenders,
    use_voucher,
)
from rewards.tiers.models import MemberYear, TierStanding
from rewards.tiers.services import record_spend
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, ProgrammeFactory
from tests.rewards.factories import TODAY, LadderFactory, RedemptionFactory, RewardFactory, TenderHoldFactory, bought, member_with, wallet

SOON = AT + dt.timedelta(minutes=5)


def counted(answers, problem):
    """Return (how many succeeded, how many were refused so); nothing else may have happened."""
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert {type(answer) for answer in refused} <= {problem}, refused
    return len(answers) - len(refused), len(refused)


def test_the_last_piece_goes_to_one_of_many_members(committed_db):
    programme = ProgrammeFactory.create()
    reward = RewardFactory.create(programme=programme, left=1)
    members = [member_with(500, programme=programme) for _ in range(12)]

    answers = at_once(*[lambda member=member: redeem_reward(member=member, reward=reward, source="portal", at=AT) for member in members])

    assert counted(answers, SoldOut) == (1, 11)
    assert RewardStock.objects.get().left == 0
    assert Redemption.objects.count() == OutboxEvent.objects.count() == 1
    assert sorted(wallet(member)[0] for member in members) == [0] + [500] * 11
    assert verify() == []


def test_the_last_points_of_a_member_are_spent_once(committed_db):
    member = member_with(1_000)
    reward = RewardFactory.create(programme=member.programme, left=50)

    answers = at_once(*[lambda: redeem_reward(member=member, reward=reward, source="portal", at=AT)] * 8)

    assert counted(answers, NotEnoughPoints) == (2, 6)
    assert (wallet(member), RewardStock.objects.get().left, Redemption.objects.count()) == ((0, 0), 48, 2)
    assert verify() == []


def test_a_limit_holds_against_calls_at_once(committed_db):
    member = member_with(10_000)
    reward = RewardFactory.create(programme=member.programme, limit_per_member=3)

    answers = at_once(*[lambda: redeem_reward(member=member, reward=reward, source="portal", at=AT)] * 8)

    assert counted(answers, LimitReached) == (3, 5)
    assert wallet(member) == (8_500, 0)


def test_copies_of_one_request_have_one_effect_and_one_answer(committed_db):
    member = member_with(10_000)
    reward = RewardFactory.create(programme=member.programme, left=9)
    facts = {"member": member, "reward": reward, "source": "till", "external_id": "r-1", "at": AT}

    answers = at_once(*[lambda: redeem_reward(**facts)] * 12)

    assert {answer.pk for answer in answers} == {Redemption.objects.get().pk}
    assert (wallet(member), RewardStock.objects.get().left, OutboxEvent.objects.count()) == ((9_500, 0), 8, 1)


def test_of_different_requests_with_one_number_one_wins(committed_db):
    member = member_with(10_000)
    reward = RewardFactory.create(programme=member.programme)
    facts = {"member": member, "reward": reward, "source": "till", "external_id": "r-1", "at": AT}

    answers = at_once(*[lambda quantity=quantity: redeem_reward(quantity=quantity, **facts) for quantity in range(1, 9)])

    assert counted(answers, ExternalIdConflict) == (1, 7)
    assert wallet(member)[0] == 10_000 - Redemption.objects.get().units


def test_a_voucher_is_used_once(committed_db):
    voucher = RedemptionFactory.create()

    answers = at_once(*[lambda: use_voucher(code=voucher.code, at=SOON, store=None)] * 8)

    assert counted(answers, VoucherUsed) == (1, 7)


def test_it_is_cancelled_once_and_the_points_come_back_once(committed_db):
    reward = RewardFactory.create(left=5)
    voucher = RedemptionFactory.create(member=member_with(0, programme=reward.programme), reward=reward)

    answers = at_once(*[lambda: cancel(redemption=voucher, at=SOON)] * 8)

    assert counted(answers, RedemptionNotOpen) == (1, 7)
    assert (wallet(voucher.member), RewardStock.objects.get().left) == ((1_000, 0), 5)
    assert OutboxEvent.objects.filter(topic="redemption.cancelled").count() == 1
    assert verify() == []


def test_a_voucher_is_used_or_cancelled_and_never_both(committed_db):
    voucher = RedemptionFactory.create()

    at_once(*[lambda: use_voucher(code=voucher.code, at=SOON, store=None), lambda: cancel(redemption=voucher, at=SOON)] * 4)

    voucher.refresh_from_db()
    assert (voucher.state, wallet(voucher.member)[0]) in {("used", 500), ("cancelled", 1_000)}
    assert verify() == []


def test_a_hold_is_captured_cancelled_or_ended_by_one_of_them(committed_db):
    reward = RewardFactory.create(left=5)
    held = RedemptionFactory.create(member=member_with(0, programme=reward.programme), reward=reward, hold=True)
    over = AT + HOLD_LASTS

    answers = at_once(
        *[
            lambda: capture(redemption=held, at=SOON),
            lambda: cancel(redemption=held, at=SOON),
            lambda: expire_redemptions(at=over),
        ]
        * 3
    )

    held.refresh_from_db()
    assert {type(answer) for answer in answers if isinstance(answer, Exception)} <= {RedemptionNotOpen}
    # What was captured first could still be cancelled afterwards; points, pieces and state always agree.
    assert (held.state, wallet(held.member), RewardStock.objects.get().left) in {
        ("issued", (500, 0), 4),
        ("cancelled", (1_000, 0), 5),
        ("expired", (1_000, 0), 5),
    }
    assert verify() == []


def test_a_purchase_and_a_cancellation_do_not_lock_each_other_out(committed_db):
    held = TenderHoldFactory.create()
    request = TenderRequest(member=held.member, amount_minor=500, redemption=held.pk, purchase=uuid7(), occurred_at=AT, business_on=TODAY)

    def buy():
        with transaction.atomic():
            lock_wallets(points_accounts=[held.points_account])
            return take_tenders(requests=[request], at=SOON)[0]

    answers = at_once(*[buy, lambda: cancel(redemption=held, at=SOON)] * 4)

    assert counted(answers, RedemptionNotOpen) == (1, 7)
    held.refresh_from_db()
    assert (held.state, wallet(held.member)) in {("used", (500, 0)), ("cancelled", (1_000, 0))}
    assert verify() == []


def test_copies_of_one_hold_set_points_aside_once(committed_db):
    member = member_with(1_000)

    answers = at_once(*[lambda: hold_tender(member=member, amount_minor=400, source="till", external_id="t-1", at=AT)] * 8)

    assert len({answer.pk for answer in answers}) == 1
    assert wallet(member) == (600, 400)


def test_copies_of_one_return_give_points_back_once(committed_db):
    member = member_with(1_000)
    request = TenderRequest(member=member, amount_minor=500, redemption=None, purchase=uuid7(), occurred_at=AT, business_on=TODAY)
    with transaction.atomic():
        (tender,) = take_tenders(requests=[request], at=AT)

    def bring_back():
        return restore_tender(
            redemption=tender.redemption, units=200, key="return-1", face_minor=200, occurred_at=AT, business_on=TODAY, at=AT
        )

    answers = at_once(*[bring_back] * 6)

    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 5
    assert (wallet(member), Redemption.objects.get().restored_units) == ((700, 0), 200)


def test_purchases_of_one_member_at_once_reach_each_tier_once(committed_db):
    ladder = LadderFactory.create()
    member = member_with(0, programme=ladder.programme)

    def buy():
        with transaction.atomic():
            lock_wallets(points_accounts=[member.points_account_id])
            return record_spend(spends=[bought(member, 30_000, TODAY)])[member.pk]

    changes = at_once(*[buy] * 10)

    assert [change for change in changes if isinstance(change, Exception)] == []
    assert (MemberYear.objects.get().spend_minor, MemberYear.objects.get().purchases) == (300_000, 10)
    assert list(TierStanding.objects.order_by("id").values_list("tier__code", flat=True)) == ["bronze", "silver", "gold"]
