"""Rewards taken with purchases, where colleagues and members read of them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.points.queries import holdings
from reporting.care.queries.timeline import timeline_of
from reporting.care.wording import rows_of
from reporting.statements.queries import activity_of, receipt_of
from rewards.catalogue.cards import reward_card
from rewards.purchases.services import ReturnFacts, record_return
from rewards.redemptions.models import Redemption
from tests.accounts.factories import give
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.factories import IN_A_YEAR, RewardFactory

pytestmark = pytest.mark.django_db

BOUGHT = NOW - dt.timedelta(days=2)
BACK = NOW - dt.timedelta(days=1)


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


@pytest.fixture
def ada(shop):
    """She took a coffee with her purchase and brought half of it back."""
    member = shop.member()
    give(member, 1_000, IN_A_YEAR + dt.timedelta(days=365))
    member.bought = shop.buy(member, "R-1", BOUGHT, ("Household", 4_000), ("Dairy", 4_000), rewards=["coffee"])
    member.taken = Redemption.objects.get()
    bring_back(member, "1")
    member.taken.refresh_from_db()
    return member


@pytest.fixture
def support(client, ada):
    client.force_login(colleague(Role.SUPPORT))
    return client


def bring_back(member, line, at=BACK):
    facts = ReturnFacts("till", f"B-{line}", at, lines=((line, Decimal(1)),))
    return record_return(purchase=member.bought, facts=facts, at=at).returned


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_of_the_purchase_names_it_and_what_came_back(support, ada):
    page = support.get(reverse("staff:purchase", args=[ada.bought.pk]))

    [told] = page.context["rewards"]
    assert (told["title"], told["is_cancelled"]) == (ada.taken.title, False)
    assert f"{told['title']} · {told['points']} · {told['restored']} given back" in text_of(page)
    assert support.get(told["url"]).status_code == 200
    assert [fact["value"] for fact in page.context["returns"][0]["facts"] if fact["label"] == "Points given back"] == [told["restored"]]


def test_the_page_of_the_redemption_leads_to_the_purchase(support, ada):
    page = support.get(reverse("staff:redemption", args=[ada.taken.pk]))

    facts = {fact["label"]: fact for fact in page.context["facts"]}
    assert facts["Taken with"]["url"] == reverse("staff:purchase", args=[ada.bought.pk])
    assert facts["Points given back"]["hint"] == f"{ada.taken.units // 2} of them with returns"
    assert page.context["cancel_url"]


def test_a_colleague_cancels_it_and_only_the_rest_comes_back(support, ada):
    address = reverse("staff:redemption-cancel", args=[ada.taken.pk])
    rest = ada.taken.left_units

    asked = support.get(address)
    done = support.post(address, {"note": "Never applied", "sure": "on"}, follow=True)

    assert f"{rest} points go back" in text_of(asked) and "A later return of the purchase gives nothing" in text_of(asked)
    assert f"{rest} points are back" in text_of(done)
    ada.taken.refresh_from_db()
    assert (ada.taken.state, ada.taken.restored_units, ada.taken.returned_units) == ("cancelled", 2 * rest, rest)
    assert bring_back(ada, "2").restored_units == 0


@pytest.mark.parametrize("ending", ["as it is", "everything back", "cancelled"])
def test_what_is_told_of_a_member_adds_up_to_what_she_has(ending, support, ada, shop):
    if ending == "everything back":
        bring_back(ada, "2")
    elif ending == "cancelled":
        support.post(reverse("staff:redemption-cancel", args=[ada.taken.pk]), {"note": "Never applied", "sure": "on"})
    main = shop.programme.currencies.get(is_default=True)

    told = [row.get("points") for row in rows_of(timeline_of(ada), main)]

    [of] = holdings(points_account=ada.points_account_id, today=NOW.date())
    assert sum(points or 0 for points in told) == sum(entry.units for entry in activity_of(ada).entries) == of.available


def test_members_read_it_on_receipt_activity_and_reward(client, ada):
    receipt = receipt_of(ada, ada.bought.pk, NOW.date(), "en")
    entry = next(entry for entry in activity_of(ada).entries if entry.voucher == ada.taken.pk)

    assert receipt.rewards == [f"{ada.taken.title} for {ada.taken.units} points, of which {ada.taken.units // 2} points came back"]
    assert (entry.detail, entry.units) == ("Reward, taken at Aldersgate Market", -ada.taken.units)
    client.force_login(ada.user)
    for name, more in (("activity-receipt", {"purchase": ada.bought.pk}), ("voucher", {"redemption": ada.taken.pk})):
        page = client.get(reverse(f"portal:{name}", kwargs={"programme": "aldersgate", **more}))
        assert page.status_code == 200 and ada.taken.title in text_of(page)


@pytest.mark.parametrize(
    ("policy", "words"),
    [("in_proportion", "come back in proportion"), ("whole", "once you return everything"), ("never", "do not come back")],
)
def test_members_read_what_a_return_gives_back(policy, words, shop):
    RewardFactory.create(programme=shop.programme, code="tenth-off", given_back_on_return=policy)

    assert any(words in sentence for sentence in reward_card(shop.member(), "tenth-off", NOW.date()).conditions)
