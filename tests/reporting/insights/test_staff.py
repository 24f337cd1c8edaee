import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.services import report_store_days
from rewards.purchases.models import Purchase
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    tell_a_year(shop, shop.member())
    return shop


def test_the_home_shows_figures_charts_and_how_they_are_counted(auditor, shop):
    page = auditor.get(reverse("staff:home"), {"time": "2026-02"}).content.decode()

    assert "Repeat rate" in page
    assert 'class="chart"' in page
    assert "Show figures" in page
    assert "who bought on two different days or more." in page


def test_htmx_gets_the_figures_alone(auditor, shop):
    response = auditor.get(reverse("staff:home"), headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert response["Vary"].startswith("HX-Request")


def test_what_nobody_knows_narrows_nothing(auditor, shop):
    names = ("store", "channel", "tier", "list", "cohort", "against")
    response = auditor.get(reverse("staff:home"), dict.fromkeys(names, "x") | {"time": "2026-13"})

    assert response.status_code == 200
    assert response.context["about"] == ""
    assert response.context["shown"].stretch.months == 12


def cards(response):
    return {card["label"]: card for row in response.context["rows"] for card in row}


def test_shares_are_rounded_half_up_with_one_decimal(auditor, shop):
    shown = cards(auditor.get(reverse("staff:home"), {"time": "2026-02"}))

    assert shown["Repeat rate"]["value"] == "0.0%"
    assert shown["Paid with points"]["value"] == "5.6%"  # 100 of 1,770 pence
    assert shown["Sales to members"]["hint"] == "\N{MINUS SIGN}95.3%, was £379.20"  # 17.70 after 379.20


def test_a_month_is_held_against_the_same_one_a_year_before(auditor, shop):
    response = auditor.get(reverse("staff:home"), {"time": "2026-02", "against": "year"})

    assert response.context["then"] == "February 2025"


def test_the_share_says_on_what_it_stands(auditor, shop):
    before = cards(auditor.get(reverse("staff:home")))["Members' share of all sales"]
    day = Purchase.objects.latest("business_on").business_on
    report_store_days(programme=shop.programme, reports=[StoreDayFacts(shop.market.code, day, 100_000, 9)], source="partner:1", at=NOW)

    after = cards(auditor.get(reverse("staff:home")))["Members' share of all sales"]

    assert (before["value"], before["hint"]) == ("–", "no store has reported a day of this time")
    assert after["value"] != "–"
    assert after["url"] == reverse("staff:store-days")


def test_figures_of_the_books_are_for_those_who_see_them(client, shop):
    client.force_login(colleague(Role.MARKETING))
    plain = client.get(reverse("staff:home"))
    client.force_login(colleague(Role.AUDITOR))

    whole = client.get(reverse("staff:home"))

    assert {"Contract liability", "Cost of 100 points"} & cards(plain).keys() == set()
    assert {"Contract liability", "Cost of 100 points"} <= cards(whole).keys()
    assert "Contract liability" not in plain.content.decode()


def test_links_carry_the_filters_of_the_page(auditor, shop):
    shown = cards(auditor.get(reverse("staff:home"), {"time": "2026-02", "store": str(shop.market.pk)}))

    rows = auditor.get(shown["Sales to members"]["url"]).context["rows"]

    assert {row[5] for row in rows} == {"Aldersgate Market"}
    bought = Purchase.objects.filter(store=shop.market, business_on__range=("2026-02-01", "2026-02-28"))
    assert len(rows) == bought.count() > 0


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
        (Role.FINANCE_APPROVER, {"rollforward"}),
        (Role.ADMINISTRATOR, {"members", "purchases"}),
        (Role.AUDITOR, {"members", "purchases", "rollforward"}),
    ],
)
def test_figures_lead_only_where_the_colleague_may_go(client, shop, role, open_pages):
    client.force_login(colleague(role))

    addresses = {card["url"].partition("?")[0] for card in cards(client.get(reverse("staff:home"))).values() if card["url"]}

    for_all = {reverse("staff:store-days"), reverse("staff:ending-points")}
    assert addresses <= for_all | {reverse(f"staff:{name}") for name in open_pages}
    assert {client.get(address).status_code for address in addresses} == {200}
