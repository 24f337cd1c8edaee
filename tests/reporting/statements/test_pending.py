"""Which points wait for which day: on the member's page."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms
from ledger.points.domain import Grant, Reason, Source
from ledger.points.services import grant
from reporting.statements.queries import schedule_of
from rewards.purchases.services import record_purchase
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.purchases.conftest import open_earning, purchase_of

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture(autouse=True)
def _now(stopped_clock):
    stopped_clock(AT)


@pytest.fixture
def member(client):
    club = ProgrammeFactory.create(terms=Terms(pending_days=14))
    member = MemberFactory.create(programme=club, user=UserFactory.create())
    client.force_login(member.user)
    return member


def wait(member, units, days, key):
    facts = Grant(
        points_account=member.points_account_id,
        unit=currency_of(member.programme).unit_id,
        source=Source.CAMPAIGN,
        key=key,
        units=units,
        reason=Reason.GOODWILL,
        occurred_at=AT,
        business_on=TODAY,
        expires_on=TODAY + dt.timedelta(days=400),
        matures_on=TODAY + dt.timedelta(days=days),
    )
    grant(grant=facts)


def page_of(client, member, **query):
    return client.get(reverse("portal:pending", kwargs={"programme": member.programme.slug}), query).content.decode()


def test_points_are_told_by_day_with_the_sum_of_each(client, member):
    wait(member, 30, 3, "a")
    wait(member, 12, 3, "b")
    wait(member, 5, 9, "c")

    schedule = schedule_of(member, TODAY)
    page = page_of(client, member)

    assert schedule.total == "47 points"
    assert [(day.day, day.points, [lot.units for lot in day.lots]) for day in schedule.days] == [
        ("18 January", "42 points", [30, 12]),
        ("24 January", "5 points", [5]),
    ]
    assert "From 18 January" in page and "42 points" in page
    assert "for which you have 30 days, the points that they earned go with them." in page


def test_points_lead_to_the_purchase_that_earned_them(client, member):
    programme = open_earning(terms=Terms(pending_days=14))
    buyer = MemberFactory.create(programme=programme, user=UserFactory.create())
    client.force_login(buyer.user)
    bought = record_purchase(programme=programme, facts=purchase_of(buyer, 1_000), at=AT).purchase

    page = page_of(client, buyer)

    assert reverse("portal:activity-receipt", kwargs={"programme": programme.slug, "purchase": bought.pk}) in page


def test_days_come_page_by_page(member):
    for number in range(1, 6):
        wait(member, number, number, str(number))

    first = schedule_of(member, TODAY, limit=2)
    rest = schedule_of(member, TODAY, limit=3, after=first.next_after)

    assert [day.points for day in first.days] == ["1 point", "2 points"]
    assert [day.points for day in rest.days] == ["3 points", "4 points", "5 points"]
    assert (first.total, rest.total, rest.next_after) == ("15 points", "15 points", None)


def test_without_waiting_points_it_says_so(client, member):
    assert "No points are on the way." in page_of(client, member, after="nonsense")


def test_home_leads_to_it(client, member):
    wait(member, 30, 3, "a")
    home = reverse("portal:home", kwargs={"programme": member.programme.slug})

    assert reverse("portal:pending", kwargs={"programme": member.programme.slug}) in client.get(home).content.decode()
