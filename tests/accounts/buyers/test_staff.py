"""The staff page of a member's buyers."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.buyers.models import Buyer
from accounts.staff.roles import Role
from tests.accounts.factories import AT, MemberFactory
from tests.colleagues import colleague

pytestmark = pytest.mark.django_db
ADA = {"code": "ada", "name": "Ada Lovelace", "email": "ada@mill.example"}


@pytest.fixture
def company():
    return MemberFactory.create()


def page_of(company):
    return reverse("staff:member-buyers", args=[company.pk])


def test_a_colleague_adds_and_closes_a_buyer(client, company):
    client.force_login(colleague(Role.SUPPORT))

    added = client.post(page_of(company), ADA, follow=True)

    assert "Ada Lovelace buys for" in added.content.decode()
    closed = client.post(reverse("staff:member-buyer-close", args=[company.pk, "ada"]), follow=True)
    assert "closed on" in closed.content.decode()
    assert not Buyer.objects.get().is_open


def test_a_code_that_is_taken_is_told_on_the_form(client, company):
    client.force_login(colleague(Role.SUPPORT))
    Buyer.objects.create(member=company, code="ada", name="Adam", added_at=AT)

    answer = client.post(page_of(company), ADA)

    assert "belongs to Adam" in answer.content.decode()
    assert Buyer.objects.get().name == "Adam"


def test_the_page_of_nobody_is_not_there(client, company):
    client.force_login(colleague(Role.SUPPORT))

    assert client.get(reverse("staff:member-buyers", args=["00000000-0000-0000-0000-000000000000"])).status_code == 404
    assert client.post(reverse("staff:member-buyer-close", args=[company.pk, "bea"])).status_code == 404


@pytest.mark.parametrize("change", [{"code": "eve"}, {"closed_at": None}, {"name": "Eve"}])
def test_a_closed_buyer_is_never_edited_and_nobody_is_deleted(company, change):
    row = Buyer.objects.create(member=company, code="ada", name="Ada", added_at=AT, closed_at=AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        Buyer.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Buyer.objects.filter(pk=row.pk).delete()
