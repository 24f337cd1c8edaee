"""A member recognises a colleague, and somebody reads who recognised whom, in a real browser."""

import pytest
from playwright.sync_api import expect

from accounts.staff.roles import Role
from rewards.recognition.models import Recognition
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.recognition.stage import gave, recognition_in


@pytest.fixture
def people(page, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    recognition_in(shop.programme)
    ada, grace = shop.member(), shop.member("Grace", "grace@example.org")
    for one in (ada, grace):
        one.programme = shop.programme
    gave(grace, ada, 20, NOW, message="You stayed until the till worked again.", value="customers")
    return ada, grace


def look_at(page, name):
    assert fits(page), name
    check_axe(page)
    shoot(page, name)


def test_a_member_recognises_a_colleague(page, live_url, people):
    ada, _grace = people
    login(page, live_url, ada.user)
    page.goto("/p/aldersgate/")
    look_at(page, "portal-home-recognition")
    page.get_by_role("link", name="Recognise a colleague").click()
    page.get_by_label("Card number or e-mail of your colleague").fill("grace@example.org")
    page.get_by_label("How many points?").fill("101")
    page.get_by_label("What for?").select_option("teamwork")
    page.get_by_label("What do you want to say?").fill("The stock count went twice as fast with you.")
    page.get_by_role("button", name="Give").click()
    expect(page.get_by_role("alert")).to_contain_text("You have 100 points left to give this month.")
    page.get_by_label("How many points?").fill("45")
    page.get_by_role("button", name="Give").click()
    expect(page.get_by_text("received 45 points from you.")).to_be_visible()
    expect(page.get_by_text("You have 55 points left to give until 31 March.")).to_be_visible()
    look_at(page, "portal-recognition")
    page.goto("/p/aldersgate/activity/")
    look_at(page, "portal-activity-recognition")
    assert Recognition.objects.count() == 2

    login(page, live_url, colleague(Role.MARKETING))
    page.goto("/staff/programmes/aldersgate/events/recognitions/")
    look_at(page, "staff-recognitions")
    page.goto("/staff/programmes/aldersgate/events/recognition/recognition/")
    look_at(page, "staff-recognition-draft")


def test_a_colleague_takes_a_recognition_back(page, live_url, people):
    login(page, live_url, colleague(Role.SUPPORT))
    page.goto("/staff/programmes/aldersgate/events/recognitions/")
    page.get_by_role("link", name="Take it back").click()
    expect(page.get_by_text("can give them away again this month")).to_be_visible()
    look_at(page, "staff-recognition-undo")
    page.get_by_label("Why is it taken back?").fill("Two people of one name.")
    page.get_by_label("This is the right recognition").check()
    page.get_by_role("button", name="Take the recognition back").click()
    expect(page.get_by_text("The recognition of Ada Lovelace was taken back.")).to_be_visible()
    expect(page.get_by_text("Two people of one name.")).to_be_visible()
    look_at(page, "staff-recognitions-undone")

    ada, _grace = people
    login(page, live_url, ada.user)
    page.goto("/p/aldersgate/recognition/")
    expect(page.get_by_text("Taken back on")).to_be_visible()
    look_at(page, "portal-recognition-undone")
