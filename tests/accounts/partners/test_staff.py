import pytest
from django.urls import reverse

from accounts.entities.models import LegalEntity
from accounts.partners.domain import Scope
from accounts.partners.models import Partner, PartnerKey
from accounts.partners.services import KeyNotValid, authenticate_key, forget_keys
from accounts.partners.staff import scope_words
from accounts.staff.roles import Role
from loyalty.kit import clock
from tests.accounts.factories import LegalEntityFactory, PartnerFactory, PartnerKeyFactory, ProgrammeFactory
from tests.colleagues import colleague

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful():
    forget_keys()
    yield
    forget_keys()


@pytest.fixture
def administrator(client):
    client.force_login(colleague(Role.ADMINISTRATOR))
    return client


@pytest.fixture
def partner():
    return PartnerFactory.create(legal_entity=ProgrammeFactory.create().legal_entity)


def test_every_right_has_words_so_that_it_can_be_given():
    assert set(scope_words()) == set(Scope)


def key_on(page):
    return page.context["raw"]


def test_a_new_partner_leads_to_its_first_key(administrator, partner):
    response = administrator.post(reverse("staff:partner-new"), {"name": "Web shop", "legal_entity": partner.legal_entity_id})

    assert response["Location"] == reverse("staff:partner-key", args=[Partner.objects.get(name="Web shop").pk])


def company_said(**more):
    facts = {"name": "Harbour Hotels", "slug": "harbour-hotels", "country": "TR", "currency": "eur", "time_zone": "Europe/Istanbul"}
    return facts | {"books_from": "2026-01-01", "profile": "overlay"} | more


def test_another_company_of_the_group_is_opened_with_its_book_and_takes_part_as_a_partner(administrator, partner):
    listed = administrator.post(reverse("staff:company-new"), company_said(), follow=True)
    hotels = LegalEntity.objects.get(slug="harbour-hotels")
    administrator.post(
        reverse("staff:partner-new"), {"name": "Hotels", "legal_entity": partner.legal_entity_id, "group_company": hotels.pk}
    )

    assert "Harbour Hotels" in listed.content.decode()
    assert hotels.book.currency == "EUR"
    assert Partner.objects.get(name="Hotels").group_company == hotels
    assert "company of the group: Harbour Hotels" in administrator.get(reverse("staff:partners")).content.decode()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"currency": "E1"}, "three letters"),
        ({"country": "Turkey"}, "at most 2 characters"),
        ({"time_zone": "Mars"}, "is not a time zone"),
        ({"slug": "A b"}, "valid"),
        ({"books_from": "soon"}, "valid date"),
        ({"books_from": "0001-01-01"}, "greater than or equal to"),
        ({"books_from": "9999-12-31"}, "less than or equal to"),
    ],
)
def test_a_company_that_is_not_whole_is_refused(administrator, partner, said, complaint):
    answer = administrator.post(reverse("staff:company-new"), company_said(**said))

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert LegalEntity.objects.count() == 1


def test_the_name_of_a_book_that_a_renamed_company_keeps_is_refused(administrator, partner):
    administrator.post(reverse("staff:company-new"), company_said())
    LegalEntity.objects.filter(slug="harbour-hotels").update(name="Harbour Group", slug="harbour-group")

    answer = administrator.post(reverse("staff:company-new"), company_said())

    assert answer.status_code == 422
    assert "Another company has this name." in answer.content.decode()


def test_a_company_takes_part_once_not_with_itself_and_in_one_currency(administrator, partner):
    own, dollars = partner.legal_entity, LegalEntityFactory.create(currency="USD")
    group = LegalEntityFactory.create()

    def named(name, company):
        said = {"name": name, "legal_entity": own.pk, "group_company": company.pk}
        return administrator.post(reverse("staff:partner-new"), said)

    assert named("First", group).status_code == 302
    for name, company, complaint in (
        ("Second", group, "takes part already"),
        ("Own", own, "own partner"),
        ("Dollar", dollars, "same currency"),
    ):
        answer = named(name, company)
        assert answer.status_code == 422
        assert complaint in answer.content.decode()
    assert set(Partner.objects.values_list("name", flat=True)) == {partner.name, "First"}


def test_a_name_that_is_taken_is_refused(administrator, partner):
    response = administrator.post(reverse("staff:partner-new"), {"name": partner.name, "legal_entity": partner.legal_entity_id})

    assert response.status_code == 422
    assert Partner.objects.count() == 1


def test_a_key_is_shown_once_and_works(administrator, partner):
    programme = partner.legal_entity.programmes.get()
    given = {"name": "Tills", "programmes": [programme.pk], "scopes": ["members:read"], "expires_on": ""}

    once = administrator.post(reverse("staff:partner-key", args=[partner.pk]), given)

    raw = key_on(once)
    assert raw in once.content.decode()
    assert "no-store" in once["Cache-Control"]
    assert authenticate_key(raw, clock.now()).programme_ids == {programme.pk}
    assert raw not in administrator.get(reverse("staff:partner", args=[partner.pk])).content.decode()


def test_a_key_needs_something_that_it_may_do(administrator, partner):
    response = administrator.post(reverse("staff:partner-key", args=[partner.pk]), {"name": "Tills", "scopes": [], "programmes": []})

    assert response.status_code == 422
    assert PartnerKey.objects.count() == 0


def test_programmes_of_other_companies_cannot_be_chosen(administrator, partner):
    foreign = ProgrammeFactory.create()
    given = {"name": "Tills", "programmes": [foreign.pk], "scopes": ["members:read"]}

    response = administrator.post(reverse("staff:partner-key", args=[partner.pk]), given)

    assert response.status_code == 422
    assert PartnerKey.objects.count() == 0


def test_a_key_is_replaced_while_the_old_one_still_works_for_a_day(administrator, partner):
    old = PartnerKeyFactory.create(partner=partner)

    once = administrator.post(reverse("staff:partner-key-rotate", args=[partner.pk, old.pk]))

    now = clock.now()
    assert authenticate_key(key_on(once), now).scopes == authenticate_key(old.raw, now).scopes
    old.refresh_from_db()
    assert 23 < (old.expiry_date - now).total_seconds() / 3_600 <= 24


def test_a_key_is_revoked_after_a_question(administrator, partner):
    key = PartnerKeyFactory.create(partner=partner)
    address = reverse("staff:partner-key-revoke", args=[partner.pk, key.pk])

    asked = administrator.get(address)
    assert asked.status_code == 200
    authenticate_key(key.raw, clock.now())

    administrator.post(address)
    with pytest.raises(KeyNotValid):
        authenticate_key(key.raw, clock.now())


def test_a_key_of_another_partner_is_not_found(administrator, partner):
    foreign = PartnerKeyFactory.create()

    response = administrator.post(reverse("staff:partner-key-revoke", args=[partner.pk, foreign.pk]))

    assert response.status_code == 404
    assert not PartnerKey.objects.get(pk=foreign.pk).revoked
