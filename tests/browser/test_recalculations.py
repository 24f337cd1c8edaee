"""Recalculations in a browser: asked for by one colleague, worked out, decided by another, posted, and read by the member."""

from playwright.sync_api import expect

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.purchases.models import Purchase
from rewards.recalculations.models import Recalculation
from rewards.recalculations.services import work_on_all
from rewards.recalculations.services.run import SETTLE
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year


def test_a_rule_is_undone_by_two_people(page, live_url):
    shop = open_shop()
    tell_a_year(shop, shop.member())
    login(page, live_url, colleague(Role.MARKETING, name="Mira Marketing", email="mira@example.org"))
    page.goto("/staff/programmes/aldersgate/recalculations/")
    expect(page.get_by_text("Nothing was recalculated yet")).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name="Undo rules").click()
    page.get_by_label("What should be undone?").select_option("rule:every-pound")
    page.get_by_label("First day").fill("2024-01-01")
    page.get_by_label("Last day").fill(NOW.date().isoformat())
    page.get_by_label("Why?").fill("The rule was meant for members of the gold tier only")
    assert fits(page)
    check_axe(page)
    shoot(page, "recalculation-form")
    page.get_by_role("button", name="Work it out").click()

    expect(page.get_by_text("0 purchases looked at")).to_be_visible()
    check_axe(page)
    shoot(page, "recalculation-working")
    work_on_all(at=clock.now())
    expect(page.get_by_role("heading", name="The purchases that move most")).to_be_visible(timeout=10_000)

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.reload()
    assert fits(page)
    check_axe(page)
    shoot(page, "recalculation-preview", kept=True)
    page.get_by_label("Agree and post it").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Undo of Every pound is being posted")).to_be_visible()
    work_on_all(at=clock.now() + SETTLE)
    expect(page.get_by_role("heading", name="Undo of Every pound posted", exact=True)).to_be_visible(timeout=10_000)
    page.get_by_role("link", name="All purchases").click()
    assert fits(page)
    check_axe(page)
    shoot(page, "recalculation-purchases")
    assert Recalculation.objects.get().done_count > 0

    login(page, live_url, colleague(Role.SUPPORT))
    revised = Purchase.objects.filter(revisions__isnull=False).order_by("-pk").first()
    page.goto(f"/staff/purchases/{revised.pk}/")
    expect(page.get_by_text("that was undone afterwards").first).to_be_visible()
    assert fits(page)
    check_axe(page)
    shoot(page, "recalculated-purchase")
