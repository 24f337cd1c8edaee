"""Estimates on staff pages: one drafts, another approves, and the effect stands before both."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.valuation.models import Estimate
from reporting.estimates.pages import percentage_text
from reporting.estimates.queries import estimate_story
from tests.colleagues import colleague
from tests.reporting.closing import AT, january

pytestmark = pytest.mark.django_db
FIELDS = {"percentage": "80", "valid_from": "2025-01-01", "grant_month": "", "evidence": "Five years of comparable shops."}


@pytest.fixture
def month(stopped_clock):
    stopped_clock(AT)
    month = january()
    month.book.min_pool_size = 0
    month.book.save()
    month.value()
    return month


def text(answer):
    return answer.content.decode()


def drafted(client, month):
    client.force_login(month.preparer)
    client.post(reverse("staff:estimate-draft"), FIELDS)
    return Estimate.objects.get()


def test_a_draft_changes_nothing_and_shows_its_effect(client, month):
    estimate = drafted(client, month)

    page = text(client.get(reverse("staff:estimate", args=[estimate.pk])))
    [effect] = estimate_story(estimate.pk, AT).effect

    assert (estimate.state, estimate.prepared_by, estimate.percentage) == ("draft", month.preparer.pk, 80)
    # A x 100 / (0.8 x 419) is earned instead of A x 100 / 419
    assert effect.change_minor < 0
    assert "80.0% of all points" in page and "If January 2025 closed with it now" in page and "Five years of comparable shops." in page
    assert "Approve the estimate" not in page


def test_another_person_approves(client, month):
    estimate = drafted(client, month)
    client.force_login(month.approver)
    assert "Approve the estimate" in text(client.get(reverse("staff:estimate", args=[estimate.pk])))

    page = text(client.post(reverse("staff:estimate-approve", args=[estimate.pk]), follow=True))

    estimate.refresh_from_db()
    assert (estimate.state, estimate.approved_by) == ("approved", month.approver.pk)
    assert "The estimate is in force." in page and "Martin Okafor" in page
    listed = text(client.get(reverse("staff:estimates")))
    assert "80.0%" in listed and "Priya Raman" in listed and "In force" in listed


def test_who_drafted_cannot_approve(client, month):
    estimate = drafted(client, month)
    Estimate.objects.update(prepared_by=month.approver.pk)
    client.force_login(month.approver)

    answer = client.post(reverse("staff:estimate-approve", args=[estimate.pk]))

    estimate.refresh_from_db()
    assert (answer.status_code, estimate.state) == (403, "draft")
    assert "The estimate is as it was, and no figure changed." in text(answer)


@pytest.mark.parametrize("role, status", [(Role.AUDITOR, 403), (Role.FINANCE_APPROVER, 403), (Role.FINANCE_PREPARER, 200)])
def test_only_a_preparer_drafts(client, month, role, status):
    client.force_login(colleague(role))

    assert client.get(reverse("staff:estimate-draft")).status_code == status


@pytest.mark.parametrize(
    "change", [{"percentage": "101"}, {"percentage": "-1"}, {"evidence": ""}, {"valid_from": "2024-12-01"}, {"grant_month": "2020-01-01"}]
)
def test_a_draft_that_makes_no_sense_is_not_kept(client, month, change):
    client.force_login(month.preparer)

    answer = client.post(reverse("staff:estimate-draft"), FIELDS | change)

    assert (answer.status_code, Estimate.objects.count()) == (422, 0)


def test_an_estimate_that_is_not_there_is_a_page_not_found(client, month):
    client.force_login(month.approver)

    assert client.get(reverse("staff:estimate", args=[10**8])).status_code == 404
    assert client.post(reverse("staff:estimate-approve", args=[10**8])).status_code == 404


def test_the_list_asks_the_same_number_of_queries(client, month, django_assert_num_queries):
    drafted(client, month)
    client.get(reverse("staff:estimates"))
    with django_assert_num_queries(10):
        client.get(reverse("staff:estimates"))
    client.post(reverse("staff:estimate-draft"), FIELDS)

    with django_assert_num_queries(10):
        client.get(reverse("staff:estimates"))


@pytest.mark.parametrize(
    "percentage, words", [("80", "80.0%"), ("91.23450000000000000000", "91.2345%"), ("33.33333333333333333333", "33.3333%")]
)
def test_percentages_are_written_with_one_to_four_decimals(percentage, words):
    assert percentage_text(Decimal(percentage)) == words
