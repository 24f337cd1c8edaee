"""Publishing rewards, changing what they cost, and their stock."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from loyalty.kit.rows import InvalidFields, RuleBroken
from rewards.catalogue.models import Reward, RewardStock, RewardVersion
from rewards.catalogue.queries import RewardNotFound, in_order, offered_on, reward_by_code, rewards_for, version_on
from rewards.catalogue.services import (
    AnotherPersonMustApprove,
    RewardTerms,
    RewardVersionAlreadyApproved,
    RewardVersionIsNotNew,
    approve_reward_version,
    draft_reward_version,
    offer_reward_again,
    set_stock,
    supersede_reward,
    withdraw_reward,
)
from rewards.redemptions.services import cancel, redeem_reward
from rewards.tiers.services import record_spend
from tests.accounts.factories import AT, ProgrammeFactory, UserFactory
from tests.rewards.factories import TODAY, LadderFactory, RewardFactory, bought, member_with
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db

DEARER = RewardTerms(price_points=700, value_minor=500)
TOMORROW = TODAY + dt.timedelta(days=1)


def test_it_publishes_a_reward_with_its_first_version():
    reward = RewardFactory.create(code="coffee", left=3)

    version = version_on(reward, TODAY)
    assert (version.version, version.price_points, version.approved_at) == (1, 500, AT)
    assert reward.stock.left == 3
    assert reward_by_code(reward.programme, "coffee") == reward


def test_a_code_is_taken_once_in_a_programme():
    reward = RewardFactory.create()

    with refused(RuleBroken):
        RewardFactory.create(programme=reward.programme, code=reward.code)


def test_a_reward_costs_something():
    programme = ProgrammeFactory.create()

    with refused(InvalidFields):
        RewardFactory.create(programme=programme, price_points=0)


def test_a_reward_of_another_programme_is_as_good_as_none():
    reward, other = RewardFactory.create(), ProgrammeFactory.create()

    with refused(RewardNotFound):
        reward_by_code(other, reward.code)


def test_a_new_version_is_in_force_from_its_day_on():
    reward = RewardFactory.create()

    supersede_reward(reward=reward, terms=DEARER, valid_from=TOMORROW, author=UserFactory.create(), approver=UserFactory.create(), at=AT)

    assert version_on(reward, TODAY).price_points == 500
    assert version_on(reward, TOMORROW).price_points == 700


def test_a_draft_changes_nothing_until_somebody_else_approves():
    reward, author = RewardFactory.create(), UserFactory.create()
    drafted = draft_reward_version(reward=reward, terms=DEARER, valid_from=TODAY, author=author)

    assert version_on(reward, TODAY).version == 1
    with refused(AnotherPersonMustApprove):
        approve_reward_version(version=drafted, approver=author, at=AT)
    approve_reward_version(version=drafted, approver=UserFactory.create(), at=AT)

    assert version_on(reward, TODAY).version == 2


def test_a_version_is_approved_once():
    reward, approver = RewardFactory.create(), UserFactory.create()
    version = supersede_reward(reward=reward, terms=DEARER, valid_from=TODAY, author=UserFactory.create(), approver=approver, at=AT)

    with refused(RewardVersionAlreadyApproved):
        approve_reward_version(version=version, approver=approver, at=AT)


@pytest.mark.parametrize("valid_from", [TODAY - dt.timedelta(days=1), TODAY])
def test_a_version_does_not_rewrite_the_past_or_jump_before_a_later_one(valid_from):
    reward, author, approver = RewardFactory.create(), UserFactory.create(), UserFactory.create()
    supersede_reward(reward=reward, terms=DEARER, valid_from=TOMORROW, author=author, approver=approver, at=AT)
    drafted = draft_reward_version(reward=reward, terms=DEARER, valid_from=valid_from, author=author)

    with refused(RewardVersionIsNotNew):
        approve_reward_version(version=drafted, approver=approver, at=AT)


def test_an_approved_version_is_never_edited():
    version = version_on(RewardFactory.create(), TODAY)

    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        RewardVersion.objects.filter(pk=version.pk).update(price_points=1)
    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        version.delete()


def test_stock_is_set_and_unset():
    reward = RewardFactory.create()

    set_stock(reward=reward, left=5)
    set_stock(reward=reward, left=2)
    assert RewardStock.objects.get(reward=reward).left == 2
    set_stock(reward=reward, left=None)
    assert not RewardStock.objects.filter(reward=reward).exists()


def test_there_cannot_be_fewer_than_no_pieces():
    reward = RewardFactory.create(left=1)

    with refused(RuleBroken):
        set_stock(reward=reward, left=-1)


def test_what_is_withdrawn_ended_or_not_begun_is_not_offered():
    programme = ProgrammeFactory.create()
    last = RewardFactory.create(programme=programme, position=2, active_to=TODAY)
    first = RewardFactory.create(programme=programme, position=1, active_from=TODAY)
    gone = RewardFactory.create(programme=programme)
    withdraw_reward(reward=gone)

    assert [version.reward for version in in_order(offered_on(programme, TODAY))] == [first, last]
    assert [version.reward for version in in_order(offered_on(programme, TOMORROW))] == [first]
    offer_reward_again(reward=gone)
    assert [version.reward for version in in_order(offered_on(programme, TOMORROW))] == [gone, first]


def test_a_member_sees_what_is_missing():
    ladder = LadderFactory.create()
    silver = ladder.tiers.get(code="silver")
    member = member_with(600, programme=ladder.programme)
    RewardFactory.create(programme=ladder.programme, position=1)
    RewardFactory.create(programme=ladder.programme, position=2, price_points=1_000)
    RewardFactory.create(programme=ladder.programme, position=3, left=0)
    RewardFactory.create(programme=ladder.programme, position=4, min_tier=silver)

    offers = rewards_for(member, TODAY)

    assert [[missing.code for missing in offer.missing] for offer in offers] == [[], ["not_enough_points"], ["sold_out"], ["not_eligible"]]
    assert [offer.shortfall for offer in offers] == [0, 400, 0, 0]
    assert offers[1].missing[0].detail == "400 more points are needed."
    assert offers[3].missing[0].detail == "This reward is for members from Silver on."


def test_a_tier_that_is_reached_opens_its_rewards():
    ladder = LadderFactory.create()
    member = member_with(600, programme=ladder.programme)
    RewardFactory.create(programme=ladder.programme, min_tier=ladder.tiers.get(code="silver"))

    record_spend(spends=[bought(member, 100_000, TODAY)])

    assert rewards_for(member, TODAY)[0].is_available


def test_a_limit_counts_what_was_taken_and_not_what_was_cancelled():
    member = member_with(2_000)
    reward = RewardFactory.create(programme=member.programme, limit_per_member=2, limit_window_days=30)
    redeem_reward(member=member, reward=reward, source="portal", at=AT)
    second = redeem_reward(member=member, reward=reward, source="portal", at=AT)

    full = rewards_for(member, TODAY)[0]
    assert (full.limit_left, full.missing[0].detail) == (0, "A member can take this reward 2 times within 30 days.")
    cancel(redemption=second, at=AT)
    assert (rewards_for(member, TODAY)[0].limit_left, rewards_for(member, TODAY)[0].is_available) == (1, True)
    assert rewards_for(member, TODAY + dt.timedelta(days=30))[0].limit_left == 2


def test_the_list_costs_the_same_however_long_it_is(django_assert_num_queries):
    member = member_with(600)
    RewardFactory.create(programme=member.programme, limit_per_member=1)

    with django_assert_num_queries(5):
        rewards_for(member, TODAY)
    for _ in range(5):
        RewardFactory.create(programme=member.programme, limit_per_member=1, left=2)
    with django_assert_num_queries(5):
        assert len(rewards_for(member, TODAY)) == 6


def test_words_follow_the_language_of_the_page():
    words = {"tr": {"name": "Kahve", "description": "Bir fincan."}}
    reward = Reward(name="Coffee", description="A cup.", other_words=words)

    with translation.override("tr"):
        assert (reward.local_name, reward.local_description) == ("Kahve", "Bir fincan.")
    with translation.override("en"):
        assert (reward.local_name, str(reward)) == ("Coffee", "Coffee")
