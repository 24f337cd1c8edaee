import datetime as dt

import pytest
from django.urls import reverse

from accounts.programmes.models import CurrencyTerms, Programme, ProgrammeState
from accounts.programmes.pages import sentence_of
from accounts.programmes.queries import currency_of
from accounts.staff.roles import Role
from loyalty.kit import clock
from tests.accounts.factories import ProgrammeFactory
from tests.colleagues import colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


def tomorrow():
    return (clock.now() + dt.timedelta(days=2)).date()


def draft(client, programme, **changed):
    given = {"valid_from": tomorrow().isoformat(), "expiry_months": 24, "pending_days": 14, "point_value_minor": "2", **changed}
    return client.post(reverse("staff:terms-draft", args=[programme.slug, currency_of(programme).code]), given)


def test_terms_are_drafted_by_one_and_approved_by_another(client, programme):
    client.force_login(colleague(Role.MARKETING))
    draft(client, programme)
    terms = CurrencyTerms.objects.get(version=2)
    assert terms.approved_at is None

    client.force_login(colleague(Role.FINANCE_APPROVER))
    page = client.get(reverse("staff:programme", args=[programme.slug]))
    newest = page.context["currencies"][0]["versions"][0]
    assert (newest["state_label"], bool(newest["approve_url"])) == ("waits for approval", True)
    client.post(newest["approve_url"])

    terms.refresh_from_db()
    assert terms.approved_at is not None
    assert sentence_of(terms, programme) == "Points lapse 24 months after earning. They can be spent after 14 days. 100 are worth €2.00."


def test_who_wrote_the_draft_cannot_approve_it(client, programme):
    both = colleague(Role.MARKETING, Role.FINANCE_APPROVER)
    client.force_login(both)
    draft(client, programme)
    terms = CurrencyTerms.objects.get(version=2)

    page = client.get(reverse("staff:programme", args=[programme.slug]))
    assert page.context["currencies"][0]["versions"][0]["approve_url"] == ""
    client.post(reverse("staff:terms-approve", args=[programme.slug, terms.pk]))

    terms.refresh_from_db()
    assert terms.approved_at is None


def test_terms_of_another_programme_are_left_alone(client, programme):
    other = ProgrammeFactory.create()
    client.force_login(colleague(Role.MARKETING))
    draft(client, other)
    client.force_login(colleague(Role.FINANCE_APPROVER))

    client.post(reverse("staff:terms-approve", args=[programme.slug, CurrencyTerms.objects.get(version=2).pk]))

    assert CurrencyTerms.objects.get(version=2).approved_at is None


def test_a_programme_is_paused_and_set_live_again(client, programme):
    client.force_login(colleague(Role.ADMINISTRATOR))
    address = reverse("staff:programme-state", args=[programme.slug])

    client.post(address, {"state": "paused"})
    assert Programme.objects.get(pk=programme.pk).state == ProgrammeState.PAUSED

    assert client.post(address, {"state": "closed"}).status_code == 422
    client.post(address, {"state": "live"})
    assert Programme.objects.get(pk=programme.pk).state == ProgrammeState.LIVE


def test_a_text_is_published_in_the_languages_that_were_written(client, programme):
    client.force_login(colleague(Role.ADMINISTRATOR))
    address = reverse("staff:programme-texts", args=[programme.slug])

    assert client.post(address, {"effective_on": tomorrow().isoformat(), "en": "", "tr": ""}).status_code == 422
    client.post(address, {"effective_on": tomorrow().isoformat(), "en": "New words", "tr": ""})

    assert list(programme.terms.filter(version=2).values_list("locale", "text")) == [("en", "New words")]


def test_one_programme_is_opened_at_once_and_several_are_listed(client, programme):
    client.force_login(colleague(Role.AUDITOR))

    assert client.get(reverse("staff:programmes"))["Location"] == reverse("staff:programme", args=[programme.slug])
    ProgrammeFactory.create()
    assert len(client.get(reverse("staff:programmes")).context["cards"]) == 2
