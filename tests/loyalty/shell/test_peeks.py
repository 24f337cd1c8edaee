"""The side panel of lists: what it says, whom it serves, and how often it asks."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.services import Wish, request_adjustment
from rewards.events.services import EventFacts, record_event
from rewards.setups.domain import SetupKind
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year
from tests.rewards.setups.stage import VISIT, set_up

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SESSION_AND_RIGHTS = 5
"""Queries of every staff page: session, login, roles, rights of the login and of its roles."""
KINDS = ["member", "purchase", "event", "adjustment"]
QUERIES = {"member-peek": 15, "purchase-peek": 3, "event-peek": 3, "adjustment-peek": 1}


@pytest.fixture
def rows():
    """What the lists lead to, of a member with a year behind her."""
    shop = open_shop()
    ada = shop.member()
    story = tell_a_year(shop, ada)
    wish = Wish(direction=Direction.ADD, units=5, reason=AdjustmentReason.GOODWILL, note="Waited long")
    asked = request_adjustment(member=ada, wish=wish, at=NOW, staff=colleague(Role.SUPPORT))
    set_up(shop.programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    facts = EventFacts(source="gym", external_id="V1", type="visit", occurred_at=NOW, member=ada.pk, payload={"minutes": 30})
    event = record_event(programme=shop.programme, facts=facts, at=NOW).event
    return {"member": ada, "purchase": story["returned"], "event": event, "adjustment": asked}


@pytest.fixture
def everybody(client):
    client.force_login(colleague(*Role))
    return client


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def peek(client, rows, name, **more):
    return client.get(reverse(f"staff:{name}-peek", args=[rows[name].pk]), **more)


def test_the_lists_name_the_panel_of_each_row(everybody, rows):
    for page, name in (("members", "member"), ("purchases", "purchase"), ("events", "event"), ("adjustments", "adjustment")):
        address = reverse(f"staff:{name}-peek", args=[rows[name].pk])
        assert f'data-peek="{address}"' in everybody.get(reverse(f"staff:{page}")).content.decode(), page


@pytest.mark.parametrize("name", KINDS)
def test_a_panel_is_a_part_and_leads_to_the_whole_page(everybody, rows, name):
    part = peek(everybody, rows, name, headers=HTMX)
    whole = peek(everybody, rows, name)

    address = reverse(f"staff:{name}", args=[rows[name].pk])
    assert "<html" not in part.content.decode()
    assert f'href="{address}"' in part.content.decode()
    assert whole.status_code == 302
    assert whole["Location"] == address


def test_a_member_s_panel_says_who_and_the_last_five_events(everybody, rows):
    answer = peek(everybody, rows, "member", headers=HTMX)

    words = text_of(answer)
    assert "Ada Lovelace" in words
    assert rows["member"].grouped_number in words
    assert "Available points" in words
    assert len(answer.context["events"]) == 5


def test_a_purchase_s_panel_says_what_was_bought(everybody, rows):
    words = text_of(peek(everybody, rows, "purchase", headers=HTMX))

    lines = list(rows["purchase"].lines.all())
    assert lines
    for line in lines:
        assert line.sku in words
    assert "Points earned" in words


def test_long_receipts_are_cut_and_say_so(everybody, rows):
    shop = open_shop(slug="other", name="Other")
    long = shop.buy(shop.member("Ben", "ben@example.org"), "LONG", NOW, *[(f"Kind{number}", 100) for number in range(11)])

    words = text_of(everybody.get(reverse("staff:purchase-peek", args=[long.pk]), headers=HTMX))

    assert "And 3 more lines." in words


def test_an_event_s_panel_says_what_happened(everybody, rows):
    words = text_of(peek(everybody, rows, "event", headers=HTMX))

    assert "Points earned" in words
    assert "gym" in words
    assert "Ada Lovelace" in words


def test_a_correction_s_panel_says_what_is_asked(everybody, rows):
    words = text_of(peek(everybody, rows, "adjustment", headers=HTMX))

    assert "+5 points" in words
    assert "Waited long" in words


@pytest.mark.parametrize("name", KINDS)
def test_what_is_not_there_is_not_found(everybody, name):
    nobody = "00000000-0000-7000-8000-000000000000"

    assert everybody.get(reverse(f"staff:{name}-peek", args=[nobody]), headers=HTMX).status_code == 404


@pytest.mark.parametrize("name", KINDS)
def test_rights_are_those_of_the_whole_page(client, rows, name):
    for role in Role:
        client.force_login(colleague(role))
        whole = client.get(reverse(f"staff:{name}", args=[rows[name].pk])).status_code
        assert peek(client, rows, name, headers=HTMX).status_code == whole, role


@pytest.mark.parametrize("name", KINDS)
def test_a_panel_asks_no_more_than_so_often(everybody, rows, name):
    peek(everybody, rows, name, headers=HTMX)
    with CaptureQueriesContext(connection) as asked:
        peek(everybody, rows, name, headers=HTMX)

    assert len(asked) == QUERIES[f"{name}-peek"] + SESSION_AND_RIGHTS
