"""Single events: a colleague reads why and takes one back, the member reads why."""

import datetime as dt

from django.utils import timezone

from accounts.staff.roles import Role
from rewards.events.services import EventFacts, record_event
from rewards.setups.domain import SetupKind
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.setups.stage import VISIT, rule_for, set_up


def visits():
    """Two visits of a member: a short one, and one that two rules reward."""
    shop = open_shop()
    set_up(shop.programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    rule_for(shop.programme, "visits", trigger="event:visit", kind="fixed", points=600)
    long = {"field": "event.minutes", "kind": "number", "op": "ge", "value": 60}
    rule_for(shop.programme, "long", trigger="event:visit", kind="fixed", points=50, when=long)
    member, at = shop.member(), timezone.now() - dt.timedelta(minutes=5)
    facts = [
        EventFacts(source="gym", external_id=f"V-{minutes}", type="visit", occurred_at=at, member=member.pk, payload={"minutes": minutes})
        for minutes in (30, 90)
    ]
    return member, [record_event(programme=shop.programme, facts=one, at=timezone.now()).event for one in facts]


def test_a_colleague_reads_why_and_takes_an_event_back(live_url, page):
    _member, (short, _long) = visits()
    login(page, live_url, colleague(Role.SUPPORT))

    page.goto(f"{live_url}/staff/events/")
    check_axe(page)
    assert fits(page)
    shoot(page, "events")
    page.get_by_role("link", name="Visit").last.click()
    page.get_by_text("Why it earned what it earned").wait_for()
    check_axe(page)
    page.goto(f"{live_url}/staff/events/{short.pk}/")
    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("What happened?").fill("The reader sent it twice")
    check_axe(page)
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("The event is taken back.").wait_for()

    assert page.get_by_text("600").count() >= 1
    assert fits(page)
    shoot(page, "event-undone")


def test_a_member_reads_why(live_url, page):
    member, _events = visits()
    login(page, live_url, member.user)

    page.goto(f"{live_url}/p/aldersgate/activity/")
    page.get_by_role("link", name="Visit").first.click()
    page.get_by_role("heading", name="Why?").wait_for()
    check_axe(page)
    assert fits(page)
    shoot(page, "event-portal")

    assert page.get_by_text("Visits").count() == 1
