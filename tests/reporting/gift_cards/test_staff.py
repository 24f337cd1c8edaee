import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from reporting.gift_cards.models import CardEstimate
from tests.colleagues import colleague
from tests.reporting.gift_cards.stage import CardShop, day

pytestmark = pytest.mark.django_db
WORDS = {"percentage": "92.5", "unclaimed_percentage": "0", "valid_from": "2025-01-01", "evidence": "Two years of history."}


@pytest.fixture
def stage():
    return CardShop()


def draft(client, stage, **words):
    client.force_login(stage.preparer)
    return client.post(reverse("staff:gift-card-estimate-draft"), WORDS | words)


def test_one_drafts_and_another_approves(client, stage):
    assert draft(client, stage).status_code == 302
    made = CardEstimate.objects.get()
    client.force_login(stage.approver)

    page = client.get(reverse("staff:gift-card-report"))
    client.post(page.context["estimates"]["drafts"][0]["url"])

    made.refresh_from_db()
    assert (made.state, made.approved_by, made.prepared_by) == ("approved", stage.approver.pk, stage.preparer.pk)
    assert "92.5%" in client.get(reverse("staff:gift-card-report")).content.decode()


@pytest.mark.parametrize("wrong", [{"percentage": "101"}, {"unclaimed_percentage": "-1"}, {"valid_from": "2024-01-01"}, {"evidence": ""}])
def test_what_cannot_be_is_refused(client, stage, wrong):
    assert draft(client, stage, **wrong).status_code == 422
    assert not CardEstimate.objects.exists()


def test_whoever_drafted_sees_no_button_and_cannot_approve(client, stage):
    draft(client, stage)
    made = CardEstimate.objects.get()

    page = client.get(reverse("staff:gift-card-report"))
    answer = client.post(reverse("staff:gift-card-estimate-approve", args=[made.pk]))

    assert [one["url"] for one in page.context["estimates"]["drafts"]] == [""]
    assert answer.status_code == 403
    made.refresh_from_db()
    assert made.state == "draft"


def test_an_estimate_that_is_in_force_is_not_approved_twice(client, stage):
    made = stage.estimate("90")
    client.force_login(colleague(Role.FINANCE_APPROVER))

    page = client.post(reverse("staff:gift-card-estimate-approve", args=[made.pk]), follow=True)

    assert "Only a draft can be approved" in page.content.decode()


def test_a_closed_month_shows_and_hands_over_how_the_liability_rolled_forward(client, stage):
    stage.sell(5_000, day(1))
    stage.close(1)
    client.force_login(stage.preparer)
    period = stage.period(1)

    page = client.get(reverse("staff:close-period", args=[period.pk]))
    file = client.get(reverse("staff:close-file", args=[period.pk, "gift-cards.csv"]))

    assert "Gift cards in this month" in page.content.decode()
    assert file.content.decode("utf-8-sig").splitlines() == [
        "programme,sold_in,opening,sold,paid,given_back,breakage,unclaimed,liability",
        "aldersgate,2025-01,0.00,50.00,0.00,0.00,0.00,0.00,50.00",
    ]
    assert client.get(reverse("staff:close-file", args=[period.pk, "pack.xlsx"])).status_code == 200
