import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.entities.models import Store
from accounts.programmes.models import CurrencyTerms, Programme
from accounts.programmes.queries import currency_of
from accounts.staff.access import may
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.shell.first_run import services
from loyalty.shell.first_run.middleware import FirstRunMiddleware
from rewards.earning.models import EarningRuleVersion
from tests.accounts.factories import ProgrammeFactory, UserFactory

FILLED = {
    "email": "Owner@Fennel.example",
    "password": "lantern-orbit-42",
    "name": "Fennel & Friends",
    "store": "Old Town",
    "country": "TR",
    "time_zone": "Europe/Istanbul",
    "currency": "TRY",
    "singular": "leaf",
    "plural": "leaves",
    "turkish": "yaprak",
    "points": "2",
    "step": "10,00",
    "worth": "5.00",
    "expiry_months": "12",
    "return_window_days": "14",
    "terms": "Collect leaves.",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/staff/", "/accounts/login/", "/admin/", "/p/nowhere/", "/no/such/page/"])
def test_every_page_of_an_empty_installation_leads_to_the_first_one(client, address):
    assert client.get(address)["Location"] == reverse("first-run")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/api/v1/"])
def test_machines_are_not_led_anywhere(client, address):
    assert client.get(address).status_code != 302


@pytest.mark.django_db
def test_one_form_makes_an_administrator_and_a_live_programme(client):
    response = client.post(reverse("first-run"), FILLED)

    programme = Programme.objects.get()
    owner = User.objects.get()
    currency = currency_of(programme)
    assert response["Location"] == reverse("first-run-next")
    assert (programme.slug, programme.name, programme.state, programme.currency) == ("fennel-friends", "Fennel & Friends", "live", "TRY")
    assert (programme.return_window_days, programme.legal_entity.country, programme.time_zone) == (14, "TR", "Europe/Istanbul")
    assert (currency.word(1), currency.word(2), currency.word(2, "tr")) == ("leaf", "leaves", "yaprak")
    terms = CurrencyTerms.objects.get()
    assert (terms.expiry_kind, terms.expiry_number, terms.point_value_minor) == ("months", 12, 5)
    assert EarningRuleVersion.objects.get().definition == {"points": 2, "step_minor": 1_000, "basis": "paid"}
    assert EarningRuleVersion.objects.get().rule.name == "2 leaves for every ₺10.00"
    assert programme.terms.get().text == "Collect leaves."
    assert Store.objects.get().name == "Old Town"
    assert (owner.email, owner.is_superuser, may(owner, Act.MANAGE_PROGRAMMES)) == ("owner@fennel.example", True, True)
    assert client.get(reverse("first-run-next")).status_code == 200
    assert client.get(reverse("staff:home")).status_code == 200


@pytest.mark.django_db
def test_the_owner_may_sign_in_at_once(client):
    client.post(reverse("first-run"), FILLED)
    client.logout()

    response = client.post(reverse("account_login"), {"login": "owner@fennel.example", "password": FILLED["password"]})

    assert response["Location"] == "/"


@pytest.mark.django_db
def test_points_may_live_for_ever(client):
    client.post(reverse("first-run"), {**FILLED, "expiry_months": "0"})

    assert (CurrencyTerms.objects.get().expiry_kind, CurrencyTerms.objects.get().expiry_number) == ("none", 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "12345678"}, "password"),
        ({"password": "owner@fennel.example"}, "password"),
        ({"email": "owner"}, "email"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"country": "XX"}, "country"),
        ({"step": "0"}, "step"),
        ({"step": "1.234"}, "step"),
        ({"currency": "JPY", "step": "1.50"}, "step"),
        ({"worth": "-1"}, "worth"),
        ({"points": "0"}, "points"),
        ({"name": ""}, "name"),
        ({"terms": " "}, "terms"),
        ({"singular": "{% now %}"}, "singular"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field_and_nothing_is_made(client, wrong, field):
    response = client.post(reverse("first-run"), {**FILLED, **wrong})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not (User.objects.exists() or Programme.objects.exists() or Store.objects.exists())


@pytest.mark.django_db
def test_a_password_does_not_come_back_into_the_page(client):
    page = client.post(reverse("first-run"), {**FILLED, "name": ""}).content.decode()

    assert FILLED["password"] not in page


@pytest.mark.django_db
def test_a_form_of_another_site_is_refused():
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.post(reverse("first-run"), FILLED).status_code == 403
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("make", [UserFactory.create, ProgrammeFactory.create])
def test_an_installation_that_is_in_use_cannot_be_started_again(client, make):
    make()

    assert client.get(reverse("first-run"))["Location"] == "/"
    assert client.post(reverse("first-run"), FILLED)["Location"] == "/"
    assert not User.objects.filter(email="owner@fennel.example").exists()


def test_of_two_at_once_one_wins(committed_db):
    answers = []

    def press(number: int) -> None:
        answers.append(Client().post(reverse("first-run"), {**FILLED, "email": f"owner{number}@fennel.example"})["Location"])
        connections.close_all()

    both = [threading.Thread(target=press, args=(number,)) for number in (1, 2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(answers) == ["/", reverse("first-run-next")]
    assert (User.objects.count(), Programme.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_database_is_not_asked_again_once_something_is_there(rf, django_assert_num_queries):
    UserFactory.create()
    middleware = FirstRunMiddleware(lambda _request: "page")
    request = rf.get("/")
    request.user = type("Nobody", (), {"is_authenticated": False})()

    assert middleware(request) == "page"
    with django_assert_num_queries(0):
        assert middleware(request) == "page"


@pytest.mark.django_db
def test_empty_means_neither_login_nor_programme():
    assert services.is_empty()
    UserFactory.create()
    assert not services.is_empty()
