import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from tests.colleagues import colleague
from tests.reporting.factories import open_shop, tell_a_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    shop = open_shop()
    tell_a_year(shop, shop.member())
    return shop


def test_the_home_shows_figures_charts_and_how_they_are_counted(auditor, shop):
    page = auditor.get(reverse("staff:home"), {"month": "2026-02"}).content.decode()

    assert "Repeat rate" in page
    assert 'class="chart"' in page
    assert "Show figures" in page
    assert "Share of the active members who bought on two different days or more." in page


def test_htmx_gets_the_figures_alone(auditor, shop):
    response = auditor.get(reverse("staff:home"), headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert response["Vary"].startswith("HX-Request")


def test_a_store_and_a_month_that_nobody_knows_narrow_nothing(auditor, shop):
    response = auditor.get(reverse("staff:home"), {"store": "x", "month": "2026-13"})

    assert response.status_code == 200
    assert response.context["store_name"] == ""
    assert response.context["is_month"] is False


def test_shares_are_rounded_half_up_with_one_decimal(auditor, shop):
    context = auditor.get(reverse("staff:home"), {"month": "2026-02"}).context

    assert (context["repeat"], context["tender_sales"]) == ("0.0%", "5.6%")  # 100 of 1,770 pence
    assert context["sales_change"] == "\N{MINUS SIGN}95.3%"  # 17.70 after 379.20


def test_an_installation_without_a_programme_says_so(auditor):
    page = auditor.get(reverse("staff:home")).content.decode()

    assert "There is no programme yet" in page


def test_a_programme_that_was_chosen_is_remembered(auditor, shop):
    open_shop(slug="elsewhere", name="Elsewhere")

    auditor.get(reverse("staff:home"), {"programme": "elsewhere"})
    later = auditor.get(reverse("staff:home"))

    assert later.context["programme"].slug == "elsewhere"
    assert [choice["selected"] for choice in later.context["programmes"]] == [False, True]


@pytest.mark.parametrize(
    ("role", "open_pages"),
    [
        (Role.MARKETING, set()),
        (Role.FINANCE_APPROVER, {"rollforward_url"}),
        (Role.ADMINISTRATOR, {"members_url", "purchases_url", "tender_url"}),
        (Role.AUDITOR, {"members_url", "purchases_url", "tender_url", "rollforward_url"}),
    ],
)
def test_figures_lead_only_where_the_colleague_may_go(client, shop, role, open_pages):
    client.force_login(colleague(role))

    context = client.get(reverse("staff:home")).context
    addresses = {name: context[name] for name in ("members_url", "purchases_url", "tender_url", "rollforward_url") if context[name]}

    assert set(addresses) == open_pages
    assert {client.get(address).status_code for address in addresses.values()} <= {200}
