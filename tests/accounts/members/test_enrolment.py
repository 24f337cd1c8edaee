import datetime as dt

import pytest

from accounts.members import services
from accounts.members.models import Member, MemberStatus
from accounts.members.services import Enrolment
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import ProgrammeState
from accounts.programmes.services import Terms, Words, change_programme_state, open_currency
from ledger.points.models import Balance, PointsAccount
from loyalty.kit.rows import InvalidFields
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, StoreFactory
from tests.accounts.witness import refused

pytestmark = pytest.mark.django_db
CARD = "6011000990139424"


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


def enrol(programme, **facts):
    return services.enrol_member(programme=programme, enrolment=Enrolment(**facts), at=AT)


def test_a_new_member_has_a_card_and_an_empty_wallet_for_each_currency(programme):
    open_currency(programme=programme, words=Words(code="stamps"), terms=Terms(), valid_from=dt.date(2025, 1, 1), at=AT)

    member = enrol(programme, given_name=" Ada ", email="Ada@Example.org", phone="0532 123 45 67", attributes={"vip": True})

    stored = Member.objects.get(pk=member.pk)
    assert (stored.given_name, stored.email, stored.phone, stored.external_id) == ("Ada", "ada@example.org", "+905321234567", None)
    assert (stored.status, stored.joined_at, stored.locale, stored.attributes) == (MemberStatus.ACTIVE, AT, "en", {"vip": True})
    assert (len(stored.number), stored.points_account.programme, stored.points_account.opened_at) == (16, programme.pk, AT)
    assert list(Balance.objects.filter(points_account=stored.points_account).values_list("available", flat=True)) == [0, 0]


def test_enrolment_is_announced_once(programme):
    member = enrol(programme, external_id="h1")
    enrol(programme, external_id="h1")

    event = OutboxEvent.objects.get()
    assert (event.topic, event.member_id, event.programme_id, event.due_at) == ("member.enrolled", member.pk, programme.pk, AT)


def test_the_same_facts_again_return_the_same_member(programme):
    first = enrol(programme, external_id=" h1", phone="0532 123 45 67")

    again = services.enrol_member(
        programme=programme, enrolment=Enrolment(external_id="h1", phone="+905321234567"), at=AT + dt.timedelta(days=9)
    )

    assert again == first
    assert PointsAccount.objects.count() == Member.objects.count() == 1


def test_a_changed_profile_does_not_make_a_repeat_a_conflict(programme):
    first = enrol(programme, external_id="h1", given_name="Ada")
    services.update_member(member=first, changes={"given_name": "Augusta"}, at=AT)

    assert enrol(programme, external_id="h1", given_name="Ada") == first


def test_other_facts_under_the_same_external_id_are_refused(programme):
    enrol(programme, external_id="h1", given_name="Ada")

    with refused(services.ExternalIdConflict):
        enrol(programme, external_id="h1", given_name="Grace")


@pytest.mark.parametrize(
    ("field", "value"), [("email", "ADA@example.org"), ("phone", "+90 532 123 45 67"), ("card", "6011 0009 9013 9424")]
)
def test_an_identity_belongs_to_one_member_of_a_programme(programme, field, value):
    enrol(programme, email="ada@example.org", phone="05321234567", card=CARD)
    enrol(ProgrammeFactory.create(), **{field: value})

    with refused(services.AlreadyMember, pointers=(f"/{field}",)):
        enrol(programme, external_id="h2", **{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "123"),
        ("card", "6011000990139425"),
        ("birth_date", dt.date(2026, 1, 16)),
        ("birth_date", dt.date(1899, 12, 31)),
        ("locale", "xx"),
        ("external_id", "a\u200bb"),
    ],
)
def test_a_fact_that_cannot_be_right_is_refused(programme, field, value):
    with refused(services.InvalidMember, pointers=(f"/{field}",)):
        enrol(programme, **{field: value})


@pytest.mark.parametrize(("field", "value"), [("email", "not an address"), ("given_name", "x" * 101), ("external_id", "x" * 101)])
def test_a_fact_that_cannot_be_stored_is_refused(programme, field, value):
    with refused(InvalidFields, pointers=(f"/{field}",)):
        enrol(programme, **{field: value})


def test_the_birthday_may_be_today_where_the_programme_is(programme):
    late = dt.datetime(2026, 1, 15, 22, 0, tzinfo=dt.UTC)

    services.enrol_member(programme=programme, enrolment=Enrolment(birth_date=dt.date(2026, 1, 16)), at=late)


def test_a_store_of_another_company_is_no_home_store(programme):
    own, foreign = StoreFactory.create(entity=programme.legal_entity), StoreFactory.create()

    assert enrol(programme, home_store_id=own.pk).home_store == own
    with refused(services.InvalidMember, pointers=("/home_store",)):
        enrol(programme, home_store_id=foreign.pk)


@pytest.mark.parametrize("state", [ProgrammeState.PAUSED, ProgrammeState.CLOSED])
def test_a_programme_that_is_not_open_takes_nobody(programme, state):
    paused = change_programme_state(programme=programme, state=state)

    with refused(services.ProgrammeNotOpen):
        enrol(paused, external_id="h1")


def test_thousands_are_enrolled_with_a_constant_number_of_statements(programme, django_assert_max_num_queries):
    old = enrol(programme, external_id="3")
    many = [Enrolment(external_id=str(n), email=f"h{n}@example.org" if n != 3 else "") for n in range(1_000)]

    with django_assert_max_num_queries(20):
        members = services.enrol_members(programme=programme, enrolments=many, at=AT)

    assert [member.external_id for member in members] == [str(n) for n in range(1_000)]
    assert members[3] == old
    assert Member.objects.count() == PointsAccount.objects.count() == OutboxEvent.objects.count() == 1_000


def test_a_quiet_file_announces_nobody(programme):
    services.enrol_members(programme=programme, enrolments=[Enrolment(external_id="1")], at=AT, announce=False)

    assert not OutboxEvent.objects.exists()


def test_a_file_may_say_when_members_joined(programme):
    joined = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)

    (member,) = services.enrol_members(programme=programme, enrolments=[Enrolment(joined_at=joined)], at=AT)

    assert member.joined_at == joined


def test_the_same_row_twice_in_a_file_is_one_member(programme):
    one, same = services.enrol_members(programme=programme, enrolments=[Enrolment(external_id="1"), Enrolment(external_id="1")], at=AT)

    assert one == same
    assert Member.objects.count() == 1


@pytest.mark.parametrize(
    ("rows", "problem", "pointers"),
    [
        ([{"external_id": "1"}, {"external_id": "1", "given_name": "Ada"}], services.ExternalIdConflict, ()),
        ([{"external_id": "1"}, {"email": "a@x.org"}, {"email": "A@x.org"}], services.AlreadyMember, ("/items/1/email", "/items/2/email")),
        ([{"external_id": "1"}, {"phone": "1"}], services.InvalidMember, ("/items/1/phone",)),
        ([{"external_id": "old"}, {"email": "no address"}], InvalidFields, ("/items/1/email",)),
    ],
)
def test_a_file_with_one_wrong_row_enrols_nobody(programme, rows, problem, pointers):
    enrol(programme, external_id="old")

    with refused(problem, pointers=pointers):
        services.enrol_members(programme=programme, enrolments=[Enrolment(**row) for row in rows], at=AT)


def test_members_are_called_by_name_never_by_id(programme, django_assert_num_queries):
    named, mailed, bare = MemberFactory.create(), enrol(programme, email="a@x.org"), enrol(programme, card=CARD)

    with django_assert_num_queries(0):
        assert [str(named)[:3], str(mailed), str(bare)] == ["Ada", "a@x.org", "6011 0009 9013 9424"]
