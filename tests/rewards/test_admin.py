"""The admin shows tiers, rewards and redemptions, and lets nobody change what points hang on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts.users.models import User
from rewards.catalogue.models import Reward, RewardVersion
from rewards.redemptions.models import Redemption
from rewards.tiers.models import Tier, TierLadder, TierStanding
from rewards.tiers.services import record_spend
from tests.rewards.factories import TODAY, LadderFactory, RedemptionFactory, RewardFactory, TenderHoldFactory, bought, member_with

pytestmark = pytest.mark.django_db

SHOWN = [Redemption, Reward, RewardVersion, Tier, TierLadder, TierStanding]


def address(model, page, *arguments):
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)
    except NoReverseMatch:
        pytest.skip("the admin has no address yet")


@pytest.fixture
def story():
    ladder = LadderFactory.create()
    member = member_with(0, programme=ladder.programme, given_name="Grace", family_name="Hopper")
    reward = RewardFactory.create(programme=ladder.programme, name="Picnic basket", left=3, min_tier=None)
    record_spend(spends=[bought(member, 100_000, TODAY)])
    return [RedemptionFactory.create(member=member, reward=reward), TenderHoldFactory.create(member=member)]


@pytest.fixture
def browser(client):
    client.force_login(User.objects.create_superuser("admin@example.org", "not used"))
    return client


@pytest.mark.parametrize("model", SHOWN)
def test_lists_and_pages_open(browser, story, model):
    listed = browser.get(address(model, "changelist"))

    assert listed.status_code == 200
    assert listed.context["cl"].result_count > 0
    for row in model.objects.all():
        assert browser.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", SHOWN)
def test_nothing_is_added_or_deleted(browser, story, model):
    row = model.objects.all()[0]

    assert browser.get(address(model, "add")).status_code == 403
    assert browser.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Redemption, RewardVersion, TierLadder, TierStanding])
def test_what_points_hang_on_is_not_changed(browser, story, model):
    row = model.objects.all()[0]

    assert browser.post(address(model, "change", row.pk), {"state": "used", "units": 1}).status_code == 403


def test_a_redemption_is_found_by_code_name_and_reward(browser, story):
    found = [
        browser.get(address(Redemption, "changelist"), {"q": words}).context["cl"].result_count
        for words in (story[0].code, "Hopp", "Picnic", "nobody")
    ]

    assert found == [1, 2, 1, 0]


def test_the_code_of_a_voucher_is_not_shown(browser, story):
    page = browser.get(address(Redemption, "change", story[0].pk)).content.decode()

    assert story[0].code not in page
    assert story[0].grouped_code not in page


@pytest.mark.parametrize("model", SHOWN)
def test_a_list_asks_no_more_for_more_rows(browser, story, model, django_assert_max_num_queries):
    browser.get(address(model, "changelist"))
    with CaptureQueriesContext(connection) as few:
        browser.get(address(model, "changelist"))
    for _ in range(3):
        member = member_with(0, programme=LadderFactory.create().programme)
        RedemptionFactory.create(member=member)
        record_spend(spends=[bought(member, 100_000, TODAY)])

    with django_assert_max_num_queries(len(few)):
        browser.get(address(model, "changelist"))
