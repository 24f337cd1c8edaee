"""Gift cards in the browser: issued once with its code, told, blocked, and added up for finance."""

from accounts.staff.roles import Role
from rewards.gift_cards.models import GiftCard
from tests.accounts.factories import AT
from tests.browser.steps import check_axe, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.gift_cards.stage import card_of, charge


def test_finance_issues_a_card_and_reads_what_became_of_it(page, live_url, stopped_clock):
    stopped_clock(AT)
    programme = open_shop().programme
    charge(card_of(programme), 3_000, receipt="R-2026-000017")

    login(page, live_url, colleague(Role.FINANCE_APPROVER))
    page.goto(f"{live_url}/staff/gift-cards/")
    page.get_by_text("•••• PQRS").wait_for()
    shoot(page, "gift-cards")
    check_axe(page)

    page.get_by_role("link", name="Issue a gift card").click()
    page.get_by_label("Value").fill("25.00")
    page.get_by_label("Why?").fill("Raffle")
    shoot(page, "gift-cards-issue")
    page.get_by_role("button", name="Issue a gift card").click()
    page.get_by_text("It is not shown again").wait_for()
    shoot(page, "gift-cards-issued")
    check_axe(page)
    assert GiftCard.objects.filter(kind="given", face_minor=2_500).count() == 1

    page.goto(f"{live_url}/staff/gift-cards/")
    page.get_by_role("link", name="•••• PQRS").click()
    page.get_by_text("R-2026-000017").wait_for()
    shoot(page, "gift-cards-card")
    check_axe(page)
    page.get_by_role("link", name="Block").click()
    page.get_by_label("Why?").fill("Lost")
    page.get_by_role("button", name="Block the card").click()
    page.get_by_text("The card is blocked.").wait_for()

    page.goto(f"{live_url}/staff/gift-card-months/")
    page.get_by_text("ties with the cards").first.wait_for()
    shoot(page, "gift-cards-months")
    check_axe(page)
