import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.staff.roles import Role
from reporting.statements.queries import activity_of
from rewards.reviews.models import Review
from rewards.reviews.services import ReviewFacts, submit_review
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import rule_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    shop = open_shop()
    rule_for(shop.programme, "reviews", trigger="review", kind="fixed", points=30)
    return shop.member()


def send(member, number="R1", product="MUG"):
    at = timezone.now() - dt.timedelta(minutes=5)
    facts = ReviewFacts(source="shop", external_id=number, product=product, stars=4, text="Holds tea.", occurred_at=at)
    return submit_review(member=member, facts=facts, at=timezone.now()).review


def listed(client, **query):
    return [row[0]["value"] for row in client.get(reverse("staff:reviews"), query).context["rows"]]


def test_the_queue_shows_what_waits(client, member):
    review = send(member)
    send(member, "R2", "CUP")
    client.force_login(colleague(Role.MARKETING))
    client.post(reverse("staff:review", args=[review.pk]), {"decision": "accept"})

    assert listed(client) == ["CUP"]
    assert listed(client, state="accepted") == ["MUG"]
    assert listed(client, state="all") == ["CUP", "MUG"]
    assert listed(client, state="\0") == ["CUP", "MUG"]


def test_a_colleague_accepts_and_the_member_reads_it(client, member):
    review = send(member)
    assert [(entry.title, entry.state_label, entry.units) for entry in activity_of(member).entries] == [
        ("Review of MUG", "waiting for a check", 0)
    ]
    client.force_login(colleague(Role.MARKETING))

    client.post(reverse("staff:review", args=[review.pk]), {"decision": "accept"})

    assert wallet(member) == (30, 0)
    assert [(entry.title, entry.units, entry.event) for entry in activity_of(member).entries] == [
        ("Review accepted", 30, Review.objects.get().event)
    ]
    assert client.post(reverse("staff:review", args=[review.pk]), {"decision": "accept"}).status_code == 200
    assert wallet(member) == (30, 0)


def test_a_refusal_needs_its_reason_and_the_member_reads_it(client, member):
    review = send(member)
    client.force_login(colleague(Role.SUPPORT))
    address = reverse("staff:review", args=[review.pk])

    assert client.post(address, {"decision": "refuse"}).status_code == 422
    assert Review.objects.get().is_waiting
    client.post(address, {"decision": "refuse", "reason": "off_topic"})

    assert (Review.objects.get().state, wallet(member)) == ("refused", (0, 0))
    assert [entry.detail for entry in activity_of(member).entries] == ["Not accepted: not about the product"]


def test_a_review_is_withdrawn_after_a_question(client, member):
    review = send(member)
    client.force_login(colleague(Role.MARKETING))
    client.post(reverse("staff:review", args=[review.pk]), {"decision": "accept"})
    address = reverse("staff:review-withdraw", args=[review.pk])

    assert client.get(address).status_code == 200
    assert wallet(member) == (30, 0)
    client.post(address)

    assert (Review.objects.get().state, wallet(member)) == ("withdrawn", (0, 0))
    assert client.get(reverse("staff:review", args=[review.pk])).context["withdraw_url"] == ""
