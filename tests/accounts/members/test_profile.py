import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.members import queries, services
from accounts.members.models import Consent, ConsentKind, MemberStatus
from accounts.outbox.models import OutboxEvent
from accounts.programmes.queries import programme_terms_on
from loyalty.kit.rows import InvalidFields
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, StoreFactory, UserFactory
from tests.accounts.witness import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory.create(email="ada@example.org", phone="05321234567")


def change(member, **changes):
    return services.update_member(member=member, changes=changes, at=AT)


def test_a_profile_changes_in_one_spelling_and_says_which_fields(member):
    changed = change(member, email="Grace@Example.org", given_name="Grace ", phone="", family_name=member.family_name)

    assert (changed.email, changed.given_name, changed.phone) == ("grace@example.org", "Grace", None)
    event = OutboxEvent.objects.get()
    assert (event.topic, event.payload) == ("member.updated", {"fields": ["email", "given_name", "phone"]})


def test_what_is_so_already_is_not_published(member):
    change(member, email="ADA@example.org")

    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("email", "Other@example.org"), ("phone", "0532 765 43 21")])
def test_an_identity_of_somebody_else_is_refused(member, field, value):
    MemberFactory.create(programme=member.programme, email="other@example.org", phone="05327654321")

    with refused(services.AlreadyMember, pointers=(f"/{field}",)):
        change(member, **{field: value}, given_name="Grace")


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("email", "nobody", InvalidFields),
        ("phone", "12", services.InvalidMember),
        ("birth_date", dt.date(2030, 1, 1), services.InvalidMember),
    ],
)
def test_a_wrong_field_is_refused(member, field, value, problem):
    with refused(problem, pointers=(f"/{field}",)):
        change(member, **{field: value})


def test_a_home_store_is_one_of_the_company(member):
    own = StoreFactory.create(entity=member.programme.legal_entity)

    assert change(member, home_store_id=own.pk).home_store == own
    for foreign in (StoreFactory.create().pk, 2**40):
        with refused(services.InvalidMember, pointers=("/home_store",)):
            change(member, home_store_id=foreign)


def test_a_membership_is_frozen_and_thawed_and_closed_for_good(member):
    for status in (MemberStatus.FROZEN, MemberStatus.ACTIVE, MemberStatus.ACTIVE, MemberStatus.CLOSED):
        services.change_member_status(member=member, status=status, at=AT)

    changes = [event.payload for event in OutboxEvent.objects.order_by("id")]
    assert changes == [{"from": "active", "to": "frozen"}, {"from": "frozen", "to": "active"}, {"from": "active", "to": "closed"}]
    with refused(services.StatusChangeNotAllowed):
        services.change_member_status(member=member, status=MemberStatus.ACTIVE, at=AT)
    with refused(services.MemberIsClosed):
        change(member, given_name="Grace")


def test_consents_are_a_history_without_repeats(member):
    terms = programme_terms_on(member.programme, AT.date(), "en")
    for granted in (True, True, False):
        services.record_consent(member=member, kind=ConsentKind.EMAIL, granted=granted, at=AT)
    services.record_consent(member=member, kind=ConsentKind.TERMS, granted=True, at=AT, terms=terms)

    assert member.consents.count() == 3
    assert {kind: consent.granted for kind, consent in queries.consents_now(member).items()} == {"email": False, "terms": True}


def test_consent_to_terms_names_them(member):
    with pytest.raises(IntegrityError, match="consent_to_terms_names_the_version"), transaction.atomic():
        services.record_consent(member=member, kind=ConsentKind.TERMS, granted=True, at=AT)


def test_the_database_keeps_consents_as_they_are(member):
    services.record_consent(member=member, kind=ConsentKind.SMS, granted=True, at=AT)

    for attempt in (lambda: Consent.objects.update(granted=False), lambda: Consent.objects.all().delete()):
        with pytest.raises(IntegrityError, match="row is history"), transaction.atomic():
            attempt()


def test_members_are_found_by_any_identity_in_their_programme_only(member):
    elsewhere = ProgrammeFactory.create()
    ways = [{"member_id": member.pk}, {"email": "Ada@example.org"}, {"phone": "0532-123-4567"}, {"card": member.grouped_number}]

    for way in ways:
        assert queries.find_member(member.programme, **way) == member
        with refused(queries.MemberNotFound):
            queries.find_member(elsewhere, **way)


def test_an_unreadable_phone_finds_nobody_without_a_phone(member):
    MemberFactory.create(programme=member.programme)

    with refused(queries.MemberNotFound):
        queries.find_member(member.programme, phone="12")


@pytest.mark.parametrize("text", ["ada@EXAMPLE.org", "0532 123 45 67", "LOVE ada", "lov", "ada", "shop-7"])
def test_the_till_finds_members_by_whatever_is_typed(member, text):
    found = MemberFactory.create(
        programme=member.programme, given_name="Ada", family_name="Lovelace", external_id="shop-7", phone="05329999999"
    )
    names = {member.pk: "first", found.pk: "second"}

    hits = {names[hit.pk] for hit in queries.search_members(member.programme, text)}

    expected = {"LOVE ada": {"second"}, "lov": {"second"}, "shop-7": {"second"}, "ada": {"first", "second"}}
    assert hits == expected.get(text, {"first"})


@pytest.mark.parametrize("text", ["", "  ", "zz", "999", "%"])
def test_the_till_finds_nobody_for_nothing(member, text):
    assert queries.search_members(member.programme, text) == []


def test_a_login_sees_its_memberships_by_programme():
    user = UserFactory.create()
    later = MemberFactory.create(user=user, programme=ProgrammeFactory.create(name="Z"))
    first = MemberFactory.create(user=user, programme=ProgrammeFactory.create(name="A"))

    assert list(queries.memberships_of(user)) == [first, later]
    assert queries.membership_of(user, first.programme) == first
