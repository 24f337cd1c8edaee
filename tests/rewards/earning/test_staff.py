import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.earning.models import EarningRuleVersion
from tests.colleagues import colleague
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return open_shop().programme


def draft(client, programme, **changed):
    later = (clock.now() + dt.timedelta(days=3)).date().isoformat()
    given = {"points": 2, "step": "1.50", "basis": "gross", "except_categories": "Tobacco, Stamps ", "valid_from": later, "valid_to": ""}
    return client.post(reverse("staff:rule-draft", args=[programme.slug, "every-pound"]), {**given, **changed})


def test_rules_are_shown_in_words(client, programme):
    client.force_login(colleague(Role.AUDITOR))

    rules = client.get(reverse("staff:rules", args=[programme.slug])).context["rules"]

    assert [rule["name"] for rule in rules] == ["Every pound", "Fresh fruit"]
    assert rules[0]["versions"][0]["text"] == "1 point for every £1.00 paid in money. These do not count: Tobacco."
    assert rules[0]["versions"][0]["state_label"] == "in force"


def test_a_version_is_drafted_by_one_and_approved_by_another(client, programme):
    client.force_login(colleague(Role.MARKETING))
    draft(client, programme)
    version = EarningRuleVersion.objects.get(version=2)
    assert version.definition == {"points": 2, "step_minor": 150, "basis": "gross", "except_categories": ["Tobacco", "Stamps"]}

    client.force_login(colleague(Role.FINANCE_APPROVER))
    newest = client.get(reverse("staff:rules", args=[programme.slug])).context["rules"][0]["versions"][0]
    assert newest["text"] == "2 points for every £1.50 of the price. These do not count: Stamps, Tobacco."
    client.post(newest["approve_url"])

    version.refresh_from_db()
    assert version.approved_at is not None


def test_the_author_gets_no_button_and_no_approval(client, programme):
    client.force_login(colleague(Role.MARKETING, Role.FINANCE_APPROVER))
    draft(client, programme)
    version = EarningRuleVersion.objects.get(version=2)

    assert client.get(reverse("staff:rules", args=[programme.slug])).context["rules"][0]["versions"][0]["approve_url"] == ""
    client.post(reverse("staff:rule-approve", args=[programme.slug, version.pk]))

    version.refresh_from_db()
    assert version.approved_at is None


@pytest.mark.parametrize(
    "wrong", [{"points": 0}, {"step": "0.00"}, {"step": "1.234"}, {"step": "-1"}, {"basis": "all"}, {"valid_from": ""}]
)
def test_a_rule_that_makes_no_sense_is_refused(client, programme, wrong):
    client.force_login(colleague(Role.MARKETING))

    response = draft(client, programme, **wrong)

    assert response.status_code == 422
    assert not EarningRuleVersion.objects.filter(version=2).exists()
