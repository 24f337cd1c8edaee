import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from reporting.campaign_calendar.domain import Window
from reporting.campaign_calendar.queries import calendar
from rewards.campaigns.queries import lift_of
from rewards.campaigns.services import assign_audience, draft_campaign, open_campaign
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.colleagues import colleague
from tests.rewards.campaigns.stage import WHOLE_JANUARY, buy, campaign_in, fixed, open_with

pytestmark = pytest.mark.django_db

WINTER = Window(dt.date(2025, 11, 1), 6)


@pytest.fixture
def spring(stopped_clock):
    """The campaign spring of January, five points for each purchase, of at most 100 points."""
    stopped_clock(AT)
    return open_with(fixed(5), campaign={"budget": {"units": 100}})


def page(client, **query):
    return client.get(reverse("staff:campaign-calendar"), query)


def test_campaigns_lie_on_their_days_with_what_they_gave(auditor, spring):
    buy(MemberFactory.create(programme=spring.programme), 1_000)

    shown = page(auditor)

    (bar,), (row,) = shown.context["bars"], shown.context["rows"]
    assert (bar["name"], bar["stage"]) == ("Spring", "running")
    assert row[1] == "1 Jan 2026 – 31 Jan 2026"
    assert (row[3], row[4]) == ("Points: 5 of 100", "5")
    assert shown.context["today_x"]


def test_only_approved_campaigns_of_these_months_are_shown(spring):
    programme = spring.programme
    campaign_in(programme, "summer", first_on="2026-06-01", last_on="2026-06-30")
    waits = open_campaign(programme=programme, code="waits", name="Waits")
    draft_campaign(campaign=waits, definition=WHOLE_JANUARY, author=UserFactory.create())

    found = calendar(programme, WINTER)

    assert [one.campaign.code for one in found] == ["spring"]
    assert [one.campaign.code for one in calendar(programme, Window(dt.date(2026, 6, 1), 1))] == ["summer"]


def test_the_lift_is_that_of_the_campaigns_own_page(auditor, stopped_clock):
    stopped_clock(AT)
    campaign = open_with(fixed(5), campaign={"holdout_percent": 50})
    other = campaign_in(campaign.programme, "winter", first_on="2026-01-10", last_on="2026-01-20", holdout_percent=50)
    members = [MemberFactory.create(programme=campaign.programme) for _ in range(160)]
    for number, member in enumerate(members):
        buy(member, 1_000 + number % 7 * 100, receipt=f"A{number}")
    for one in (campaign, other):
        assign_audience(version=one.versions.get(), at=AT)
        one.refresh_from_db()

    found = {one.campaign.code: one for one in calendar(campaign.programme, WINTER)}

    for one in (campaign, other):
        assert found[one.code].lift == lift_of(one, found[one.code].terms)
        assert found[one.code].lift.for_each is not None
    assert "for each member asked" in page(auditor).content.decode()


def test_more_campaigns_ask_no_more_often(spring):
    campaign_in(spring.programme, "first")
    calendar(spring.programme, WINTER)
    with CaptureQueriesContext(connection) as few:
        calendar(spring.programme, WINTER)
    for number in range(3):
        campaign_in(spring.programme, f"more-{number}")

    with CaptureQueriesContext(connection) as many:
        calendar(spring.programme, WINTER)

    assert len(few) == len(many) == 4


def test_months_are_walked_by_the_address(auditor, spring):
    shown = page(auditor, **{"from": "2026-03"})

    assert shown.context["rows"] == []
    assert shown.context["earlier_url"] == "?from=2025-09"
    assert "No campaign in these months" in shown.content.decode()


@pytest.mark.parametrize(("role", "links"), [(Role.MARKETING, True), (Role.FINANCE_PREPARER, False)])
def test_campaigns_are_linked_for_those_who_may_open_them(client, spring, role, links):
    client.force_login(colleague(role))

    (row,) = page(client).context["rows"]

    assert bool(row[0]["url"]) is links


def test_a_cashier_is_refused(client, spring):
    client.force_login(colleague(Role.CASHIER))

    assert page(client).status_code == 403
