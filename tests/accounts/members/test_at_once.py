import datetime as dt

import pytest

from accounts.members import services
from accounts.members.models import ClaimCode, Consent, ConsentKind, Member
from accounts.members.services import Enrolment
from accounts.members.services.enrolment import _Enrolling
from accounts.outbox.models import OutboxEvent
from ledger.points.models import PointsAccount
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory, give


def test_ten_copies_of_one_enrolment_make_one_member(committed_db):
    programme = ProgrammeFactory.create()
    enrolment = Enrolment(external_id="h1", email="ada@example.org", phone="05321234567")

    members = at_once(*[lambda: services.enrol_member(programme=programme, enrolment=enrolment, at=AT)] * 10)

    assert {member.pk for member in members} == {Member.objects.get().pk}
    assert PointsAccount.objects.count() == OutboxEvent.objects.count() == 1


@pytest.mark.parametrize("look_name", ["_taken", "_known"])
def test_a_copy_that_is_enrolled_between_two_looks_is_a_repeat(committed_db, monkeypatch, look_name):
    programme = ProgrammeFactory.create()
    enrolment = Enrolment(external_id="h1", email="ada@example.org", phone="05321234567")
    look, others = getattr(_Enrolling, look_name), []

    def look_late(enrolling, said):
        found = look(enrolling, said)
        if not others:
            others.append(None)
            others[:] = at_once(lambda: services.enrol_member(programme=programme, enrolment=enrolment, at=AT))
        return found

    monkeypatch.setattr(_Enrolling, look_name, look_late)

    member = services.enrol_member(programme=programme, enrolment=enrolment, at=AT)

    assert [member.pk] == [other.pk for other in others]
    assert Member.objects.count() == PointsAccount.objects.count() == OutboxEvent.objects.count() == 1


def test_two_members_at_once_do_not_share_an_address(committed_db):
    programme = ProgrammeFactory.create()

    def enrol(external_id):
        return lambda: services.enrol_member(programme=programme, enrolment=Enrolment(external_id=external_id, email="a@x.org"), at=AT)

    answers = at_once(*[enrol(str(n)) for n in range(6)])

    assert sum(isinstance(answer, services.AlreadyMember) for answer in answers) == 5
    assert Member.objects.count() == PointsAccount.objects.count() == 1


def test_two_files_at_once_enrol_everybody_once(committed_db):
    programme = ProgrammeFactory.create()
    files = [[Enrolment(external_id=str(n)) for n in numbers] for numbers in (range(100), range(50, 150), range(149, -1, -1))]

    answers = at_once(*[lambda rows=rows: services.enrol_members(programme=programme, enrolments=rows, at=AT) for rows in files])

    assert [len(answer) for answer in answers] == [100, 100, 150]
    assert Member.objects.count() == PointsAccount.objects.count() == OutboxEvent.objects.count() == 150


def test_two_profiles_at_once_do_not_take_the_same_phone(committed_db):
    one = MemberFactory.create()
    other = MemberFactory.create(programme=one.programme)

    answers = at_once(
        *[lambda member=member: services.update_member(member=member, changes={"phone": "05321234567"}, at=AT) for member in (one, other)]
    )

    assert sum(isinstance(answer, services.AlreadyMember) for answer in answers) == 1
    assert Member.objects.filter(phone="+905321234567").count() == OutboxEvent.objects.count() == 1


def test_one_code_links_one_of_many_logins(committed_db):
    member = MemberFactory.create()
    code = services.issue_claim_code(member=member, at=AT)
    users = UserFactory.create_batch(4)

    answers = at_once(
        *[
            lambda user=user: services.claim_card(programme=member.programme, user=user, card=member.number, code=code, at=AT)
            for user in users
        ]
    )

    assert sum(isinstance(answer, Member) for answer in answers) == 1
    assert sum(isinstance(answer, services.ClaimCodeWrong) for answer in answers) == 3


def test_every_wrong_guess_counts_also_at_once(committed_db):
    member, user = MemberFactory.create(), UserFactory.create()
    code = services.issue_claim_code(member=member, at=AT)
    guesses = [f"{(int(code) + n) % 10**8:08d}" for n in range(1, 9)]

    at_once(
        *[
            lambda guess=guess: services.claim_card(programme=member.programme, user=user, card=member.number, code=guess, at=AT)
            for guess in guesses
        ]
    )

    assert ClaimCode.objects.get().attempts == 5


def test_one_change_of_mind_is_written_once(committed_db):
    member = MemberFactory.create()

    at_once(*[lambda: services.record_consent(member=member, kind=ConsentKind.EMAIL, granted=True, at=AT)] * 5)

    assert Consent.objects.count() == 1


def test_two_runs_of_the_notices_tell_each_member_once(committed_db):
    programme = ProgrammeFactory.create()
    for n in range(3):
        give(MemberFactory.create(programme=programme, email=f"m{n}@x.org"), 100, dt.date(2026, 2, 1))

    at_once(*[lambda: services.announce_expiring_points(programme=programme, at=AT)] * 3)

    assert OutboxEvent.objects.filter(topic="points.expiring").count() == 3
