"""What shops ask about people's data: forgotten at once where it can be, answered by a person where not."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.connectors.domain import Sender
from rewards.connectors.models import Delivery, PrivacyWish
from rewards.connectors.services import NothingSaid, WishAnswered, answer_wish
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.api.conftest import open_club
from tests.colleagues import colleague
from tests.rewards.connectors.notices import privacy
from tests.rewards.connectors.stage import balance, connect, deliver, order, said, work

JOHN = {"id": 191167, "email": "john@example.com", "phone": "555-625-1199"}
DUE = dt.date(2026, 2, 14)


@pytest.fixture
def programme(db, stopped_clock):
    stopped_clock(AT)
    return open_club()


@pytest.fixture
def shop(programme):
    return connect(programme, Sender.SHOPIFY)


@pytest.fixture
def john(programme):
    return MemberFactory.create(programme=programme, email="john@example.com")


def johns_order(number=299938):
    return order(number, customer=JOHN, email="john@example.com")


def asked(shop, name, number="P1", **more):
    deliver(shop, privacy(name, **more), topic=name.replace("_", "/", 1), number=number)
    return work()


def bodies():
    return list(Delivery.objects.filter(body__isnull=False).order_by("number").values_list("number", flat=True))


def test_a_wish_to_be_told_waits_for_a_person_until_thirty_days_have_passed(shop, john):
    deliver(shop, johns_order(), topic="orders/paid", number="W1")
    work()

    [delivery] = asked(shop, "customers_data_request")

    wish = PrivacyWish.objects.get()
    assert said(delivery) == ("done", "")
    assert (wish.wish, wish.member, wish.customer, wish.due_on) == ("tell", john, "191167", DUE)
    assert (wish.answered_at, wish.forgotten, bodies()) == (None, 0, ["P1", "W1"])


def test_a_member_who_is_to_be_forgotten_leaves_no_body_and_waits_for_a_person(shop, john):
    deliver(shop, johns_order(), topic="orders/paid", number="W1")
    deliver(shop, order(5), topic="orders/paid", number="W2")
    work()

    asked(shop, "customers_redact")

    wish = PrivacyWish.objects.get()
    assert (wish.wish, wish.member, wish.forgotten, wish.answered_at) == ("forget", john, 1, None)
    assert bodies() == ["P1", "W2"]
    assert balance(john) == 398


def test_the_member_is_found_by_the_orders_when_the_address_has_changed(shop, john):
    deliver(shop, johns_order(), topic="orders/paid", number="W1")
    work()

    asked(shop, "customers_redact", customer={"id": 191167, "email": "new@example.com"})

    assert PrivacyWish.objects.get().member == john


def test_somebody_unknown_is_forgotten_without_hands_and_what_waited_is_passed_over(shop):
    deliver(shop, johns_order(), topic="orders/paid", number="W1")
    deliver(shop, johns_order(7), topic="orders/paid", number="W2")
    deliver(shop, order(299939), topic="orders/paid", number="W3")
    work()

    asked(shop, "customers_redact")

    wish = PrivacyWish.objects.get()
    assert (wish.member, wish.forgotten, wish.answered_at, wish.answered_by) == (None, 2, AT, None)
    assert bodies() == ["P1", "W3"]
    assert {said(one) for one in Delivery.objects.filter(number__in=["W1", "W2"])} == {("skipped", "forgotten")}
    MemberFactory.create(programme=shop.programme, email="john@example.com")
    assert [one.number for one in work(AT + dt.timedelta(days=1))] == ["W3"]


def test_a_shop_that_is_to_be_forgotten_leaves_no_body_and_another_keeps_its_own(programme, shop, john):
    other = connect(programme, Sender.SHOPIFY, name="Other shop")
    for number, connection in (("W1", shop), ("W2", other)):
        deliver(connection, johns_order(), topic="orders/paid", number=number)
    work()

    asked(shop, "shop_redact")

    wish = PrivacyWish.objects.get()
    assert (wish.wish, wish.forgotten, wish.answered_at, bodies()) == ("forget_shop", 1, None, ["P1", "W2"])


@pytest.mark.parametrize(
    ("name", "broken"), [("customers_redact", {"customer": {}, "orders_to_redact": []}), ("shop_redact", {"shop_domain": None})]
)
def test_a_wish_that_cannot_be_read_needs_a_person(shop, name, broken):
    [delivery] = asked(shop, name, **broken)

    assert delivery.outcome == "failed"
    assert PrivacyWish.objects.count() == 0


def test_the_same_wish_delivered_twice_is_one(shop, john):
    asked(shop, "customers_data_request")
    asked(shop, "customers_data_request")

    assert PrivacyWish.objects.count() == 1


def test_an_answer_is_given_once_and_stands(shop, john):
    asked(shop, "customers_data_request")
    wish, staff = PrivacyWish.objects.get(), UserFactory.create()
    with pytest.raises(NothingSaid):
        answer_wish(wish=wish, note=" ", staff=staff, at=AT)

    answer_wish(wish=wish, note="Sent by letter", staff=staff, at=AT)

    with pytest.raises(WishAnswered):
        answer_wish(wish=wish, note="Sent again", staff=staff, at=AT)
    for act in (lambda: PrivacyWish.objects.update(note="x"), lambda: PrivacyWish.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert PrivacyWish.objects.get().note == "Sent by letter"


def test_an_answer_says_what_was_done(shop, john):
    asked(shop, "customers_data_request")

    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyWish.objects.update(answered_at=AT, answered_by=UserFactory.create())


def test_a_colleague_finds_it_and_writes_down_what_was_done(client, programme, shop, john):
    asked(shop, "customers_data_request")
    wish = PrivacyWish.objects.get()
    client.force_login(colleague(Role.ADMINISTRATOR))
    listed = client.get(reverse("staff:privacy-wishes")).content.decode()
    assert "Tell a customer what is kept" in listed and "14 Feb 2026" in listed
    assert "Personal data (1)" in client.get(reverse("staff:connectors")).content.decode()
    page = reverse("staff:privacy-wish", args=[wish.pk])
    assert client.post(page, {"note": ""}).status_code == 422

    client.post(page, {"note": "Sent by letter"})

    assert "Sent by letter" in client.get(page).content.decode()
    assert "Tell a customer" not in client.get(reverse("staff:privacy-wishes")).content.decode()
    assert client.post(page, {"note": "Again"}).status_code == 200
    assert PrivacyWish.objects.get().note == "Sent by letter"


def test_an_auditor_reads_and_does_not_answer(client, shop, john):
    asked(shop, "customers_data_request")
    client.force_login(colleague(Role.AUDITOR))
    page = reverse("staff:privacy-wish", args=[PrivacyWish.objects.get().pk])

    assert "<textarea" not in client.get(page).content.decode()
    client.post(page, {"note": "Mine"})
    assert PrivacyWish.objects.get().answered_at is None


def test_two_answers_at_once_are_one(committed_db):
    shop = connect(open_club(), Sender.SHOPIFY)
    asked(shop, "customers_data_request")
    wish, people = PrivacyWish.objects.get(), [UserFactory.create() for _ in range(3)]

    answers = at_once(*[lambda one=one: answer_wish(wish=wish, note="Sent", staff=one, at=AT) for one in people])

    assert sum(isinstance(one, WishAnswered) for one in answers) == 2
