"""The first programme may start from a blueprint."""

import pytest
from django.urls import reverse

from accounts.programmes.models import Programme
from accounts.users.models import User
from rewards.earning.models import EarningRule
from rewards.setups.models import Setup

pytestmark = pytest.mark.django_db
FILLED = {
    "email": "owner@fennel.example",
    "password": "lantern-orbit-42",
    "name": "Fennel & Friends",
    "store": "Old Town",
    "country": "TR",
    "time_zone": "Europe/Istanbul",
    "currency": "TRY",
    "terms": "Collect stamps.",
}


def address(code):
    return f"{reverse('first-run')}?from={code}"


def test_the_first_page_offers_every_blueprint_with_whose_rules_it_is_modelled_on(client):
    page = client.get(reverse("first-run"))

    assert page.context["chosen"] is None
    assert "stamp-card" in [card["code"] for card in page.context["blueprints"]]
    assert all(card["modelled"].startswith("Modelled on the published rules of") for card in page.context["blueprints"])


def test_a_chosen_blueprint_asks_for_no_points_of_its_own(client):
    form = client.get(address("stamp-card")).context["form"]

    assert set(form.fields) == set(FILLED)
    assert form["terms"].value().startswith("Every visit with a purchase")


def test_one_form_makes_a_live_programme_from_the_blueprint(client):
    response = client.post(address("stamp-card"), FILLED)

    programme = Programme.objects.get()
    assert response["Location"] == reverse("first-run-next")
    assert (programme.slug, programme.state, programme.currency, programme.time_zone) == (
        "fennel-friends",
        "live",
        "TRY",
        "Europe/Istanbul",
    )
    assert (programme.name, programme.legal_entity.country) == ("Fennel & Friends", "TR")
    assert programme.terms.get(locale="en").text == "Collect stamps."
    assert Setup.objects.get().code == "drinks"
    assert not EarningRule.objects.exists()
    assert User.objects.get().is_superuser
    assert client.get(reverse("first-run-next")).status_code == 200


def test_money_without_decimals_is_refused_where_the_blueprint_has_some(client):
    page = client.post(address("stamp-card"), {**FILLED, "currency": "JPY"})

    assert page.status_code == 422
    assert "currency" in page.context["form"].errors
    assert not (User.objects.exists() or Programme.objects.exists())


def test_an_unknown_blueprint_is_the_plain_beginning(client):
    assert "points" in client.get(address("nothing")).context["form"].fields
