"""A thousand callers want the last of something: one gets it, the others are refused, and nothing else happens."""

import random

from ledger.points.queries import verify
from loyalty.kit.problems import Problem
from rewards.catalogue.models import RewardStock
from rewards.catalogue.services import SoldOut
from rewards.purchases.services import record_purchases
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import VoucherUsed, redeem_reward, use_voucher
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, ProgrammeFactory
from tests.concurrency.ledger.test_points import all_at_once, count
from tests.rewards.campaigns.stage import buy, fixed, member_of, open_with, used
from tests.rewards.factories import RedemptionFactory, RewardFactory, member_with, wallet
from tests.rewards.purchases.conftest import purchase_of


def test_the_last_unit_of_a_reward_goes_to_one_of_a_thousand_callers(committed_db):
    programme = ProgrammeFactory.create()
    reward = RewardFactory.create(programme=programme, left=1)
    members = [member_with(500, programme=programme) for _ in range(20)]
    calls = [lambda member=member: redeem_reward(member=member, reward=reward, source="portal", at=AT) for member in members * 50]

    answers = all_at_once(calls)

    assert count(answers, SoldOut) == 999
    assert (RewardStock.objects.get().left, Redemption.objects.count()) == (0, 1)
    assert sorted(wallet(member)[0] for member in members) == [0] + [500] * 19
    assert verify() == []


def test_a_voucher_is_used_by_one_of_a_thousand_callers(committed_db):
    voucher = RedemptionFactory.create()

    answers = all_at_once([lambda: use_voucher(code=voucher.code, at=AT, store=None)] * 1_000)

    assert count(answers, VoucherUsed) == 999
    assert [answer.pk for answer in answers if isinstance(answer, Redemption)] == [voucher.pk]


def test_fifty_at_once_never_overdraw_the_budget_of_a_campaign(committed_db: None) -> None:
    campaign = open_with(fixed(30), campaign={"budget": {"units": 1_000, "uses": 40}})
    members = [member_of(campaign) for _ in range(50)]

    answers = at_once(*[lambda m=m, n=n: buy(m, receipt=f"R{n}") for n, m in enumerate(members)])

    given = sorted(answer.units for answer in answers)
    assert given == [0] * 16 + [10] + [30] * 33
    assert used(campaign) == (1_000, 1_000, 34) and verify() == []


def test_batches_that_share_two_budgets_do_not_wait_for_ever(committed_db: None) -> None:
    first = open_with(fixed(30), campaign={"budget": {"units": 500}})
    members = [member_of(first) for _ in range(4)]
    purchases = [purchase_of(members[n % 4], 300, external_id=f"R{n}") for n in range(24)]
    shuffled = [random.Random(seed).sample(purchases, 24) for seed in range(4)]

    answers = at_once(*[lambda some=some: record_purchases(programme=first.programme, purchases=some, at=AT) for some in shuffled])

    assert not any(isinstance(answer, Problem) for of in answers for answer in of)
    assert used(first)[0] == 500 and verify() == []
