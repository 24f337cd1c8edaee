import datetime as dt

from django.urls import reverse

from ledger.points.models import Movement
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import cancel
from tests.reporting.factories import NOW, open_shop
from tests.rewards.factories import wallet
from tests.rewards.till.steps import number_on, text_of


def redeem(till, member, code="coffee", number="N-1"):
    return till.post(reverse("till:redeem", args=[member.pk, code]), {"number": number})


def use(till, voucher):
    return till.post(reverse("till:voucher", args=[voucher.pk]))


def test_a_reward_is_asked_for_once_and_handed_over_at_once(till, shop, member):
    page = till.get(reverse("till:redeem", args=[member.pk, "coffee"]))
    answer = redeem(till, member, number=number_on(page))
    text = text_of(till.get(answer.url))

    taken = Redemption.objects.get()
    assert "Takes 60 points" in text_of(page)
    assert "Left afterwards 440 points" in text_of(page)
    assert (taken.state, taken.used_store, taken.units) == ("used", shop.market, 60)
    assert wallet(member, NOW.date()) == (440, 0)
    assert "Hand over: A coffee on us" in text
    assert "Points now 440 points" in text


def test_a_form_that_is_sent_twice_takes_the_points_once(till, member):
    first, second = (redeem(till, member) for _ in range(2))

    assert first.url == second.url
    assert Redemption.objects.count() == 1
    assert wallet(member, NOW.date()) == (440, 0)


def test_a_reward_that_is_out_of_reach_is_refused_and_takes_nothing(till, member):
    before = Movement.objects.count()

    answer = redeem(till, member, "book")

    assert answer.status_code == 409
    assert "No points were taken." in text_of(answer)
    assert (Redemption.objects.count(), Movement.objects.count()) == (0, before)


def test_a_reward_that_is_not_there_is_not_found(till, member):
    assert till.get(reverse("till:redeem", args=[member.pk, "nothing"])).status_code == 404
    assert redeem(till, member, "nothing").status_code == 404


def test_a_voucher_is_handed_over_here(till, shop, member):
    voucher = shop.redeem(member, "coffee", NOW)
    page = text_of(till.get(reverse("till:voucher", args=[voucher.pk])))

    answer = use(till, voucher)

    voucher.refresh_from_db()
    assert "The points are paid." in page
    assert answer.url == reverse("till:handed-over", args=[voucher.pk])
    assert (voucher.state, voucher.used_at, voucher.used_store) == ("used", NOW, shop.market)


def test_a_voucher_that_is_used_twice_is_refused_and_says_where_it_was(till, shop, member):
    voucher = shop.redeem(member, "coffee", NOW)
    use(till, voucher)

    answer = use(till, voucher)
    text = text_of(answer)

    assert answer.status_code == 409
    assert "This voucher was used on" in text
    assert "Nothing was handed over." in text
    assert "It was used in Aldersgate Market on 10 March 2026, 15:30." in text
    assert "Hand it over" not in text


def test_a_voucher_that_lapsed_or_was_cancelled_is_refused(till, shop, member, monkeypatch):
    lapsed, undone = shop.redeem(member, "coffee", NOW), shop.redeem(member, "bakery", NOW)
    cancel(redemption=undone, at=NOW)
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: NOW + dt.timedelta(days=40))

    answers = [use(till, voucher) for voucher in (lapsed, undone)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("Nothing was handed over." in text_of(answer) for answer in answers)
    assert Redemption.objects.filter(state="used").count() == 0


def test_a_voucher_of_another_programme_is_not_there(till, shop):
    other = open_shop("other", "Other Club")
    zed = other.member("Zed", "zed@example.org")
    other.buy(zed, "Z-1", NOW, ("Dairy", 10_000))
    voucher = other.redeem(zed, "coffee", NOW)

    assert use(till, voucher).status_code == 404
    assert Redemption.objects.get().state == "issued"
