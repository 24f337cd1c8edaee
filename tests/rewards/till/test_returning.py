from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.outbox.models import OutboxEvent
from ledger.points.models import Movement
from rewards.purchases.models import Return, ReturnLine
from tests.reporting.factories import NOW, open_shop
from tests.rewards.factories import wallet
from tests.rewards.till.steps import number_on, sell, text_of


@pytest.fixture
def bought(shop, member):
    """Bread for 30.00, paid to 3.00 with points, and milk for 10.00."""
    return shop.buy(member, "R-1", NOW, ("Bakery", 3_000), ("Dairy", 1_000), tender=300)


def press(till, bought, act, **typed):
    return till.post(reverse("till:return", args=[bought.pk]), {"number": "B-1", "act": act, **typed})


def nothing_moved(before):
    return (Return.objects.count(), Movement.objects.count(), OutboxEvent.objects.count()) == before


@pytest.fixture
def before(bought):
    return (Return.objects.count(), Movement.objects.count(), OutboxEvent.objects.count())


def test_a_receipt_is_found_by_its_number(till, bought, django_assert_num_queries):
    found = till.get(reverse("till:returns"), {"q": "R-1"})
    with django_assert_num_queries(12):
        page = till.get(found.url)
    text = text_of(page)

    assert found.url == reverse("till:return", args=[bought.pk])
    assert "Return of R-1" in text
    assert "Bakery 1 £30.00" in text
    assert "Earned 37 points" in text


def test_a_number_that_two_systems_gave_is_chosen_from(till, member, bought):
    sell(till, member, amount="5", receipt="R-1")

    text = text_of(till.get(reverse("till:returns"), {"q": "R-1"}))

    assert "Which purchase is it?" in text
    assert "£40.00" in text
    assert "£5.00" in text


def test_a_number_that_is_not_there_says_what_to_do(till, bought):
    text = text_of(till.get(reverse("till:returns"), {"q": "R-404"}))

    assert "There is no receipt “R-404”" in text
    assert "no points moved" in text


def test_it_shows_what_it_comes_to_and_writes_nothing(till, member, bought, before):
    text = text_of(press(till, bought, "preview", **{"line-0": "1"}))

    assert "Refund in money £27.75" in text
    assert "Points given back 225 points" in text
    assert "Points taken back 28 points" in text
    assert nothing_moved(before)


def test_it_takes_back_what_was_shown(till, member, bought):
    shown = press(till, bought, "preview", **{"line-0": "1"})

    answer = press(till, bought, "confirm", shown="1=1", **{"line-0": "1"})
    text = text_of(till.get(answer.url))

    row = Return.objects.get()
    assert b'name="shown" value="1=1"' in shown.content
    assert (row.refunded_minor, row.restored_units, row.reversed_units, row.source) == (2775, 225, 28, "till:M1")
    assert wallet(member, NOW.date()) == (500 - 300 + 37 + 225 - 28, 0)
    assert "Refund £27.75" in text
    assert "to Ada Lovelace" in text
    assert "Points taken back 28 points" in text


def test_a_form_that_is_sent_twice_takes_back_once(till, bought, monkeypatch):
    first = press(till, bought, "confirm", shown="1=1", **{"line-0": "1"})
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: NOW.replace(second=9))

    second = press(till, bought, "confirm", shown="1=1", **{"line-0": "1"})

    assert first.url == second.url == reverse("till:returned", args=[Return.objects.get().pk])


def test_everything_comes_back_in_two_presses_and_once(till, bought, member):
    shown = press(till, bought, "everything", **{"line-0": "1"})

    answers = {press(till, bought, "confirm", shown="everything").url for _ in range(2)}

    assert "Refund in money £37.00" in text_of(shown)
    assert b'name="shown" value="everything"' in shown.content
    assert len(answers) == 1
    assert wallet(member, NOW.date()) == (500, 0)


def test_what_was_changed_after_it_was_shown_is_shown_again(till, bought, before):
    answer = press(till, bought, "confirm", shown="1=1", **{"line-1": "1"})

    assert answer.status_code == 200
    assert "You changed what comes back" in text_of(answer)
    assert nothing_moved(before)


def test_an_amount_comes_back_of_a_sale_without_lines(till, member):
    sell(till, member, amount="24.30", receipt="R-9")
    bought = member.purchases.get()

    shown = press(till, bought, "preview", amount="4,30")
    answer = press(till, bought, "confirm", shown="amount=430", amount="4,30")

    assert "Refund in money £4.30" in text_of(shown)
    assert answer.status_code == 302
    assert ReturnLine.objects.get().quantity == Decimal("4.30")
    assert wallet(member, NOW.date()) == (520, 0)
    assert "At most £20.00 can still come back." in text_of(till.get(reverse("till:return", args=[bought.pk])))


@pytest.mark.parametrize(
    ("act", "typed", "says", "status"),
    [
        ("preview", {}, "Nothing is chosen yet", 422),
        ("confirm", {}, "Nothing is chosen yet", 422),
        ("preview", {"line-0": "2"}, "only 1 can still be returned", 409),
        ("preview", {"line-0": "-1"}, "Write a quantity above zero", 422),
        ("preview", {"line-0": "x"}, "Write a quantity above zero", 422),
    ],
)
def test_a_refusal_says_what_to_do_and_changes_nothing(till, bought, before, act, typed, says, status):
    answer = press(till, bought, act, **typed)

    assert answer.status_code == status
    assert says in text_of(answer)
    assert "Nothing was taken back, and no points moved." in text_of(answer)
    assert nothing_moved(before)


def test_what_came_back_cannot_come_back_again(till, bought):
    press(till, bought, "confirm", shown="everything")
    after = Movement.objects.count()

    text = text_of(till.get(reverse("till:return", args=[bought.pk])))
    again = till.post(reverse("till:return", args=[bought.pk]), {"number": "B-2", "act": "confirm", "shown": "everything"})

    assert "Everything of this purchase came back before" in text
    assert again.status_code == 409
    assert (Return.objects.count(), Movement.objects.count()) == (1, after)


def test_each_page_carries_a_new_number(till, bought):
    url = reverse("till:return", args=[bought.pk])

    assert number_on(till.get(url)) != number_on(till.get(url))


def test_a_purchase_of_another_programme_is_not_there(till, shop):
    other = open_shop("other", "Other Club")
    foreign = other.buy(other.member("Zed", "zed@example.org"), "Z-1", NOW, ("Dairy", 100))

    assert till.get(reverse("till:return", args=[foreign.pk])).status_code == 404
    assert press(till, foreign, "confirm", shown="everything").status_code == 404
    assert Return.objects.count() == 0
