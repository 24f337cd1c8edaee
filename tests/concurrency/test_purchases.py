"""Purchases and returns, many at once."""

import datetime as dt
import random

from ledger.points.models import Movement
from ledger.points.queries import holdings, verify
from ledger.points.services import NotEnoughPoints
from loyalty.kit.problems import Problem
from rewards.purchases.models import Purchase, Return
from rewards.purchases.services import ReturnFacts, record_purchase, record_purchases, record_return
from rewards.purchases.services.record import ExternalIdConflict
from rewards.purchases.services.returns import MoreThanBought
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, MemberFactory, give
from tests.rewards.purchases.conftest import open_earning, purchase_of

LATER = AT + dt.timedelta(days=3)


def test_fifty_copies_at_once_earn_once(committed_db: None) -> None:
    programme = open_earning()
    facts = purchase_of(MemberFactory.create(programme=programme), 1_000)

    answers = at_once(*[lambda: record_purchase(programme=programme, facts=facts, at=AT)] * 50)

    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 49
    assert Purchase.objects.count() == 1 and Movement.objects.count() == 1


def test_one_receipt_for_two_members_goes_to_one(committed_db: None) -> None:
    programme = open_earning()
    members = [MemberFactory.create(programme=programme) for _ in range(8)]

    answers = at_once(*[lambda m=m: record_purchase(programme=programme, facts=purchase_of(m, 1_000), at=AT) for m in members])

    assert sum(isinstance(answer, ExternalIdConflict) for answer in answers) == 7
    assert Purchase.objects.count() == 1 and Movement.objects.count() == 1


def test_the_last_points_pay_once(committed_db: None) -> None:
    programme = open_earning()
    member = MemberFactory.create(programme=programme)
    give(member, 500, dt.date(2027, 1, 1))
    purchases = [purchase_of(member, 500, external_id=f"R{n}", tender=500) for n in range(12)]

    answers = at_once(*[lambda p=p: record_purchase(programme=programme, facts=p, at=AT) for p in purchases])

    assert sum(isinstance(answer, NotEnoughPoints) for answer in answers) == 11
    (of,) = holdings(points_account=member.points_account_id, today=AT.date())
    assert of.available == 0 and Purchase.objects.count() == 1 and verify() == []


def test_batches_that_share_members_and_receipts_do_not_wait_for_ever(committed_db: None) -> None:
    programme = open_earning()
    members = [MemberFactory.create(programme=programme) for _ in range(6)]
    purchases = [purchase_of(members[n % 6], 300, external_id=f"R{n}") for n in range(24)]
    shuffled = [random.Random(seed).sample(purchases, 24) for seed in range(6)]

    answers = at_once(*[lambda some=some: record_purchases(programme=programme, purchases=some, at=AT) for some in shuffled])

    assert not any(isinstance(answer, Problem) for of in answers for answer in of)
    assert Purchase.objects.count() == 24 and verify() == []
    assert {of.available for m in members for of in holdings(points_account=m.points_account_id, today=AT.date())} == {12}


def test_two_tills_cannot_take_the_same_thing_back(committed_db: None) -> None:
    programme = open_earning()
    purchase = record_purchase(programme=programme, facts=purchase_of(MemberFactory.create(programme=programme), 1_000), at=AT).purchase

    answers = at_once(
        *[lambda n=n: record_return(purchase=purchase, facts=ReturnFacts("till", f"B{n}", LATER), at=LATER) for n in range(8)]
    )

    assert sum(isinstance(answer, MoreThanBought) for answer in answers) == 7
    assert Return.objects.count() == 1 and verify() == []
