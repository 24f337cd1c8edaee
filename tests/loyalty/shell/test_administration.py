"""The whole admin: every list opens quickly, for those who may, and no further."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from accounts.users.models import User
from tests.accounts.factories import MemberFactory, PartnerKeyFactory
from tests.colleagues import colleague
from tests.reporting.factories import open_shop, tell_a_year

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
PERSONAL = ("email", "phone", "given_name", "family_name", "birth_date", "member")


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def owner(client):
    client.force_login(User.objects.create_superuser("owner@example.org", "not used"))
    return client


def queries_of_lists(browser):
    """Return how many queries each list asks."""
    counts = {}
    for model in MODELS:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(list_of(model)).status_code == 200, model
        counts[model._meta.label] = len(asked)
    return counts


def another_year(slug):
    """A programme with a member's year, a partner's key and people without purchases."""
    shop = open_shop(slug=slug, name=slug.title())
    tell_a_year(shop, shop.member("Ada", f"ada@{slug}.example"))
    MemberFactory.create(programme=shop.programme)
    PartnerKeyFactory.create(partner__legal_entity=shop.programme.legal_entity)


def test_every_list_opens_without_a_query_for_each_row(owner):
    another_year("north")
    another_year("south")
    queries_of_lists(owner)  # what a process keeps is there from now on
    few = queries_of_lists(owner)
    another_year("west")

    many = queries_of_lists(owner)

    assert {label: (few[label], count) for label, count in many.items() if count > few[label]} == {}


def test_the_sidebar_leads_back_and_shows_every_table_once(owner):
    groups = owner.get(reverse("admin:index")).context["sidebar_navigation"]
    links = [item["link"] for group in groups for item in group["items"]]

    assert links[0] == reverse("staff:home")
    assert sorted(links[1:]) == sorted(list_of(model) for model in MODELS)


def test_the_sidebar_shows_each_role_what_it_may_see(client):
    client.force_login(colleague(Role.FINANCE_PREPARER))

    groups = client.get(reverse("admin:index")).context["sidebar_navigation"]
    titles = {item["title"] for group in groups for item in group["items"]}

    assert "Journals" in titles
    assert "Members" not in titles


def test_who_does_not_work_here_is_kept_out(client):
    client.force_login(colleague())
    assert client.get(reverse("admin:index")).status_code == 302

    client.logout()
    assert client.get(reverse("admin:index")).status_code == 302


def test_the_ledger_shows_no_personal_facts():
    shown = {
        (model._meta.label, field)
        for model in MODELS
        if model._meta.app_label == "ledger"
        for field in (*admin.site._registry[model].list_display, *(field.name for field in model._meta.fields))
        if isinstance(field, str) and field in PERSONAL
    }

    assert shown == set()
