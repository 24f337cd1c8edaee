"""Recalculations with two at once, beside returns and purchases, and killed in the middle."""

import os
import signal
from decimal import Decimal

import pytest
from django.db import connections

from ledger.points.queries import verify
from loyalty.kit.problems import Problem
from rewards.purchases.models import PurchaseRevision
from rewards.purchases.services import ReturnFacts, record_return
from rewards.recalculations.models import Recalculation, RecalculationResult
from rewards.recalculations.services import approve_recalculation, post, run
from rewards.recalculations.services.planning import RecalculationDecided
from tests.accounts.at_once import at_once
from tests.accounts.factories import MemberFactory, UserFactory
from tests.rewards.campaigns.stage import buy, fixed, member_of, open_with, used
from tests.rewards.recalculations.stage import BASE, LATER, approve, ask_retroactive, ask_undo, has, open_with_rules, past_rule

WRONG = {"kind": "multiplier", "factor": "3"}


def test_two_approvals_at_once_agree_once(committed_db: None) -> None:
    programme = open_with_rules(base=BASE, wrong=WRONG)
    buy(MemberFactory.create(programme=programme), 1_000)
    row = ask_undo(programme, "wrong")
    people = [UserFactory.create() for _ in range(6)]

    answers = at_once(*[lambda who=who: approve_recalculation(recalculation=row.pk, approver=who, at=LATER) for who in people])

    assert sum(isinstance(answer, RecalculationDecided) for answer in answers) == 5
    [agreed] = [person for person, answer in zip(people, answers, strict=True) if not isinstance(answer, Problem)]
    row.refresh_from_db()
    assert (row.state, row.decided_by_id) == ("running", agreed.pk)


def test_many_workers_at_once_post_each_purchase_once(committed_db: None) -> None:
    programme = open_with_rules(base=BASE, wrong=WRONG)
    members = [MemberFactory.create(programme=programme) for _ in range(8)]
    for place, member in enumerate(members):
        buy(member, 1_000, receipt=f"R{place}"), buy(member, 500, receipt=f"S{place}")
    row = approve(ask_undo(programme, "wrong"))

    answers = at_once(*[lambda: post(recalculation=row.pk, at=LATER, wallets=2)] * 6)

    assert answers == [True] * 6 and {has(member) for member in members} == {15}
    assert RecalculationResult.objects.count() == PurchaseRevision.objects.count() == 16 and verify() == []
    assert Recalculation.objects.get().done_count == 16


def test_a_run_beside_returns_of_the_same_purchases_comes_to_the_same(committed_db: None) -> None:
    programme = open_with_rules(base=BASE, wrong=WRONG)
    members = [MemberFactory.create(programme=programme) for _ in range(6)]
    purchases = [buy(member, 1_000, 2_000, receipt=f"R{place}") for place, member in enumerate(members)]
    row = approve(ask_undo(programme, "wrong"))
    back = [ReturnFacts("till", f"B{place}", LATER, (("2", Decimal(1)),)) for place in range(len(purchases))]

    answers = at_once(
        lambda: post(recalculation=row.pk, at=LATER, wallets=1),
        *[lambda p=p, facts=facts: record_return(purchase=p, facts=facts, at=LATER) for p, facts in zip(purchases, back, strict=True)],
    )

    assert not any(isinstance(answer, Problem) for answer in answers)
    assert {has(member) for member in members} == {10} and verify() == []


def test_a_budget_is_not_exceeded_by_a_run_beside_tills(committed_db: None) -> None:
    campaign = open_with(fixed(30), campaign={"budget": {"units": 200}}, base=BASE)
    members = [member_of(campaign) for _ in range(6)]
    for place, member in enumerate(members[:3]):
        buy(member, 1_000, receipt=f"R{place}")
    row = approve(ask_retroactive(past_rule(campaign.programme, fixed(40), campaign=campaign)))

    answers = at_once(
        lambda: post(recalculation=row.pk, at=LATER, wallets=1),
        *[lambda p=p, m=m: buy(m, 1_000, receipt=f"T{p}") for p, m in enumerate(members[3:])],
    )

    assert not any(isinstance(answer, Problem) for answer in answers)
    assert used(campaign)[0] == 200 and verify() == []


@pytest.mark.parametrize("dies_at", [0, 1, 4, 7])
def test_a_run_that_is_killed_goes_on_and_posts_nothing_twice(committed_db: None, dies_at: int) -> None:
    programme = open_with_rules(base=BASE, wrong=WRONG)
    members = [MemberFactory.create(programme=programme) for _ in range(5)]
    for place, member in enumerate(members):
        buy(member, 1_000, receipt=f"R{place}"), buy(member, 500, receipt=f"S{place}")
    row = approve(ask_undo(programme, "wrong"))

    assert _killed_while_posting(row, dies_at)

    posted = RecalculationResult.objects.count()
    row.refresh_from_db()
    assert posted == PurchaseRevision.objects.count() == row.done_count == dies_at // 2 * 2 and verify() == []
    assert post(recalculation=row.pk, at=LATER) and {has(member) for member in members} == {15}
    assert RecalculationResult.objects.count() == PurchaseRevision.objects.count() == 10 and verify() == []


def _killed_while_posting(row: Recalculation, dies_at: int) -> bool:
    """Post one wallet a transaction in a child that kills itself right after it has revised so many purchases."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        revised, revise = 0, run.revise

        def dying(**facts: object) -> PurchaseRevision:
            nonlocal revised
            found = revise(**facts)  # type: ignore[arg-type]
            if revised == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            revised += 1
            return found

        run.revise = dying  # type: ignore[attr-defined]
        post(recalculation=row.pk, at=LATER, wallets=1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
