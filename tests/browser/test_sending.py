"""Points sent from member to member, and points on the way, in a real browser; and the colleague who takes a transfer back."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms
from accounts.staff.roles import Role
from ledger.points.domain import Grant, Reason, Source
from ledger.points.services import grant
from rewards.transfers.models import Transfer
from tests.accounts.factories import give
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop


@pytest.fixture
def shop(page, stopped_clock):
    stopped_clock(NOW)
    return open_shop(terms=Terms(expiry_number=12, may_be_sent=True, send_least_units=10, send_most_units=500))


def wait(member, units, days):
    """Points that wait so many days."""
    day = NOW.date() + dt.timedelta(days=days)
    waiting = Grant(
        points_account=member.points_account_id,
        unit=currency_of(member.programme).unit_id,
        source=Source.CAMPAIGN,
        key=f"wait-{days}-{units}",
        units=units,
        reason=Reason.PROMOTION,
        occurred_at=NOW,
        business_on=NOW.date(),
        expires_on=day + dt.timedelta(days=300),
        matures_on=day,
    )
    grant(grant=waiting)


def look_at(page, name):
    assert fits(page), name
    check_axe(page)
    shoot(page, name)


def test_points_are_sent_and_taken_back(page, live_url, shop):
    ada = shop.member()
    shop.member("Grace", "grace@example.org")
    give(ada, 800, NOW.date() + dt.timedelta(days=200))
    login(page, live_url, ada.user)

    page.goto("/p/aldersgate/")
    page.get_by_role("link", name="Send points to another member").click()
    page.get_by_label("Card number or e-mail of the other member").fill("nobody@example.org")
    page.get_by_label("How many points?").fill("120")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody who can receive points was found by that.")
    look_at(page, "portal-send")
    page.get_by_label("Card number or e-mail of the other member").fill("grace@example.org")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Send 120 points to G••• L•••?")).to_be_visible()
    look_at(page, "portal-send-confirm")
    page.get_by_role("button", name="Yes, send").click()
    expect(page.get_by_role("heading", name="Points sent")).to_be_visible()
    look_at(page, "portal-sent")
    page.goto("/p/aldersgate/activity/")
    expect(page.get_by_role("link", name="Sent to G••• L•••")).to_be_visible()
    shoot(page, "portal-activity-sent")

    transfer = Transfer.objects.get()
    login(page, live_url, colleague(Role.SUPPORT))
    page.goto(f"/staff/transfers/{transfer.pk}/")
    look_at(page, "staff-transfer")
    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("Why are they taken back?").fill("Sent to the wrong Grace.")
    page.get_by_label("This is the right transfer, and both members will hear of it").check()
    look_at(page, "staff-transfer-undo")
    page.get_by_role("button", name="Take the points back").click()
    expect(page.get_by_text("Taken back: 120 points are with Ada Lovelace again.")).to_be_visible()
    page.goto(f"/staff/members/{ada.pk}/")
    expect(page.get_by_role("link", name="Sent to Grace Lovelace")).to_be_visible()


def test_points_on_the_way_are_clean_and_fit(page, live_url, shop):
    ada = shop.member()
    for units, days in ((120, 3), (35, 3), (60, 12)):
        wait(ada, units, days)
    login(page, live_url, ada.user)

    page.goto("/p/aldersgate/")
    shoot(page, "portal-home-waiting")
    page.get_by_role("link", name="215 points more on the way").click()
    expect(page.get_by_role("heading", name="From 13 March")).to_be_visible()
    look_at(page, "portal-pending")
