"""Gift cards in the browser: issued once with its code, told, blocked, approved, added up for finance, and on what they paid."""

from accounts.staff.roles import Role
from rewards.gift_cards.models import GiftCard, GiftCardTerms
from tests.accounts.factories import AT
from tests.browser.steps import check_axe, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.reporting.gift_cards.stage import CardShop, day
from tests.rewards.gift_cards.stage import asked_card, card_of, charge, paid_with_a_card


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


def test_a_card_above_the_limit_waits_and_another_person_issues_it(page, live_url, stopped_clock):
    stopped_clock(AT)
    programme = open_shop().programme
    asker, other = colleague(Role.FINANCE_APPROVER, name="Martin Okafor"), colleague(Role.FINANCE_APPROVER, name="Ines Duarte")
    asked = asked_card(programme, asker=asker)

    login(page, live_url, other)
    page.goto(f"{live_url}/staff/gift-cards/")
    page.get_by_text("Wait for a second person").wait_for()
    shoot(page, "gift-cards-waiting")
    check_axe(page)
    page.get_by_role("link", name="£500.00").click()
    page.get_by_text("Martin Okafor").wait_for()
    shoot(page, "gift-cards-request")
    check_axe(page)
    page.get_by_label("Issue the card").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("It is not shown again").wait_for()
    assert GiftCard.objects.get().request == asked


def test_finance_estimates_what_will_be_spent_and_reads_a_closed_month(page, live_url):
    stage = CardShop()
    stage.estimate("90")
    charge(stage.sell(10_000, day(1)), 4_500, at=day(1))
    stage.close(1)

    login(page, live_url, stage.preparer)
    page.goto(f"{live_url}/staff/gift-card-months/estimates/new/")
    page.get_by_label("Percentage that will be spent").fill("92.5")
    page.get_by_label("Evidence").fill("Three years of cards, looked at with the auditor.")
    shoot(page, "gift-cards-estimate")
    check_axe(page)
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_text("Waits for another person").wait_for()
    shoot(page, "gift-cards-estimates")
    check_axe(page)

    page.goto(f"{live_url}/staff/close/{stage.period(1).pk}/")
    page.get_by_text("Gift cards in this month").first.wait_for()
    shoot(page, "gift-cards-close")
    check_axe(page)


def test_a_purchase_and_its_receipt_say_what_a_card_paid(page, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    bought = paid_with_a_card(shop)

    login(page, live_url, colleague(Role.SUPPORT))
    page.goto(f"{live_url}/staff/purchases/{bought.pk}/")
    page.get_by_text("•••• PQRS").wait_for()
    shoot(page, "gift-cards-purchase")
    check_axe(page)
    page.context.clear_cookies()

    login(page, live_url, bought.member.user)
    page.goto(f"{live_url}/p/aldersgate/activity/{bought.pk}/")
    page.get_by_text("Gift card •••• PQRS").wait_for()
    shoot(page, "gift-cards-receipt")
    check_axe(page)


def test_a_member_adds_a_card_to_the_wallet(page, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    GiftCardTerms.objects.create(programme=shop.programme, valid_days=90)
    charge(card_of(shop.programme), 1_250)

    login(page, live_url, shop.member().user)
    page.goto(f"{live_url}/p/aldersgate/gift-cards/")
    page.get_by_label("Code of the card").fill("AAAA-BBBB-CCCC-DDDD")
    page.get_by_role("button", name="Add the card").click()
    page.get_by_text("There is no such gift card").wait_for()
    shoot(page, "wallet-gift-cards-refused")
    check_axe(page)
    page.get_by_label("Code of the card").fill("abcd-efgh-jkmn-pqrs")
    page.get_by_role("button", name="Add the card").click()
    page.get_by_role("heading", name="Gift card •••• PQRS").wait_for()
    shoot(page, "wallet-gift-card")
    check_axe(page)
    page.goto(f"{live_url}/p/aldersgate/gift-cards/")
    page.get_by_text("£37.50").wait_for()
    shoot(page, "wallet-gift-cards")
    check_axe(page)
