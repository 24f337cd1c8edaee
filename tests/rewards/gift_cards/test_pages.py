"""What a card paid, and what went back on it, on the pages of colleagues, members and tills."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.purchases.services import ReturnFacts, record_return
from rewards.till.receipts import return_of, sold, undone_by
from rewards.till.services import preview_return
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.gift_cards.stage import paid_with_a_card

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


@pytest.fixture
def bought(shop):
    return paid_with_a_card(shop)


def bring_back(bought, line, number="B-1", **more):
    return ReturnFacts("till", number, NOW, lines=((line, Decimal(1)),), **more)


def test_colleagues_see_which_card_paid_and_what_went_back(client, bought):
    record_return(purchase=bought, facts=bring_back(bought, "2"), at=NOW)
    client.force_login(colleague(Role.SUPPORT))

    page = client.get(reverse("staff:purchase", args=[bought.pk]))

    [card] = page.context["cards"]
    assert (page.context["price"], page.context["paid"], page.context["by_cards"]) == ("£60.00", "£15.00", "£45.00")
    assert (card["label"], card["value"], card["hint"]) == ("•••• PQRS", "£45.00", "£0.00 left on it then")
    [returned] = page.context["returns"]
    assert {fact["label"]: fact["value"] for fact in returned["facts"]} | {"Points taken back": ""} == {
        "Value": "£11.00",
        "Refunded in money": "£0.00",
        "Back on gift cards": "£11.00",
        "Points taken back": "",
    }
    assert client.get(card["url"]).status_code == 200


def test_members_see_on_the_receipt_what_the_card_paid_and_what_was_due(client, bought):
    record_return(purchase=bought, facts=bring_back(bought, "2"), at=NOW)
    client.force_login(bought.member.user)

    page = client.get(reverse("portal:activity-receipt", kwargs={"programme": "aldersgate", "purchase": bought.pk}))

    receipt = page.context["receipt"]
    assert ([(of.label, of.value) for of in receipt.cards], receipt.paid) == ([("Gift card •••• PQRS", "£45.00")], "£15.00")
    assert ("of it on gift cards", "£11.00") in [(fact.label, fact.value) for fact in receipt.returns[0].facts]
    text = page.content.decode()
    assert "Gift card •••• PQRS" in text and "Paid in money" in text


def test_the_till_says_what_is_to_pay_and_what_to_hand_back(bought):
    receipt = sold(bought.programme, bought.pk, TODAY).receipt
    assert (receipt.total, receipt.by_cards, receipt.to_pay) == ("£60.00", [("PQRS", "£45.00")], "£15.00")

    preview = undone_by(preview_return(purchase=bought, facts=bring_back(bought, "1"), at=NOW), bought.programme, TODAY)
    record = record_return(purchase=bought, facts=bring_back(bought, "1"), at=NOW)

    done = return_of(bought.programme, record.returned.pk, TODAY)
    assert (preview.refund, preview.to_cards) == (done.refund, done.to_cards) == ("£4.00", "£45.00")


def test_without_cards_nothing_is_said_of_them(client, shop):
    bought = shop.buy(shop.member(), "R-2", NOW, ("Dairy", 1_000))
    client.force_login(colleague(Role.SUPPORT))

    page = client.get(reverse("staff:purchase", args=[bought.pk]))

    assert "gift card" not in page.content.decode().split('id="lines"')[1].lower()
    assert sold(shop.programme, bought.pk, TODAY).receipt.by_cards == []
