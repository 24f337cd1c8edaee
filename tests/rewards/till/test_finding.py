import pytest
from django.urls import reverse

from accounts.staff.models import StaffProfile
from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff
from accounts.users.models import User
from ledger.points.models import Movement
from tests.reporting.factories import NOW, open_shop
from tests.rewards.till.steps import text_of

PLACES = ("till:home", "till:store", "till:enrol", "till:returns")


@pytest.mark.parametrize("name", PLACES)
def test_it_asks_visitors_to_sign_in(client, shop, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CASHIER, Role.SUPPORT)])
@pytest.mark.parametrize("name", PLACES)
def test_it_refuses_colleagues_of_other_jobs(client, shop, name, role):
    user = User.objects.create_user("other@example.org", "a-long-password-42")
    appoint_staff(user=user, roles=[role], default_store=shop.market)
    client.force_login(user)

    assert client.get(reverse(name)).status_code == 403


def test_it_refuses_members_and_writes_nothing(client, shop, member):
    client.force_login(member.user)
    before = Movement.objects.count()

    answer = client.post(reverse("till:sale", args=[member.pk]), {"amount": "10", "number": "N-1"})

    assert answer.status_code == 403
    assert Movement.objects.count() == before


def test_a_cashier_without_a_store_chooses_one_and_keeps_it(client, shop):
    user = User.objects.create_user("new@example.org", "a-long-password-42")
    appoint_staff(user=user, roles=[Role.CASHIER])
    client.force_login(user)

    assert client.get(reverse("till:home")).url == reverse("till:store")
    page = client.get(reverse("till:store"))
    answer = client.post(reverse("till:store"), {"store": shop.harbour.pk})

    assert "Harbour Street" in text_of(page)
    assert answer.url == reverse("till:home")
    assert StaffProfile.objects.get(user=user).default_store == shop.harbour
    assert list(user.groups.values_list("name", flat=True)) == ["cashier"]
    assert "Harbour Street" in text_of(client.get(reverse("till:home")))


@pytest.mark.parametrize("chosen", ["", "x", "999999", "9" * 40])
def test_a_store_that_is_not_there_is_not_chosen(till, cashier, shop, chosen):
    answer = till.post(reverse("till:store"), {"store": chosen})

    assert answer.status_code == 422
    assert StaffProfile.objects.get(user=cashier).default_store == shop.market


def test_a_store_of_another_company_is_not_chosen(till, cashier, shop):
    other = open_shop("other", "Other Club")

    answer = till.post(reverse("till:store"), {"store": other.market.pk})

    assert answer.status_code == 422
    assert StaffProfile.objects.get(user=cashier).default_store == shop.market


def test_stores_are_found_by_a_part_of_their_name(till, shop):
    text = text_of(till.get(reverse("till:store"), {"q": "harb"}))

    assert "Harbour Street" in text
    assert "Aldersgate Market London" not in text


@pytest.mark.parametrize("name", ["till:home", "till:store", "till:returns"])
def test_what_no_column_can_hold_is_looked_for_without_it(till, name):
    assert till.get(reverse(name), {"q": "Ad\x00a"}).status_code == 200


@pytest.mark.parametrize("words", ["{card}", "{spaced}", "020 7946 0123", "+442079460123", "ADA@example.org"])
def test_a_card_phone_or_e_mail_opens_the_member_at_once(till, member, words):
    typed = words.format(card=member.number, spaced=member.grouped_number)

    answer = till.get(reverse("till:home"), {"q": typed})

    assert answer.url == reverse("till:member", args=[member.pk])


def test_a_name_lists_people_without_telling_how_to_reach_them(till, shop, member):
    shop.member("Adam", "adam@example.org")

    answer = till.get(reverse("till:home"), {"q": "ada"})
    text = text_of(answer)

    assert "Ada Lovelace" in text
    assert "Adam Lovelace" in text
    assert "••• 0123" in text
    assert "a•••@example.org" in text
    assert member.email not in answer.content.decode()
    assert member.phone not in answer.content.decode()
    assert member.number not in answer.content.decode()


def test_a_list_of_people_asks_the_same_number_of_queries_however_many_there_are(till, shop, django_assert_num_queries):
    shop.member("Ada", "ada1@example.org")
    url = reverse("till:home")
    till.get(url)  # what is kept for a while is read

    for expected_people in (1, 14):
        for number in range(expected_people - 1):
            shop.member("Ada", f"more{number}@example.org")
        with django_assert_num_queries(8):
            text = text_of(till.get(url, {"q": "ada"}))
        assert ("There are more." in text) is (expected_people > 12)


def test_a_voucher_opens_its_page(till, shop, member):
    voucher = shop.redeem(member, "coffee", NOW)

    answer = till.get(reverse("till:home"), {"q": voucher.grouped_code.lower()})

    assert answer.url == reverse("till:voucher", args=[voucher.pk])


def test_a_receipt_opens_its_return(till, shop, member):
    bought = shop.buy(member, "R-77", NOW, ("Dairy", 1_000))

    answer = till.get(reverse("till:home"), {"q": "R-77"})

    assert answer.url == reverse("till:return", args=[bought.pk])


@pytest.mark.parametrize("words", ["nobody", "9999999999999995", "nobody@example.org", "%", "x" * 300])
def test_nobody_found_says_what_to_do(till, member, words):
    text = text_of(till.get(reverse("till:home"), {"q": words}))

    assert "Nobody was found" in text
    assert "Nothing changed." in text
    assert "enrol the customer" in text


def test_a_member_of_another_programme_is_not_there(till, shop):
    stranger = open_shop("other", "Other Club").member("Zed", "zed@example.org")

    assert till.get(reverse("till:member", args=[stranger.pk])).status_code == 404
    assert "Nobody was found" in text_of(till.get(reverse("till:home"), {"q": stranger.number}))


def test_the_member_page_says_who_what_they_have_and_what_they_can_take(till, shop, member, django_assert_num_queries):
    url = reverse("till:member", args=[member.pk])
    till.get(url)  # what is kept for a while is read

    with django_assert_num_queries(19):
        answer = till.get(url)
    text = text_of(answer)

    assert "Ada Lovelace" in text
    assert "500 points · worth £5.00" in text
    assert "500 points: last day 9 March 2027" in text
    assert "Fruit basket 180 points You can" in text
    assert str(member.pk) not in text
    assert member.email not in answer.content.decode()


def test_the_member_page_costs_no_more_with_more_vouchers(till, shop, member, django_assert_num_queries):
    for _ in range(3):
        shop.redeem(member, "coffee", NOW)
    url = reverse("till:member", args=[member.pk])
    till.get(url)

    with django_assert_num_queries(19):
        text = text_of(till.get(url))

    assert text.count("A coffee on us until") == 3


def test_a_membership_that_is_not_active_can_only_be_looked_at(till, member):
    member.status = "frozen"
    member.save(update_fields=["status"])

    text = text_of(till.get(reverse("till:member", args=[member.pk])))

    assert "This membership is not active" in text
    assert "Give points" not in text.replace("Enter Give points", "")
