"""Purchases that take rewards, at the same moment: once each, never beyond the points, and nobody waits for ever."""

import datetime as dt
import random
from decimal import Decimal

from accounts.outbox.models import OutboxEvent
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints
from loyalty.kit.problems import Problem
from rewards.catalogue.models import RewardStock
from rewards.purchases.domain import WantedReward
from rewards.purchases.models import Purchase, Return
from rewards.purchases.services import PurchaseRecord, ReturnFacts, record_purchase, record_purchases, record_return
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import RedemptionNotOpen, cancel
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT
from tests.rewards.factories import RewardFactory, member_with, wallet
from tests.rewards.purchases.conftest import open_earning, purchase_of


def taking(member, number="R1", rewards=("tenth-off",)):
    return purchase_of(member, 7_000, external_id=number, rewards=tuple(WantedReward(code) for code in sorted(rewards)))


def test_copies_of_one_purchase_spend_once_and_answer_alike(committed_db):
    member = member_with(200, programme=open_earning())
    RewardFactory.create(programme=member.programme, code="tenth-off", price_points=150, left=9)

    answers = at_once(*[lambda: record_purchase(programme=member.programme, facts=taking(member), at=AT)] * 8)

    assert [answer for answer in answers if not isinstance(answer, PurchaseRecord)] == []
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 7
    assert len({answer.rewards[0].pk for answer in answers}) == Redemption.objects.count() == Purchase.objects.count() == 1
    assert (wallet(member), RewardStock.objects.get().left) == ((120, 0), 8)
    assert OutboxEvent.objects.filter(topic="redemption.issued").count() == 1
    assert verify() == []


def test_points_that_suffice_for_one_are_spent_by_one_of_two_purchases(committed_db):
    member = member_with(150, programme=open_earning())
    RewardFactory.create(programme=member.programme, code="tenth-off", price_points=150, left=9)

    answers = at_once(*[lambda n=n: record_purchase(programme=member.programme, facts=taking(member, f"R{n}"), at=AT) for n in range(6)])

    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    assert {type(answer) for answer in refusals} == {NotEnoughPoints} and len(refusals) == 5
    assert (Purchase.objects.count(), Redemption.objects.count(), RewardStock.objects.get().left) == (1, 1, 8)
    assert wallet(member) == (70, 0) and verify() == []


def test_batches_that_share_rewards_do_not_wait_for_ever(committed_db):
    programme = open_earning()
    members = [member_with(2_000, programme=programme) for _ in range(4)]
    codes = ["tenth-off", "cake", "coffee"]
    for code in codes:
        RewardFactory.create(programme=programme, code=code, price_points=10, left=7)
    purchases = [taking(members[n % 4], f"R{n}", random.Random(n).sample(codes, 2)) for n in range(16)]
    shuffled = [random.Random(seed).sample(purchases, 16) for seed in range(4)]

    answers = at_once(*[lambda some=some: record_purchases(programme=programme, purchases=some, at=AT) for some in shuffled])

    told = [getattr(answer, "code", "ok") for of in answers for answer in of]
    assert set(told) <= {"ok", "sold_out"}
    taken = Redemption.objects.count()
    assert taken == 2 * Purchase.objects.filter(reward_units=20).count() == 2 * Purchase.objects.count()
    assert sum(RewardStock.objects.values_list("left", flat=True)) == 21 - taken
    assert not any(isinstance(answer, Exception) and not isinstance(answer, Problem) for answer in answers) and verify() == []


def test_returns_and_a_cancellation_at_once_give_back_every_point_once(committed_db):
    member = member_with(150, programme=open_earning())
    RewardFactory.create(programme=member.programme, code="tenth-off", price_points=150, left=9)
    facts = purchase_of(member, 100, 100, 100, rewards=(WantedReward("tenth-off"),))
    bought = record_purchase(programme=member.programme, facts=facts, at=AT).purchase
    taken, later = Redemption.objects.get(), AT + dt.timedelta(hours=1)

    def bring_back(line):
        back = ReturnFacts("till", f"B{line}", later, lines=((line, Decimal(1)),))
        return record_return(purchase=bought, facts=back, at=later)

    answers = at_once(*[lambda line=line: bring_back(line) for line in "123"] * 2, *[lambda: cancel(redemption=taken, at=later)] * 2)

    assert {type(answer) for answer in answers if isinstance(answer, Exception)} <= {RedemptionNotOpen}
    taken.refresh_from_db()
    assert (taken.state, taken.restored_units, Return.objects.count()) == ("cancelled", 150, 3)
    assert sum(Return.objects.values_list("restored_units", flat=True)) == taken.returned_units
    assert (wallet(member), RewardStock.objects.get().left) == ((150, 0), 9)
    assert verify() == []
