import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from tests.colleagues import colleague
from tests.reporting.factories import open_shop, tell_a_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    shop = open_shop()
    return tell_a_year(shop, shop.member())


@pytest.fixture
def support(client):
    client.force_login(colleague(Role.SUPPORT))
    return client


def test_a_reward_tells_its_voucher_its_use_and_its_points(support, story):
    page = support.get(reverse("staff:redemption", args=[story["used"].pk]))
    labels = {fact["label"]: fact["value"] for fact in page.context["facts"]}

    assert labels["Voucher"] == story["used"].grouped_code
    assert "Used" in labels
    assert page.context["totals"][2] == story["used"].units == 60


def test_a_payment_leads_to_its_receipt(support, story):
    paid = story["paid"]

    page = support.get(reverse("staff:redemption", args=[paid.tender]))
    receipt = next(fact for fact in page.context["facts"] if fact["label"] == "Paid for")

    assert receipt["value"] == "receipt R-1102, Aldersgate Market"
    assert receipt["url"] == reverse("staff:purchase", args=[paid.pk])
    assert page.context["totals"][2] == 100
