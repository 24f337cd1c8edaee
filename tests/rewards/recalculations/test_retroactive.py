"""Rules for the past: computed from stored purchases, given within caps and budgets, and taken back exactly by returns afterwards."""

import datetime as dt

import pytest

from accounts.outbox.models import OutboxEvent
from ledger.points.domain import Reason, Source
from ledger.points.models import Lot, Movement
from ledger.points.queries import verify
from rewards.earning.models import EarningRuleVersion
from rewards.earning.services import draft_rule
from rewards.purchases.models import PurchaseRevision
from rewards.recalculations.models import RecalculationResult
from rewards.recalculations.services import (
    AnotherPersonMustApproveRecalculation,
    NotKnownAfterwards,
    RuleIsNoneOfThePast,
    approve_recalculation,
    post,
    request_retroactive,
)
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.rewards.campaigns.stage import bring_back, buy, fixed, member_of, open_with, used
from tests.rewards.recalculations.stage import (
    BASE,
    LATER,
    approve,
    ask_retroactive,
    has,
    open_with_rules,
    past_rule,
    planned,
    posted,
    retroact,
    undo,
)

pytestmark = pytest.mark.django_db
DOUBLE = {"kind": "multiplier", "factor": "2"}
DAY = dt.timedelta(days=1)


def test_double_points_for_the_month_give_the_extras_once():
    programme = open_with_rules(base=BASE)
    member, other = MemberFactory.create(programme=programme), MemberFactory.create(programme=programme)
    buy(member, 1_000), buy(member, 2_000, receipt="R2"), buy(other, 500, receipt="R3")
    buy(other, 700, receipt="R4", at=AT + DAY)

    row = retroact(past_rule(programme, DOUBLE))

    assert (has(member), has(other)) == (60, 17) and posted(row) == [5, 10, 20]
    assert row.figures["members"] == 2 and row.figures["given"] == {"points": 35} and row.figures["worth_minor"] == 35
    extras = Movement.objects.filter(act__source=Source.RECALCULATION, act__points_account__isnull=False)
    assert {of.reason for of in extras} == {Reason.PROMOTION} and verify() == []
    assert EarningRuleVersion.objects.get(rule__code="extra").approved_at == LATER


def test_each_member_hears_of_it_once():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    buy(member, 1_000), buy(member, 2_000, receipt="R2")

    row = retroact(past_rule(programme, DOUBLE))

    [event] = OutboxEvent.objects.filter(topic="points.added_afterwards")
    assert (event.member_id, event.payload) == (member.pk, {"recalculation": str(row.pk), "units": {"points": 30}})


def test_a_return_afterwards_takes_the_grant_and_the_extras_of_its_lines():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 1_000, 2_000)
    retroact(past_rule(programme, DOUBLE))

    assert bring_back(purchase, "2", at=LATER) == 40 and has(member) == 20
    assert sorted(Lot.objects.values_list("granted", "reversed")) == [(30, 20), (30, 20)]
    assert bring_back(purchase, receipt="B2", at=LATER) == 20 and has(member) == 0 and verify() == []


def test_what_was_returned_before_gets_nothing():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 1_000, 2_000)
    bring_back(purchase, "2")

    assert posted(retroact(past_rule(programme, DOUBLE))) == [10] and has(member) == 20


def test_it_is_undone_like_any_rule():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 1_000)
    retroact(past_rule(programme, DOUBLE))

    assert posted(undo(programme, "extra")) == [-10] and has(member) == 10
    assert [row.number for row in PurchaseRevision.objects.order_by("number")] == [1, 2]
    assert bring_back(purchase, at=LATER) == 10 and has(member) == 0 and verify() == []


def test_a_cap_counts_purchases_in_the_order_of_their_days():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    for place in range(3):
        buy(member, 1_000, receipt=f"R{place}", at=AT - place * DAY)

    row = retroact(past_rule(programme, fixed(40, caps=[{"units": 60, "per": "month"}])))

    assert planned(row) == posted(row) == [20, 40] and has(member) == 90
    [first, second] = PurchaseRevision.objects.order_by("pk").values_list("purchase__external_id", "units")
    assert (first, second) == (("R2", 40), ("R1", 20))


def test_the_budget_of_its_campaign_is_never_exceeded():
    campaign = open_with(campaign={"budget": {"units": 100}}, base=BASE)
    members = [member_of(campaign) for _ in range(4)]
    for place, member in enumerate(members):
        buy(member, 1_000, receipt=f"R{place}", at=AT + place * dt.timedelta(hours=1))
    version = past_rule(campaign.programme, fixed(40), campaign=campaign)

    row = retroact(version)

    assert planned(row) == posted(row) == [20, 40, 40] and used(campaign) == (100, 100, 3)
    assert [has(member) for member in members] == [50, 50, 30, 10]


def test_a_budget_that_was_used_since_the_preview_gives_less():
    campaign = open_with(fixed(30), campaign={"budget": {"units": 100}}, base=BASE)
    member = member_of(campaign)
    buy(member, 1_000)
    row = ask_retroactive(past_rule(campaign.programme, fixed(60), campaign=campaign))
    buy(member_of(campaign), receipt="R9", at=AT + DAY)

    approve(row)
    assert post(recalculation=row.pk, at=LATER)
    assert planned(row) == [60] and posted(row) == [40] and used(campaign) == (100, 100, 2)


def test_who_was_held_out_gets_nothing_either():
    campaign = open_with(campaign={"holdout_percent": 50}, base=BASE)
    asked, held = member_of(campaign, held_out=False), member_of(campaign, held_out=True)
    buy(asked), buy(held, receipt="R2")

    retroact(past_rule(campaign.programme, fixed(40), campaign=campaign))

    assert (has(asked), has(held)) == (50, 10)


def test_what_is_recorded_late_is_judged_by_it_at_once_and_not_twice():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    buy(member, 1_000)
    row = approve(ask_retroactive(past_rule(programme, DOUBLE)))
    assert buy(member, 500, receipt="R2").units == 10

    assert post(recalculation=row.pk, at=LATER) and posted(row) == [10] and has(member) == 30


def test_a_purchase_that_would_come_to_less_is_left_alone():
    one = {"name": "one", "mode": "first"}
    programme = open_with_rules(base=fixed(50) | {"group": one, "order": 5})
    member = MemberFactory.create(programme=programme)
    buy(member)

    assert posted(retroact(past_rule(programme, fixed(10) | {"group": one, "order": 1}))) == [] and has(member) == 50


def test_facts_of_the_day_are_found_again():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme)
    buy(member, 1_000)
    weekday = AT.strftime("%a").lower()

    row = retroact(past_rule(programme, fixed(7, when={"field": "time.weekday", "op": "eq", "value": weekday})))

    assert posted(row) == [7] and PurchaseRevision.objects.get().facts["facts"]["time.weekday"] == weekday


def test_what_is_not_stored_cannot_be_asked_for():
    programme = open_with_rules(base=BASE)
    version = past_rule(programme, fixed(7, when={"field": "order.codes", "op": "has", "value": "X"}))

    with pytest.raises(NotKnownAfterwards) as refusal:
        request_retroactive(version=version, reason="x", author=UserFactory.create(), at=LATER)
    assert refusal.value.extra == {"fields": ["order.codes"]}


def test_only_a_new_rule_whose_days_have_passed_counts_for_the_past():
    programme = open_with_rules(base=BASE)
    ahead = past_rule(programme, DOUBLE, code="ahead", last_on=LATER.date())
    known = draft_rule(
        programme=programme,
        code="base",
        name="Base",
        currency=ahead.rule.currency,
        definition=BASE,
        valid_from=AT.date(),
        valid_to=AT.date(),
        author=UserFactory.create(),
    )

    for version in (ahead, known):
        with pytest.raises(RuleIsNoneOfThePast):
            request_retroactive(version=version, reason="x", author=UserFactory.create(), at=LATER)


def test_who_wrote_the_rule_does_not_approve_it():
    programme = open_with_rules(base=BASE)
    version = past_rule(programme, DOUBLE)
    buy(MemberFactory.create(programme=programme))
    row = ask_retroactive(version)

    with pytest.raises(AnotherPersonMustApproveRecalculation):
        approve_recalculation(recalculation=row.pk, approver=version.author, at=LATER)
    version.refresh_from_db()
    assert version.approved_at is None and not RecalculationResult.objects.exists()


def test_a_rule_of_a_daily_group_does_not_count_on_days_that_another_one_has():
    offers = {"group": {"name": "offers", "mode": "best", "per": "day"}}
    when_large = {"field": "order.price", "op": "ge", "value": 5_000}
    programme = open_with_rules(base=BASE, gift=fixed(30, when=when_large, **offers))
    member = MemberFactory.create(programme=programme)
    buy(member, 1_000), buy(member, 6_000, receipt="R2"), buy(member, 1_000, receipt="R3", at=AT + DAY)

    row = retroact(past_rule(programme, fixed(7, **offers), last_on=(AT + DAY).date()))

    assert posted(row) == [7] and has(member) == 10 + 60 + 30 + 10 + 7


def test_a_rule_for_the_past_stays_under_the_ceiling_of_then():
    programme = open_with_rules(base=BASE, ten={"kind": "ceiling", "rate": "1.5"})
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 1_000, 1_000)

    retroact(past_rule(programme, DOUBLE))

    assert has(member) == 30
    assert bring_back(purchase, "1", at=LATER) == 15 and bring_back(purchase, receipt="B2", at=LATER) == 15 and verify() == []
