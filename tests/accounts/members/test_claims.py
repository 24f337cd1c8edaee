import datetime as dt

import pytest
from allauth.account.models import EmailAddress

from accounts.members import services
from accounts.members.models import ClaimCode, MemberStatus
from accounts.members.services import Enrolment
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import JoinPolicy
from accounts.programmes.queries import programme_terms_on
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory
from tests.accounts.witness import refused

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def member():
    return MemberFactory.create(email="ada@example.org")


@pytest.fixture
def user():
    return UserFactory.create()


def claim(member, user, code, at=AT):
    return services.claim_card(programme=member.programme, user=user, card=member.number, code=code, at=at)


def verified(user, email=None):
    EmailAddress.objects.create(user=user, email=email or user.email, verified=True, primary=email is None)
    return user


def wrong(code):
    return f"{(int(code) + 1) % 10**8:08d}"


def test_the_right_code_links_card_and_login(member, user):
    code = services.issue_claim_code(member=member, at=AT)

    assert claim(member, user, f" {code} ").user == user
    assert ClaimCode.objects.get().used_at == AT
    assert claim(member, user, "anything") == member, "the same login again returns its member"


def test_a_requested_code_is_mailed_by_the_outbox_and_stored_nowhere(member, user):
    services.request_claim_code(programme=member.programme, card=member.grouped_number, at=AT)

    event, code = OutboxEvent.objects.get(), ClaimCode.objects.get()
    assert (event.topic, event.member_id, event.payload) == ("member.claim_code_requested", member.pk, {"claim_code": str(code.pk)})
    readable = services.readable_code(code)
    assert readable.encode() not in bytes(code.code_hash)
    assert claim(member, user, readable).user == user


@pytest.mark.parametrize("facts", [{"email": "", "card": "6011000990139424"}, {"email": "b@example.org", "user": True}])
def test_nothing_is_mailed_where_nothing_may_be_claimed(facts):
    user = UserFactory.create() if facts.pop("user", None) else None
    member = MemberFactory.create(user=user, **facts)

    services.request_claim_code(programme=member.programme, card=member.number, at=AT)
    services.request_claim_code(programme=member.programme, card="0000000000000000", at=AT)

    assert not OutboxEvent.objects.exists()
    assert not ClaimCode.objects.exists()


def test_five_codes_a_day_are_enough(member):
    for _ in range(6):
        services.request_claim_code(programme=member.programme, card=member.number, at=AT)

    assert ClaimCode.objects.count() == OutboxEvent.objects.count() == 5
    with refused(services.TooManyClaimCodes):
        services.issue_claim_code(member=member, at=AT)
    services.issue_claim_code(member=member, at=AT + dt.timedelta(days=1))


def test_five_wrong_tries_end_a_code(member, user):
    code = services.issue_claim_code(member=member, at=AT)

    for _ in range(5):
        with pytest.raises(services.ClaimCodeWrong):
            claim(member, user, wrong(code))

    with refused(services.ClaimCodeWrong):
        claim(member, user, code)
    member.refresh_from_db()
    assert member.user is None


def test_a_code_ends_with_its_time_with_its_use_and_with_the_next_one(member, user):
    old = services.issue_claim_code(member=member, at=AT)
    new = services.issue_claim_code(member=member, at=AT + MINUTE)

    with pytest.raises(services.ClaimCodeWrong):
        claim(member, user, old)
    with refused(services.ClaimCodeWrong):
        claim(member, user, new, AT + MINUTE + dt.timedelta(days=1))
    claim(member, user, new, AT + MINUTE)
    late = UserFactory.create()
    with refused(services.ClaimCodeWrong):
        claim(member, late, new, AT + MINUTE)


def test_a_card_without_code_or_without_member_gets_the_same_answer(member, user):
    with refused(services.ClaimCodeWrong):
        claim(member, user, "12345678")
    elsewhere = ProgrammeFactory.create()
    with refused(services.ClaimCodeWrong):
        services.claim_card(programme=elsewhere, user=user, card=member.number, code="12345678", at=AT)


def test_a_login_has_one_card_in_a_programme(member, user):
    MemberFactory.create(programme=member.programme, user=user)
    code = services.issue_claim_code(member=member, at=AT)

    with refused(services.AlreadyLinked):
        claim(member, user, code)


def test_a_card_in_use_online_gets_no_code(user):
    member = MemberFactory.create(user=user)

    with refused(services.AlreadyLinked):
        services.issue_claim_code(member=member, at=AT)


def test_a_verified_address_links_cards_of_every_programme(user):
    verified(user)
    one, other = MemberFactory.create(email=user.email), MemberFactory.create(email=user.email)
    closed = services.change_member_status(member=MemberFactory.create(email=user.email), status=MemberStatus.CLOSED, at=AT)

    assert set(services.link_verified_user(user=user)) == {one, other}
    assert services.link_verified_user(user=user) == []
    closed.refresh_from_db()
    assert closed.user is None


def test_an_unverified_address_links_nothing(member, user):
    EmailAddress.objects.create(user=user, email=member.email, verified=False)

    assert services.link_verified_user(user=user) == []


def test_of_two_cards_in_one_programme_the_older_is_linked(member, user):
    verified(user, member.email)
    verified(user)
    older = MemberFactory.create(programme=member.programme, email=user.email, joined_at=AT - MINUTE)

    assert services.link_verified_user(user=user) == [older]


def join(programme, user, **facts):
    terms = programme_terms_on(programme, AT.date(), "en")
    return services.join_programme(programme=programme, user=user, enrolment=Enrolment(**facts), terms=terms, at=AT)


def test_a_verified_login_joins_with_consent(user):
    programme = ProgrammeFactory.create()

    member = join(programme, verified(user), given_name="Ada", email="ignored@example.org")

    assert (member.user, member.email, member.consents.get().kind) == (user, user.email, "terms")
    assert join(programme, user) == member
    assert member.consents.count() == 1


def test_joining_finds_the_card_that_exists(member, user):
    verified(user, member.email)
    verified(user)

    assert join(member.programme, user) == member


def test_an_unverified_login_does_not_join(user):
    programme = ProgrammeFactory.create()

    with refused(services.EmailNotVerified):
        join(programme, user)


def test_a_programme_for_cards_takes_no_login_without_one(user):
    programme = ProgrammeFactory.create(join_policy=JoinPolicy.CARD)
    verified(user)

    with refused(services.CardNeeded):
        join(programme, user)
