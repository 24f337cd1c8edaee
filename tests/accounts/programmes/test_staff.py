import datetime as dt
from decimal import Decimal

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
    given = {
        "valid_from": tomorrow().isoformat(),
        "expiry_kind": "months",
        "expiry_number": 24,
        "pending_days": 14,
        "point_value_minor": "2",
        "tender_step_units": 50,
        **changed,
    }
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
    assert (
        sentence_of(terms, programme)
        == "Points lapse 24 months after earning. They can be spent after 14 days. 100 are worth €2.00. They pay in steps of 50."
    )


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


def test_terms_of_a_currency_with_decimals_are_written_in_whole_points(client):
    stars = currency_of(ProgrammeFactory.create(unit_policies={"scale": 3}))
    client.force_login(colleague(Role.MARKETING))

    refused = draft(client, stars.programme, point_value_minor="0.0001", tender_step_units="0.5")
    answer = draft(client, stars.programme, point_value_minor="3", tender_step_units="0.5")
    page = client.get(reverse("staff:terms-draft", args=[stars.programme.slug, stars.code]))

    terms = stars.terms.get(version=2)
    assert (refused.status_code, answer.status_code) == (422, 302)
    assert (terms.point_value_minor, terms.tender_step_units) == (Decimal("0.003"), 500)
    assert page.context["form"].initial["point_value_minor"] == "3"
    assert page.context["form"].initial["tender_step_units"] == Decimal("0.500")
    assert "100 are worth €3.00" in client.get(reverse("staff:programme", args=[stars.programme.slug])).content.decode()


def test_one_programme_is_opened_at_once_and_several_are_listed(client, programme):
    client.force_login(colleague(Role.AUDITOR))

    assert client.get(reverse("staff:programmes"))["Location"] == reverse("staff:programme", args=[programme.slug])
    ProgrammeFactory.create()
    assert len(client.get(reverse("staff:programmes")).context["cards"]) == 2


NEW = {
    "code": "stars", "kind": "qualifying", "singular": "star", "plural": "stars", "turkish": "yıldız", "consumption_order": 1,
    "arrears_policy": 2, "expiry_kind": "none", "pending_days": 0, "point_value_minor": "0", "tender_step_units": 1,
}  # fmt: skip


def test_a_currency_is_added_by_one_and_its_terms_approved_by_another(client, programme):
    client.force_login(colleague(Role.MARKETING))
    address = reverse("staff:currency-new", args=[programme.slug])

    assert client.get(address).status_code == 200
    answer = client.post(address, {**NEW, "valid_from": tomorrow().isoformat()})

    stars = currency_of(programme, "stars")
    assert answer.status_code == 302
    assert (stars.kind, stars.unit.is_valued, stars.word(2, "tr"), stars.terms.get().approved_at) == ("qualifying", False, "yıldız", None)


def test_terms_that_the_kind_forbids_are_shown_at_their_field(client, programme):
    client.force_login(colleague(Role.MARKETING))

    answer = client.post(
        reverse("staff:currency-new", args=[programme.slug]), {**NEW, "valid_from": tomorrow().isoformat(), "point_value_minor": "1"}
    )

    assert answer.status_code == 422
    assert "can never be spent" in answer.content.decode()
    assert programme.currencies.count() == 1


def test_sliding_ends_and_ends_of_tiers_are_told_in_words(client, programme):
    client.force_login(colleague(Role.MARKETING))

    draft(client, programme, slide_kind="end_of_month", slide_number=6, slide_by="any", never_tiers="gold", expiry_kind="end_of_year")

    terms = CurrencyTerms.objects.get(version=2)
    assert terms.tier_expiry == {"gold": {"kind": "none", "number": 0}}
    assert sentence_of(terms, programme).startswith(
        "Points lapse at the end of month 6 after points were last earned or spent. At the latest: Points lapse at the end of the 24th year"
        " after earning. gold: Points never lapse."
    )
    form = client.get(reverse("staff:terms-draft", args=[programme.slug, currency_of(programme).code])).context["form"]
    assert (form.initial["slide_number"], form.initial["never_tiers"]) == (6, "gold")
