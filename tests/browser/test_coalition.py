"""Partners of a coalition and buyers of a company, in a real browser: a price by two people, a month that is stated, who buys for whom."""

import datetime as dt

from django.urls import reverse
from playwright.sync_api import expect

from accounts.buyers.models import Buyer
from accounts.staff.roles import Role
from rewards.coalition.models import PartnerPrice, PartnerStatement
from rewards.purchases.services import record_purchase
from tests.accounts.factories import AT, LegalEntityFactory, MemberFactory
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.rewards.coalition.stage import MONTH, NEXT_MONTH, partner_with, sent_by
from tests.rewards.purchases.conftest import open_earning, purchase_of

BEFORE = AT - dt.timedelta(days=3)


def look_at(page, name):
    assert fits(page), name
    check_axe(page)
    shoot(page, name)


def test_a_price_is_agreed_on_and_a_month_is_stated(page, live_url, stopped_clock):
    stopped_clock(NEXT_MONTH)
    programme = open_earning(legal_entity=LegalEntityFactory.create(books_from=MONTH))
    partner = partner_with(programme, at=BEFORE, issue="1.2")
    member = MemberFactory.create(programme=programme)
    record_purchase(
        programme=programme, facts=purchase_of(member, 100_000, source=sent_by(partner), external_id="R1", occurred_at=AT), at=AT
    )
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing", email="mira@example.org"))
    page.goto(reverse("staff:programme", args=[programme.slug]))
    page.get_by_role("link", name="Partners", exact=True).last.click()
    page.get_by_label("Partner", exact=True).select_option(index=1)
    page.get_by_label("Price of a point").fill("0.01")
    page.get_by_label("Valid from").fill((NEXT_MONTH.date() + dt.timedelta(days=5)).isoformat())
    look_at(page, "partner-prices")
    page.get_by_role("button", name="Propose the price").click()
    expect(page.get_by_text("waits for another person's approval")).to_be_visible()

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.goto(reverse("staff:partner-prices", args=[programme.slug]))
    page.get_by_role("button", name="Approve this version").click()
    expect(page.get_by_text("The price counts from its day on")).to_be_visible()

    login(page, live_url, colleague(Role.FINANCE_PREPARER, name="Pia Preparer", email="pia@example.org"))
    page.goto(reverse("staff:partner-statements", args=[programme.slug]))
    page.get_by_label("Partner", exact=True).select_option(index=1)
    page.get_by_label("Month").fill(f"{MONTH:%Y-%m}")
    look_at(page, "partner-statements")
    page.get_by_role("button", name="State the month").click()
    expect(page.get_by_text("the hash holds")).to_be_visible()
    look_at(page, "partner-statement")
    assert PartnerStatement.objects.get().invoiced_minor == 1_200
    assert PartnerPrice.objects.filter(approved_at__isnull=False).count() == 2


def test_a_company_s_buyers_are_added_and_closed(page, live_url, stopped_clock):
    stopped_clock(AT)
    company = MemberFactory.create()
    login(page, live_url, colleague(Role.SUPPORT))
    page.goto(reverse("staff:member-buyers", args=[company.pk]))
    expect(page.get_by_text("Nobody buys for this member yet")).to_be_visible()
    page.get_by_label("Code", exact=True).fill("ada")
    page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    page.get_by_role("button", name="Add the buyer").click()
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    look_at(page, "member-buyers")
    page.get_by_role("button", name="Close Ada Lovelace").click()
    expect(page.get_by_text("closed on")).to_be_visible()
    assert not Buyer.objects.get().is_open
