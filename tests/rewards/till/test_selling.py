import pytest
from django.urls import reverse

from accounts.members.services import change_member_status
from accounts.outbox.models import OutboxEvent
from ledger.points.models import Act, Movement
from rewards.purchases.models import Purchase, PurchaseClaim, PurchaseLine
from rewards.redemptions.models import Redemption
from tests.reporting.factories import NOW
from tests.rewards.factories import wallet
from tests.rewards.till.steps import number_on, preview, sell, text_of

TABLES = (Purchase, PurchaseClaim, PurchaseLine, Movement, Act, Redemption, OutboxEvent)


def counts():
    return {model.__name__: model.objects.count() for model in TABLES}


def test_enter_gives_the_points_of_an_amount(till, shop, member):
    number = number_on(till.get(reverse("till:member", args=[member.pk])))

    answer = sell(till, member, number=number, amount="24.30")

    bought = Purchase.objects.get()
    assert answer.url == reverse("till:sold", args=[bought.pk])
    assert (bought.price_minor, bought.units, bought.source, bought.external_id) == (2430, 24, "till:M1", number)
    assert (bought.store, bought.occurred_at, bought.member) == (shop.market, NOW, member)
    assert wallet(member, NOW.date()) == (524, 0)


def test_the_result_says_what_happened_and_waits_for_the_next(till, member):
    answer = till.get(sell(till, member, amount="24.30").url)
    text = text_of(answer)

    assert "+24 points" in text
    assert "for Ada Lovelace" in text
    assert "Points now 524 points" in text
    assert "N-1" in text
    assert "£24.30 counted, which makes 24 points." in text
    assert "Next customer" in text


def test_a_form_that_is_sent_twice_earns_once(till, member, monkeypatch):
    first = sell(till, member, amount="24.30", tender="1")
    after = counts()
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: NOW.replace(second=7))

    second = sell(till, member, amount="24.30", tender="1")

    assert second.url == f"{first.url}?again=1"
    assert counts() == after
    assert wallet(member, NOW.date()) == (500 - 100 + 23, 0)
    assert "it counted once" in text_of(till.get(second.url))


def test_the_same_number_with_other_figures_is_refused_and_changes_nothing(till, member):
    sell(till, member, amount="24.30", receipt="R-1")
    after = counts()

    answer = sell(till, member, number="N-2", amount="30.00", receipt="R-1")
    text = text_of(answer)

    assert answer.status_code == 409
    assert "This receipt number was recorded before, with other figures" in text
    assert "No points were given or taken." in text
    assert counts() == after
    assert wallet(member, NOW.date()) == (524, 0)


def test_the_shop_s_own_receipt_number_counts(till, member):
    sell(till, member, amount="24.30", receipt="R-1")

    assert Purchase.objects.get().external_id == "R-1"


def test_lines_carry_category_and_quantity(till, member):
    lines = {
        "line-0-amount": "20",
        "line-0-quantity": "2",
        "line-0-category": "Fruit",
        "line-2-amount": "7,50",
        "line-2-category": "Tobacco",
    }

    sell(till, member, **lines)

    bought = Purchase.objects.get()
    rows = list(PurchaseLine.objects.order_by("position").values_list("external_id", "category", "quantity", "price_minor"))
    assert rows == [("1", "Fruit", 2, 2000), ("2", "Tobacco", 1, 750)]
    assert bought.units == 20 + 40


def test_an_amount_beside_lines_must_agree_with_them(till, member):
    answer = sell(till, member, amount="21", **{"line-0-amount": "20"})

    assert answer.status_code == 422
    assert "The lines come to 20.00." in text_of(answer)
    assert Purchase.objects.count() == 0
    assert sell(till, member, amount="20", **{"line-0-amount": "20"}).status_code == 302


def test_points_pay_a_part(till, member):
    answer = sell(till, member, amount="24.30", tender="3.00")
    text = text_of(till.get(answer.url))

    bought = Purchase.objects.get()
    assert (bought.tender_minor, bought.units) == (300, 21)
    assert wallet(member, NOW.date()) == (500 - 300 + 21, 0)
    assert "To pay in money £21.30" in text
    assert "Paid with points £3.00" in text


@pytest.mark.parametrize(
    ("typed", "says", "status"),
    [
        ({"amount": "10.00", "tender": "9.00"}, "There are not enough points for that", 409),
        ({"amount": "2.00", "tender": "3.00"}, "More would be paid with points than the sale costs", 409),
        ({"amount": ""}, "Type what the customer pays.", 422),
        ({"amount": "0"}, "Type what the customer pays.", 422),
        ({"amount": "12.345"}, "Write an amount like 12.50.", 422),
        ({"amount": "-3"}, "Write an amount like 12.50.", 422),
        ({"amount": "10", "tender": "abc"}, "Write an amount like 12.50.", 422),
        ({"amount": "10", "receipt": "x" * 200}, "at most 60", 422),
        ({"amount": "10", "receipt": "a\x07b"}, "A receipt number is one line", 422),
        ({"line-0-category": "Fruit"}, "Type the amount of this line, or empty it.", 422),
        ({"line-0-amount": "5", "line-0-quantity": "0"}, "Write a quantity above zero", 422),
    ],
)
def test_a_refusal_says_what_to_do_and_changes_nothing(till, member, typed, says, status):
    before = counts()

    answer = sell(till, member, **typed)

    assert answer.status_code == status
    assert says in text_of(answer)
    assert counts() == before
    assert wallet(member, NOW.date()) == (500, 0)


def test_a_membership_that_is_not_active_earns_nothing(till, member):
    change_member_status(member=member, status="frozen", at=NOW)
    before = counts()

    answer = sell(till, member, amount="10")

    assert answer.status_code == 409
    assert "This membership is not active" in text_of(answer)
    assert counts() == before


def test_a_preview_says_what_and_why_and_writes_nothing(till, member):
    before = counts()

    answer = preview(till, member, amount="24.30", tender="3")
    text = text_of(answer)

    assert "Earns 21 points" in text
    assert "To pay in money £21.30" in text
    assert "Points afterwards 221 points" in text
    assert "£21.30 counted, which makes 21 points." in text
    assert "Nothing on this receipt counts for it." in text
    assert "£2.00 for 200 points" in text
    assert "£5.00 for 500 points" in text
    assert "<html" not in answer.content.decode()
    assert counts() == before
    assert wallet(member, NOW.date()) == (500, 0)


def test_a_preview_asks_few_questions(till, member, django_assert_num_queries):
    preview(till, member, amount="24.30")  # what is kept for a while is read

    with django_assert_num_queries(22):
        preview(till, member, amount="24.30")


def test_a_preview_works_without_script_and_keeps_what_was_typed(till, member):
    before = counts()

    answer = sell(till, member, url="till:preview", amount="24.30", number="N-9")

    assert "Earns 24 points" in text_of(answer)
    assert number_on(answer) == "N-9"
    assert 'value="24.30"' in answer.content.decode()
    assert counts() == before


def test_a_preview_of_what_cannot_be_read_says_so_once_something_is_typed(till, member):
    assert "Write an amount like" in text_of(preview(till, member, amount="12.345"))
    assert "Type the amount" in text_of(preview(till, member, amount=""))
    assert "There are not enough points for that" in text_of(preview(till, member, amount="30", tender="20"))


def test_more_lines_are_added_without_losing_the_typed_ones(till, member):
    answer = sell(till, member, url="till:preview", act="more", **{"line-0-amount": "20"})
    page = answer.content.decode()

    assert 'name="line-TOTAL_FORMS" value="8"' in page
    assert 'name="line-0-amount" value="20"' in page
    assert "line-7-amount" in page


def test_a_card_that_is_scanned_into_the_amount_opens_its_member(till, shop, member):
    other = shop.member("Bo", "bo@example.org")

    answer = sell(till, member, amount=other.number)

    assert answer.url == f"{reverse('till:home')}?q={other.number}"
    assert Purchase.objects.count() == 0


def test_turkish_cashiers_write_a_comma(till, member):
    till.cookies["django_language"] = "tr"

    answer = sell(till, member, amount="24,30")

    assert answer.status_code == 302
    assert Purchase.objects.get().price_minor == 2430


def test_a_result_of_another_programme_is_not_there(till, shop):
    from tests.reporting.factories import open_shop

    other = open_shop("other", "Other Club")
    bought = other.buy(other.member("Zed", "zed@example.org"), "Z-1", NOW, ("Dairy", 100))

    assert till.get(reverse("till:sold", args=[bought.pk])).status_code == 404
