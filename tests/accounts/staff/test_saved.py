"""Filters that colleagues save above the lists of the staff pages."""

import re
from urllib.parse import quote

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.outbox.models import OutboxEvent
from accounts.staff.domain import MOST_SAVED
from accounts.staff.models import SavedFilter
from accounts.staff.roles import Role
from accounts.staff.saved import LISTS
from accounts.staff.services import FilterNotSaved, FilterOfAnother, delete_filter, save_filter
from loyalty.kit.problems import Malformed
from tests.accounts.factories import AT, UserFactory
from tests.colleagues import colleague
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db
SAVE = "/staff/lists/members/filters/new/"


@pytest.fixture
def me():
    return colleague(Role.SUPPORT)


@pytest.fixture
def signed_in(client, me):
    client.force_login(me)
    return client


def keep(owner, name="Active", query="status=active", *, list_name="members", is_shared=False):
    return save_filter(owner=owner, list_name=list_name, name=name, query=query, is_shared=is_shared, at=AT)


def chips_of(answer):
    return [(chip["label"], chip["url"], chip["current"]) for chip in answer.context["list_bar"]["chips"]]


def test_every_list_with_filters_shows_the_same_bar(client):
    open_shop()
    client.force_login(colleague(*Role))
    assert client.get("/staff/members/").status_code == 200  # the addresses are read with the first page

    assert set(LISTS) == {"members", "purchases", "events", "adjustments", "tier-awards", "journals", "privacy-wishes", "store-days"}
    for of in LISTS.values():
        query = f"{of.filters[0]}=all"
        page = client.get(of.address(query)).content.decode()
        assert f'action="{reverse("staff:filter-save", args=[of.name])}"' in page, of.name
        assert f'name="query" value="{query}"' in page, of.name


def test_a_saved_filter_is_a_chip_and_says_when_it_is_shown(signed_in, me):
    open_shop()

    answer = signed_in.post(SAVE, {"name": " Active ", "query": "?status=active&q=Ada&cursor=x"})

    assert answer["Location"] == "/staff/members/?status=active"
    page = signed_in.get(answer["Location"])
    assert chips_of(page) == [("Active", "/staff/members/", True)]
    assert "Delete this filter" in page.content.decode()
    assert "“Active” is above the list" in page.content.decode()
    elsewhere = signed_in.get("/staff/members/?q=Ada&status=active")
    assert chips_of(elsewhere) == [("Active", "/staff/members/?status=active", False)]
    assert chips_of(signed_in.get("/staff/purchases/")) == []
    assert SavedFilter.objects.get().owner == me


def test_htmx_gets_the_rows_and_the_bar_beside_them(signed_in):
    open_shop()

    part = signed_in.get("/staff/members/?status=active", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert 'id="list-bar" class="list-bar" hx-swap-oob="true"' in part
    assert 'name="query" value="status=active"' in part


def test_the_address_that_htmx_names_wins_only_on_the_same_list(signed_in):
    open_shop()
    mine = {"HX-Current-URL": "http://testserver/staff/members/?store=7"}

    signed_in.post(SAVE, {"name": "Store", "query": "status=active"}, headers=mine)
    signed_in.post(SAVE, {"name": "Here", "query": "status=active"}, headers={"HX-Current-URL": "http://evil.example/staff/?store=9"})
    broken = signed_in.post(SAVE, {"name": "Broken", "query": "status=active"}, headers={"HX-Current-URL": "http://["})

    assert dict(SavedFilter.objects.values_list("name", "query")) == {"Store": "store=7", "Here": "status=active"}
    assert broken.status_code == 422


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "\u202edlog", "query": "status=active"}, "that everybody can see"),
        ({"name": "a\x00", "query": "status=active"}, "Null characters are not allowed"),
        ({"name": "", "query": "status=active"}, "This field is required"),
        ({"name": "x" * 41, "query": "status=active"}, "at most 40"),
        ({"name": "Ada", "query": "q=Ada"}, "Narrow the list first"),
        ({"name": "All", "query": ""}, "Narrow the list first"),
        ({"name": "Long", "query": "status=" + "x" * 600}, "too long to keep"),
        ({"name": "Huge", "query": "status=" + "x" * 9_000}, "too long to keep"),
        ({"name": "Taken", "query": "status=closed"}, "a filter of this name already"),
    ],
)
def test_a_refusal_says_what_to_do_and_changes_nothing(signed_in, me, given, words):
    open_shop()
    keep(me, "Taken")
    told = OutboxEvent.objects.count()

    answer = signed_in.post(SAVE, given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list(SavedFilter.objects.values_list("name", "query")) == [("Taken", "status=active")]
    assert OutboxEvent.objects.count() == told


def test_names_are_written_as_text(signed_in, me):
    open_shop()
    keep(me, "<script>alert(1)</script>")

    page = signed_in.get("/staff/members/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_shared_filter_is_seen_by_whoever_sees_the_list_and_deleted_by_its_owner(client, me):
    open_shop()
    shared, own = keep(me, "Shared", is_shared=True), keep(me, "Mine", "status=blocked")
    cashier = colleague(Role.CASHIER)
    client.force_login(cashier)

    page = client.get("/staff/members/?status=active")
    refused = client.post(f"/staff/lists/members/filters/{shared.pk}/delete/", follow=True)

    assert chips_of(page) == [("Shared", "/staff/members/", True)]
    assert page.context["list_bar"]["delete_url"] == ""
    assert "A colleague saved this filter" in refused.content.decode()
    with pytest.raises(FilterOfAnother):
        delete_filter(filter_id=own.pk, list_name="members", staff=colleague(Role.ADMINISTRATOR))
    assert SavedFilter.objects.count() == 2
    assert delete_filter(filter_id=shared.pk, list_name="members", staff=colleague(Role.ADMINISTRATOR)) is not None


def test_deleting_twice_is_deleting_once(signed_in, me):
    open_shop()
    address = f"/staff/lists/members/filters/{keep(me).pk}/delete/"

    assert "Only the filter goes" in signed_in.get(address).content.decode()
    assert SavedFilter.objects.count() == 1
    first, second = signed_in.post(address), signed_in.post(address)

    assert (first["Location"], second["Location"]) == ("/staff/members/", "/staff/members/")
    assert SavedFilter.objects.count() == 0


def test_rights_are_those_of_the_list(client):
    open_shop()
    client.force_login(colleague(Role.MARKETING))

    answers = {
        name: client.post(f"/staff/lists/{name}/filters/new/", {"name": "X", "query": "status=active"}).status_code
        for name in ("members", "journals", "programmes", "nowhere")
    }

    assert answers == {"members": 403, "journals": 403, "programmes": 404, "nowhere": 404}
    assert SavedFilter.objects.count() == 0


def test_the_same_once_more_is_the_same_filter(me):
    assert keep(me) == keep(me)
    assert SavedFilter.objects.count() == 1


def test_a_colleague_keeps_a_bounded_number(me):
    for number in range(MOST_SAVED):
        keep(me, f"Store {number}", f"store={number}")

    with pytest.raises(FilterNotSaved, match="You have 20 filters here"):
        keep(me, "One more")
    assert keep(me, "Another list", list_name="purchases").pk


def test_the_service_refuses_what_the_form_would(me):
    with pytest.raises(Malformed):
        keep(me, "")
    assert SavedFilter.objects.count() == 0


def test_the_database_refuses_two_of_one_name_and_nothing_said(me):
    keep(me)
    for facts in ({"name": "Active", "query": "store=1"}, {"name": "", "query": "store=1"}, {"name": "New", "query": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedFilter.objects.create(owner=me, list_name="members", saved_at=AT, is_shared=False, **facts)


def test_the_bar_asks_once_however_many_are_saved(signed_in, me):
    open_shop()
    signed_in.get("/staff/members/")
    with CaptureQueriesContext(connection) as none:
        signed_in.get("/staff/members/?status=active")
    for number in range(9):
        keep(me, f"Store {number}", f"store={number}")
        keep(UserFactory.create(), "Shared", f"store={number}", is_shared=True)
    with CaptureQueriesContext(connection) as many:
        page = signed_in.get("/staff/members/?status=active")

    assert len(chips_of(page)) == 18
    assert len(many) == len(none)


def test_the_page_without_script_carries_the_filters_along(signed_in):
    open_shop()

    page = signed_in.get(f"{SAVE}?query={quote('store=3&status=active')}").content.decode()

    assert re.search(r'name="query" value="status=active&amp;store=3"', page)
