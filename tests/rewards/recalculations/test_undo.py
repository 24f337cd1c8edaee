"""Undo of rules: what was given by them is taken back, exactly, and returns afterwards take what is left."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from ledger.points.domain import Kind, Reason
from ledger.points.models import Movement, PointUnit
from ledger.points.queries import verify
from loyalty.kit.days import DaysAhead, DaysOutOfOrder
from rewards.campaigns.models import Campaign
from rewards.purchases.models import PurchaseRevision
from rewards.recalculations.models import Recalculation, RecalculationItem, RecalculationResult
from rewards.recalculations.services import (
    AnotherPersonMustApproveRecalculation,
    RecalculationDecided,
    RecalculationNotReady,
    approve_recalculation,
    post,
    refuse_recalculation,
    request_undo,
)
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.rewards.campaigns.stage import bring_back, buy, fixed, open_with, used
from tests.rewards.recalculations.spending import hold_all, let_go, take
from tests.rewards.recalculations.stage import BASE, LATER, MONTH, approve, ask_undo, has, open_with_rules, planned, posted, undo

pytestmark = pytest.mark.django_db


def test_it_takes_back_what_the_rule_gave_and_leaves_the_rest():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member, other = MemberFactory.create(programme=programme), MemberFactory.create(programme=programme)
    buy(member, 1_000), buy(member, 2_000, receipt="R2"), buy(other, 3_000, receipt="R3")

    row = undo(programme, "wrong")

    assert (has(member), has(other)) == (30, 30)
    assert row.state == "done" and (row.items_count, row.done_count) == (3, 3)
    assert row.figures == {"members": 2, "worth_minor": -1_500, "given": {}, "taken": {"points": 1_500}, "short_members": 0, "short": {}}
    taken = Movement.objects.filter(kind=Kind.REVERSE)
    assert {of.reason for of in taken} == {Reason.RECALCULATION} and sum(of.amount for of in taken) == 1_500
    assert verify() == []


def test_the_preview_moves_nothing_and_is_posted_by_another_person_only():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member, author = MemberFactory.create(programme=programme), UserFactory.create()
    buy(member)

    row = ask_undo(programme, "wrong", author=author)

    assert planned(row) == [-500] and row.state == "waiting" and has(member) == 510
    with pytest.raises(AnotherPersonMustApproveRecalculation):
        approve_recalculation(recalculation=row.pk, approver=author, at=LATER)
    assert post(recalculation=row.pk, at=LATER) and has(member) == 510 and not RecalculationResult.objects.exists()


def test_it_is_decided_once_and_not_before_its_preview_is_there():
    programme = open_with_rules(base=BASE)
    early = request_undo(programme=programme, **MONTH, reason="x", author=UserFactory.create(), at=LATER)
    refused = ask_undo(programme, "base")
    refuse_recalculation(recalculation=refused.pk, refuser=UserFactory.create(), note="No", at=LATER)

    with pytest.raises(RecalculationNotReady):
        approve(early)
    with pytest.raises(RecalculationDecided):
        approve(refused)
    refused.refresh_from_db()
    assert (refused.state, refused.decision_note) == ("refused", "No")


def test_days_ahead_and_out_of_order_are_refused():
    programme, author = open_with_rules(base=BASE), UserFactory.create()
    day = dt.timedelta(days=1)

    with pytest.raises(DaysAhead):
        request_undo(programme=programme, first_on=LATER.date(), last_on=LATER.date() + day, reason="x", author=author, at=LATER)
    with pytest.raises(DaysOutOfOrder):
        request_undo(programme=programme, first_on=LATER.date(), last_on=LATER.date() - day, reason="x", author=author, at=LATER)
    assert not Recalculation.objects.exists()


def test_only_purchases_of_the_days_and_the_store_are_touched():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member = MemberFactory.create(programme=programme)
    buy(member), buy(member, receipt="R2", at=AT + dt.timedelta(days=3))

    row = undo(programme, "wrong", first_on=AT.date(), last_on=AT.date())

    assert posted(row) == [-500] and has(member) == 520


def test_all_rules_of_a_day_are_undone_together():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member = MemberFactory.create(programme=programme)
    buy(member)

    assert posted(undo(programme)) == [-510] and has(member) == 0


def test_a_second_undo_of_the_same_finds_nothing():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    buy(MemberFactory.create(programme=programme))
    undo(programme, "wrong")

    assert undo(programme, "wrong").items_count == 0


def test_another_rule_that_was_kept_out_counts_in_its_place():
    group = {"group": {"name": "best", "mode": "best"}}
    programme = open_with_rules(wrong=fixed(500) | group, right=fixed(20) | group)
    member = MemberFactory.create(programme=programme)
    buy(member)

    assert posted(undo(programme, "wrong")) == [-480] and has(member) == 20


def test_a_return_after_it_takes_only_what_is_left_of_its_lines():
    programme = open_with_rules(base=BASE, wrong={"kind": "multiplier", "factor": "3"})
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 1_000, 2_000)
    assert has(member) == 90
    undo(programme, "wrong")
    assert has(member) == 30

    assert bring_back(purchase, "2") == 20 and bring_back(purchase, receipt="B2") == 10
    assert has(member) == 0 and verify() == []


def test_what_a_return_took_is_not_taken_again():
    programme = open_with_rules(base=BASE, wrong={"kind": "multiplier", "factor": "3"})
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 1_000, 2_000)
    assert bring_back(purchase, "2") == 60

    assert posted(undo(programme, "wrong")) == [-20] and has(member) == 10


def test_a_rule_that_would_have_counted_after_a_return_is_out_of_the_way():
    small = fixed(50, when={"field": "order.price", "op": "le", "value": 1_000}) | {"group": {"name": "one", "mode": "first"}}
    programme = open_with_rules(wrong=small, right=BASE | {"group": {"name": "one", "mode": "first"}, "order": 1})
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 1_000, 9_000)
    row = undo(programme, "wrong")

    assert posted(row) == [0] and PurchaseRevision.objects.get().units == 0
    assert bring_back(purchase, "2") == 90 and has(member) == 10


@pytest.mark.parametrize(("policy", "limit", "owed"), [(2, None, 500), (2, 100, 0), (3, None, 0), (1, None, 0)])
def test_spent_points_are_owed_or_forgiven_and_never_stop_the_rest(policy, limit, owed):
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    PointUnit.objects.update(arrears_policy=policy, arrears_limit=limit)
    member = MemberFactory.create(programme=programme)
    buy(member, 1_000)
    take(member, 510)

    row = undo(programme, "wrong")

    [result] = RecalculationResult.objects.all()
    assert (row.figures["short_members"], row.figures["short"]) == (1, {"points": 500})
    assert (result.owed_units, result.forgiven_units, has(member)) == (owed, 500 - owed, -owed)
    assert verify() == []


def test_the_budget_of_a_campaign_and_the_room_of_a_cap_come_back():
    capped = fixed(40, caps=[{"units": 60, "per": "month"}])
    campaign = open_with(capped, campaign={"budget": {"units": 1_000}}, base=BASE)
    member = MemberFactory.create(programme=campaign.programme)
    buy(member, 1_000), buy(member, 1_000, receipt="R2")
    assert used(campaign) == (60, 60, 2) and has(member) == 80

    row = ask_undo(campaign.programme, campaign=Campaign.objects.get(), last_on=AT.date())
    approve(row)
    post(recalculation=row.pk, at=LATER)

    assert used(campaign) == (0, 0, 0) and has(member) == 20
    assert buy(member, 100, receipt="R3", at=AT + dt.timedelta(days=1)).units == 41


def test_what_was_written_stands():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    buy(MemberFactory.create(programme=programme))
    row = undo(programme, "wrong")

    for change in (
        lambda: RecalculationItem.objects.update(worth_minor=0),
        lambda: RecalculationResult.objects.all().delete(),
        lambda: PurchaseRevision.objects.update(units=0),
        lambda: Recalculation.objects.filter(pk=row.pk).update(first_on=AT.date() - dt.timedelta(days=9)),
        lambda: Recalculation.objects.filter(pk=row.pk).update(state="running"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_it_goes_on_where_it_stopped():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    members = [MemberFactory.create(programme=programme) for _ in range(5)]
    for place, member in enumerate(members):
        buy(member, receipt=f"R{place}")
    row = approve(ask_undo(programme, "wrong"))

    assert not post(recalculation=row.pk, at=LATER, wallets=2, most_chunks=2)
    assert sorted(map(has, members)) == [10, 10, 10, 10, 510]
    assert post(recalculation=row.pk, at=LATER, wallets=2)
    assert {has(member) for member in members} == {10} and RecalculationResult.objects.count() == 5


def test_points_on_hold_wait_for_the_next_round():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member = MemberFactory.create(programme=programme)
    buy(member, 1_000)
    held = hold_all(member, 510)
    row = approve(ask_undo(programme, "wrong"))

    assert not post(recalculation=row.pk, at=LATER) and has(member) == 510
    let_go(held, member)
    assert post(recalculation=row.pk, at=LATER) and has(member) == 10


def test_points_on_hold_of_one_member_stop_nobody_else():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    first, second = sorted((MemberFactory.create(programme=programme) for _ in range(2)), key=lambda member: member.points_account_id)
    buy(first, 1_000), buy(second, 1_000, receipt="R2")
    hold_all(first, 510)
    row = approve(ask_undo(programme, "wrong"))

    assert not post(recalculation=row.pk, at=LATER)

    assert (has(first), has(second)) == (510, 10)


def test_what_is_recorded_after_the_preview_is_posted_too():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member = MemberFactory.create(programme=programme)
    buy(member)
    row = ask_undo(programme, "wrong")
    buy(member, receipt="R2")

    approve(row)
    assert post(recalculation=row.pk, at=LATER)

    row.refresh_from_db()
    assert (row.previewed_count, row.items_count) == (1, 2) and has(member) == 20
