import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.staff.roles import Role
from rewards.events.models import EventUndo, EventUndoRequest
from rewards.events.services import EventFacts, record_event
from rewards.setups.domain import SetupKind
from tests.accounts.factories import MemberFactory
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import VISIT, rule_for, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    shop = open_shop()
    set_up(shop.programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    rule_for(shop.programme, "visits", trigger="event:visit", kind="fixed", points=600)
    rule_for(
        shop.programme, "long", trigger="event:visit", kind="fixed", points=5,
        when={"field": "event.minutes", "kind": "number", "op": "ge", "value": 60},
    )  # fmt: skip
    return shop.member()


def send(member, number="V1", **more):
    at = timezone.now() - dt.timedelta(minutes=5)
    facts = EventFacts(source="gym", external_id=number, type="visit", occurred_at=at, member=member.pk, payload={"minutes": 30} | more)
    return record_event(programme=member.programme, facts=facts, at=timezone.now()).event


def listed(client, **query):
    return [row[2]["value"] for row in client.get(reverse("staff:events"), query).context["rows"]]


def test_events_are_found_by_number_kind_month_and_member(client, member):
    other = MemberFactory.create(programme=member.programme)
    first, second = send(member), send(other, "V2")
    client.force_login(colleague(Role.SUPPORT))

    assert listed(client) == ["V2", "V1"]
    assert listed(client, q="V2") == ["V2"]
    assert listed(client, q="V9") == []
    assert listed(client, what="event:visit") == ["V2", "V1"]
    assert listed(client, what="birthday") == []
    assert listed(client, month=f"{first.business_on:%Y-%m}") == ["V2", "V1"]
    assert listed(client, month="2020-01") == []
    assert listed(client, member=str(other.pk)) == [second.external_id]
    assert listed(client, what="\0nonsense", member="x", month="13", cursor="?") == ["V2", "V1"]


def test_the_list_is_read_in_pages(client, member, django_assert_max_num_queries):
    for number in range(52):
        send(member, f"V{number}")
    client.force_login(colleague(Role.SUPPORT))

    with django_assert_max_num_queries(20):
        page = client.get(reverse("staff:events"))
    rest = client.get(reverse("staff:events") + page.context["next_url"])

    assert (len(page.context["rows"]), len(rest.context["rows"])) == (50, 2)


def test_an_event_tells_why_by_rule(client, member):
    event = send(member, club="north")
    client.force_login(colleague(Role.SUPPORT))

    page = client.get(reverse("staff:event", args=[event.pk]))

    said = {rule.name: (rule.units, rule.why) for rule in page.context["rules"]}
    assert said["Visits"][0] == 600
    assert said["Long"][0] == 0
    assert "30" in said["Long"][1]
    assert {one["label"]: one["value"] for one in page.context["particulars"]} == {"Minutes": "30", "Club": "north"}


def test_a_small_one_is_taken_back_from_the_page(client, member):
    event = send(member)
    client.force_login(colleague(Role.SUPPORT))
    address = reverse("staff:event-undo", args=[event.pk])

    assert client.post(address, {"reason": "because", "note": ""}).status_code == 422
    assert wallet(member) == (600, 0)
    done = client.post(address, {"reason": "duplicate", "note": "Twice"}, follow=True)

    assert (wallet(member), EventUndo.objects.get().reason) == ((0, 0), "duplicate")
    assert (done.context["undone"], done.context["undo_url"]) == (True, "")
    assert client.post(address, {"reason": "duplicate", "note": "Twice"}).status_code == 422
    assert listed(client, waiting="1") == []


def test_a_large_one_waits_for_a_second_person(client, member):
    person = colleague(Role.SUPPORT)
    client.force_login(person)
    for number in ("V1", "V2"):
        client.post(reverse("staff:event-undo", args=[send(member, number).pk]), {"reason": "mistake", "note": "Machine"})
    waiting = EventUndoRequest.objects.get(state="waiting").event
    address = reverse("staff:event", args=[waiting.pk])

    assert listed(client, waiting="1") == ["V2"]
    assert client.get(address).context["form"] is None
    client.force_login(colleague(Role.FINANCE_APPROVER))
    assert client.post(address, {"decision": "refuse", "note": ""}).status_code == 422
    assert wallet(member) == (600, 0)
    client.post(address, {"decision": "agree"})

    assert (wallet(member), EventUndo.objects.count()) == ((0, 0), 2)


def test_who_may_not_correct_points_sees_no_way_to_take_one_back(client, member):
    event = send(member)
    client.force_login(colleague(Role.AUDITOR))

    assert client.get(reverse("staff:event", args=[event.pk])).context["undo_url"] == ""
    assert client.post(reverse("staff:event-undo", args=[event.pk]), {"reason": "mistake", "note": "x"}).status_code == 403
    assert wallet(member) == (600, 0)
