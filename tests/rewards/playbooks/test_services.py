"""A playbook drafts all of it or nothing, once; it is tried on the past, and another person makes it count."""

import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from loyalty.kit.problems import Malformed, Problem
from rewards.backtests.models import BackTest
from rewards.campaigns.models import Campaign, CampaignVersion
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.playbooks.domain import RECIPES, Playbook, scaled_cost
from rewards.playbooks.models import PlaybookRun
from rewards.playbooks.queries import drafts_of, members_affected
from rewards.playbooks.services import NobodyReached, NothingToApprove, approve_drafts
from rewards.segments.models import Segment, SegmentMember, SegmentVersion
from tests.accounts.factories import UserFactory
from tests.rewards.backtests.stage import earned
from tests.rewards.playbooks.stage import DAY, NOW, TODAY, Shop, answers, buys, drafted, joined, open_shop, tried

pytestmark = pytest.mark.django_db
MADE = (PlaybookRun, Segment, SegmentVersion, SegmentMember, Campaign, CampaignVersion, EarningRule, EarningRuleVersion, BackTest)
MORE = {
    Playbook.WELCOME: 2 * 100,
    Playbook.SECOND_PURCHASE: 2 * 150,
    Playbook.WIN_BACK: 0,
    Playbook.BIRTHDAY: 200,
    Playbook.TIER_NUDGE: 800,
    Playbook.EXPIRING_POINTS: 4 * 100,
    Playbook.QUIET_WEEKDAY: 100,
    Playbook.NEW_CATEGORY: 0,
    Playbook.REFERRAL_PUSH: 250,
    Playbook.SERVICE_RECOVERY: 500,
}


@pytest.fixture
def shop():
    return Shop()


def counted():
    return [model.objects.count() for model in MADE]


@pytest.mark.parametrize("playbook", list(Playbook))
def test_each_drafts_segment_campaign_rule_and_back_test(shop, playbook):
    given = answers(playbook)

    run = drafted(shop.programme, playbook, name="A gift")

    segment, campaign, [version] = run.segment, run.campaign, run.rule.versions.all()
    assert {segment.name, campaign.name, run.rule.name} == {"A gift"} and segment.code == campaign.code == run.rule.code
    assert segment.is_static is RECIPES[playbook].is_list and run.rule.campaign == campaign
    terms = campaign.versions.get().terms()
    assert (terms.segment, terms.first_on, terms.last_on) == (segment.code, given.first_on, given.last_on)
    assert terms.budget.cost_minor == 50_000 and terms.holdout_percent == RECIPES[playbook].holdout_percent
    assert version.valid_from == given.first_on and version.approved_at is None
    assert list(run.back_test.drafts.all()) == [version] and run.back_test.budget_minor is None
    if segment.is_static:
        assert segment.listed.count() == run.audience > 0
    else:
        assert segment.versions.get().valid_from == given.first_on and run.inputs["days"] == given.days


@pytest.mark.parametrize("playbook", list(Playbook))
def test_the_back_test_runs_to_the_end(shop, playbook):
    run = tried(drafted(shop.programme, playbook, given=answers(playbook, holdout_percent=Decimal(0))))

    assert run.back_test.state == BackTest.State.DONE, run.back_test.fault
    assert run.back_test.last_on == TODAY - DAY
    assert earned(run.back_test, "draft") - earned(run.back_test, "live") == MORE[playbook]


@pytest.mark.parametrize("playbook", list(Playbook))
def test_a_second_person_makes_it_count(shop, playbook):
    run = drafted(shop.programme, playbook)
    assert len(drafts_of(run)) == (2 if RECIPES[playbook].is_list else 3)

    approve_drafts(run=run, approver=UserFactory.create(), at=NOW)

    assert drafts_of(run) == [] and run.rule.versions.get().approved_at == NOW
    with pytest.raises(NothingToApprove):
        approve_drafts(run=run, approver=UserFactory.create(), at=NOW)


def test_its_author_approves_nothing_of_it(shop):
    author = UserFactory.create()
    run = drafted(shop.programme, Playbook.WIN_BACK, author=author)

    with pytest.raises(Problem, match="Another person"):
        approve_drafts(run=run, approver=author, at=NOW)

    assert len(drafts_of(run)) == 3


def test_it_gives_what_it_says_once_it_counts(shop):
    run = drafted(shop.programme, Playbook.WIN_BACK, given=answers(Playbook.WIN_BACK, holdout_percent=Decimal(0)))
    approve_drafts(run=run, approver=UserFactory.create(), at=NOW)

    back, small = buys(shop.lapsed, -8), buys(shop.silent, -8)

    assert back.units == 20 + 300 and small.units == 20
    assert buys(shop.lapsed, -9).units == 20


def test_a_member_new_to_a_category_gets_the_gift_once(shop):
    run = drafted(shop.programme, Playbook.NEW_CATEGORY, given=answers(Playbook.NEW_CATEGORY, holdout_percent=Decimal(0)))
    approve_drafts(run=run, approver=UserFactory.create(), at=NOW)

    bought = [buys(member, -8, category="coffee/beans").units for member in (shop.once, shop.regular, shop.once)]

    assert bought == [20 + 120, 20, 20]


def test_the_past_is_tried_with_what_was_new_to_members_then(shop):
    buys(shop.once, 4, category="coffee/beans")
    buys(shop.once, 3, category="coffee")

    run = tried(drafted(shop.programme, Playbook.NEW_CATEGORY, given=answers(Playbook.NEW_CATEGORY, holdout_percent=Decimal(0))))

    assert earned(run.back_test, "draft") - earned(run.back_test, "live") == 120


def test_the_same_form_makes_it_once(shop):
    token, author = uuid.uuid4(), UserFactory.create()
    first = drafted(shop.programme, Playbook.WELCOME, token=token, author=author)
    before = counted()

    assert drafted(shop.programme, Playbook.WELCOME, token=token, author=author) == first
    assert counted() == before
    changed = drafted(shop.programme, Playbook.WELCOME, token=token, given=answers(Playbook.WELCOME, points=50))
    assert changed != first and changed.campaign.code == f"{first.campaign.code}-2"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"first_on": TODAY}, "/first_on"),
        ({"last_on": TODAY + 2 * DAY}, "/last_on"),
        ({"last_on": TODAY + 500 * DAY}, "/last_on"),
        ({"days": 1_000}, "/days"),
        ({"days": -1}, "/days"),
        ({"points": 0}, "/points"),
        ({"points": 10**12}, "/points"),
        ({"budget_minor": 0}, "/budget/cost_minor"),
        ({"holdout_percent": Decimal(80)}, "/holdout_percent"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(shop, changed, where):
    before = counted()

    with pytest.raises(Malformed) as refused, transaction.atomic():
        drafted(shop.programme, Playbook.WELCOME, given=answers(Playbook.WELCOME, **changed))

    assert where in [error.pointer for error in refused.value.errors]
    assert counted() == before


@pytest.mark.parametrize("facts", [{"name": "  "}, {"name": "x" * 101}, {"past_days": 0}, {"past_days": 10_000}])
def test_a_name_and_a_past_are_asked_for(shop, facts):
    with pytest.raises(Malformed):
        drafted(shop.programme, Playbook.WELCOME, **facts)


def test_a_list_of_nobody_is_refused(shop):
    with pytest.raises(NobodyReached, match="Nobody is reached"):
        drafted(shop.programme, Playbook.SERVICE_RECOVERY, given=answers(Playbook.SERVICE_RECOVERY, bought_on=TODAY))

    assert not PlaybookRun.objects.exists()


def test_without_a_past_there_is_no_back_test():
    programme = open_shop()
    joined(programme, 3)

    run = drafted(programme, Playbook.WELCOME)

    assert run.back_test is None and run.audience == 1


def test_lines_name_members_or_their_receipts(shop):
    named = members_affected(shop.programme, [shop.new.number, "", "ONCE", "nobody", "x" * 5_000])

    assert named.members == [shop.new.pk, shop.once.pk]
    assert named.unknown == [(4, "nobody"), (5, "x" * 5_000)]
    run = drafted(
        shop.programme, Playbook.SERVICE_RECOVERY, given=answers(Playbook.SERVICE_RECOVERY, bought_on=None), affected=named.members
    )
    assert {row.member for row in run.segment.listed.all()} == {shop.new, shop.once} and run.inputs["affected"] == 2


def test_what_was_drafted_stays_said(shop):
    run = drafted(shop.programme, Playbook.WELCOME)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PlaybookRun.objects.filter(pk=run.pk).update(audience=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run.delete()


def test_costs_are_scaled_to_the_days_of_the_campaign():
    assert scaled_cost(9_000, tried_days=90, campaign_days=30) == 3_000
    assert scaled_cost(1, tried_days=2, campaign_days=1) == 1
    assert scaled_cost(-10, tried_days=3, campaign_days=1) == -3
