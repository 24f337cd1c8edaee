"""The director's path on real trade: a playbook, its back-test, two people, the weeks after it, and what was predicted against what came."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.staff.roles import Role
from loyalty.shell.demo.build import moved
from loyalty.shell.trade.programme import TIME_ZONE, enrol_households, open_trade_programme, open_trade_stores
from loyalty.shell.trade.reading import read_baskets, read_parameters
from loyalty.shell.trade.replay import Replay
from reporting.backtests.domain import report_of
from reporting.backtests.predictions import predictions
from rewards.backtests.services import work_on_all
from rewards.campaigns.services import assign_due_audiences
from rewards.playbooks.models import PlaybookRun
from rewards.purchases.models import Purchase
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague

pytestmark = pytest.mark.slow

TODAY = dt.datetime(2026, 9, 14, 9, tzinfo=ZoneInfo(TIME_ZONE))
LATER = TODAY + dt.timedelta(days=70)
"""When the director comes back; the trade goes on until the day before."""


class Grocer:
    """A third of the trade's households, with what they bought before today and what they will buy."""

    def __init__(self) -> None:
        self.parameters = read_parameters()
        self.baskets = [of for of in moved(read_baskets(), until=LATER.date() - dt.timedelta(days=1)) if of.household % 3 == 0]
        facts = {"parameters": self.parameters, "expiry_months": 12, "first_day": self.baskets[0].at.date().replace(day=1), "at": TODAY}
        self.programme = open_trade_programme(slug="grocer", name="Grocer", **facts)
        open_trade_stores(programme=self.programme, baskets=self.baskets)
        enrol_households(programme=self.programme, baskets=self.baskets, at=TODAY)
        self.trade(dt.datetime.min.replace(tzinfo=dt.UTC), TODAY)

    def trade(self, since: dt.datetime, until: dt.datetime) -> None:
        """Record what was bought between two moments, with points that were spent."""
        replay = Replay(programme=self.programme, parameters=self.parameters, at=until, redeem=True)
        replay.run([basket for basket in self.baskets if since <= basket.at < until])


def test_from_the_playbook_to_predicted_against_actual(page, live_url, stopped_clock):
    stopped_clock(TODAY)
    grocer = Grocer()
    director = colleague(Role.MARKETING, name="Dora Director", email="dora@example.org")
    login(page, live_url, director)
    run = drafted_and_tried(page, grocer.programme.slug)

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.goto(reverse("staff:playbook-run", args=[grocer.programme.slug, run.pk]))
    page.get_by_role("button", name="Approve segment, campaign and rule").click()
    expect(page.get_by_text("The campaign begins on")).to_be_visible()
    shoot(page, "path-4-approved")

    begins = TODAY + dt.timedelta(days=7)
    grocer.trade(TODAY, begins)
    assert assign_due_audiences(at=begins) == 1
    stopped_clock(LATER)
    grocer.trade(begins, LATER)
    login(page, live_url, director)
    held_against_what_came(page, run)

    months = predictions(run.back_test, report_of(run.back_test.figures), today=LATER.date())
    gave = Purchase.objects.filter(programme=grocer.programme, business_on__gte=months[0].month)
    assert len(months) == 3
    assert 0 < sum(month.purchases for month in months) <= gave.count()
    assert abs(sum(month.off for month in months)) < sum(month.predicted for month in months) / 4, "the past foretells the weeks after it"


def drafted_and_tried(page, slug: str) -> PlaybookRun:
    """The director chooses a playbook, takes its suggestions, and reads what the past says."""
    page.goto(reverse("staff:playbooks", args=[slug]))
    page.get_by_role("link", name="Quiet weekday").click()
    expect(page.get_by_role("complementary", name="What it would draft")).to_contain_text("members")
    assert fits(page)
    shoot(page, "path-1-playbook")
    page.get_by_role("button", name="Make the draft and try it on the past").click()
    expect(page.get_by_role("heading", name="What the past says")).to_be_visible()
    work_on_all(at=TODAY, seconds=300)
    expect(page.get_by_text("At this rate")).to_be_visible(timeout=20_000)
    assert fits(page)
    check_axe(page)
    shoot(page, "path-2-tried")
    run = PlaybookRun.objects.select_related("back_test__programme", "campaign").get()
    page.goto(reverse("staff:back-test", args=[slug, run.back_test_id]))
    expect(page.get_by_role("heading", name="In short")).to_be_visible()
    expect(page.get_by_text("gave exactly what was given then")).to_be_visible()
    shoot(page, "path-3-back-test")
    return run


def held_against_what_came(page, run: PlaybookRun) -> None:
    """Weeks later the director reads what was predicted, what came, and what the campaign brought."""
    slug = run.back_test.programme.slug
    page.goto(reverse("staff:back-test", args=[slug, run.back_test_id]))
    expect(page.get_by_text("Predicted and actual, since the launch").first).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, "path-5-predicted")
    page.goto(reverse("staff:playbooks", args=[slug]))
    expect(page.get_by_role("heading", name="Used before")).to_be_visible()
    shoot(page, "path-6-used")
    page.goto(reverse("staff:campaign", args=[slug, run.campaign.code]))
    expect(page.get_by_text("held out").first).to_be_visible()
    shoot(page, "path-7-campaign")
