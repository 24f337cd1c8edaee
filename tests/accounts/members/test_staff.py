import pytest
from django.urls import reverse

from accounts.members.models import Member, MemberStatus
from accounts.outbox.models import OutboxEvent
from accounts.staff.roles import Role
from tests.accounts.factories import MemberFactory
from tests.colleagues import colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(client):
    client.force_login(colleague(Role.SUPPORT))
    return client


@pytest.fixture
def member():
    return MemberFactory.create(given_name="Ada", family_name="Lovelace", email="ada@example.org", phone="+905321234567")


def filled(member, **changed):
    facts = {"given_name": member.given_name, "family_name": member.family_name, "email": member.email or "", "phone": member.phone or ""}
    return {**facts, "birth_date": "", "locale": member.locale, "home_store_id": "", **changed}


def test_a_profile_is_corrected(support, member):
    response = support.post(reverse("staff:member-edit", args=[member.pk]), filled(member, family_name="Byron", phone="0532 765 43 21"))

    member.refresh_from_db()
    assert response["Location"] == reverse("staff:member", args=[member.pk])
    assert (member.family_name, member.phone, member.email) == ("Byron", "+905327654321", "ada@example.org")
    assert OutboxEvent.objects.get(topic="member.updated").payload == {"fields": ["family_name", "phone"]}


def test_what_is_taken_by_somebody_else_is_refused_beside_the_field(support, member):
    MemberFactory.create(programme=member.programme, email="ben@example.org")

    response = support.post(reverse("staff:member-edit", args=[member.pk]), filled(member, email="Ben@example.org"))

    assert response.status_code == 422
    assert "email" in response.context["form"].errors
    assert Member.objects.get(pk=member.pk).email == "ada@example.org"
    assert not OutboxEvent.objects.filter(topic="member.updated").exists()


def test_a_membership_is_frozen_and_set_free_only_on_purpose(support, member):
    address = reverse("staff:member-status", args=[member.pk])

    refused = support.post(address, {})
    assert (refused.status_code, Member.objects.get(pk=member.pk).status) == (422, MemberStatus.ACTIVE)

    support.post(address, {"sure": "on"})
    assert Member.objects.get(pk=member.pk).status == MemberStatus.FROZEN

    support.post(address, {"sure": "on"})
    assert Member.objects.get(pk=member.pk).status == MemberStatus.ACTIVE
