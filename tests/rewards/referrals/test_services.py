import datetime as dt

import pytest

from loyalty.kit.problems import Problem
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.referrals.domain import mailbox
from rewards.referrals.models import Referral
from rewards.referrals.services import claim_referral, code_of, settle_referrals
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.factories import wallet
from tests.rewards.purchases.conftest import purchase_of
from tests.rewards.setups.stage import rule_for, set_up

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def programme():
    found = ProgrammeFactory.create()
    set_up(found, SetupKind.REFERRAL, "referral", {"least_minor": 1_000, "most_in_30_days": 2})
    rule_for(found, "advocate", trigger="referral.advocate", kind="fixed", points=100)
    rule_for(found, "friend", trigger="referral.friend", kind="fixed", points=50)
    return found


@pytest.fixture
def advocate(programme):
    return MemberFactory.create(programme=programme, at=AT - 100 * DAY, email="ada@example.org")


@pytest.fixture
def friend(programme):
    return MemberFactory.create(programme=programme, given_name="Grace")


def claim(advocate, friend, at=AT):
    return claim_referral(friend=friend, code=code_of(member=advocate, at=AT).code.lower(), at=at)


def buy(member, minor=2_000, number="R1", at=AT + DAY):
    return record_purchase(programme=member.programme, facts=purchase_of(member, minor, external_id=number, occurred_at=at), at=at).purchase


def settle(programme, days):
    return settle_referrals(programme=programme, at=AT + days * DAY)


def points(*members):
    return [wallet(member)[0] for member in members]


def test_both_are_rewarded_once_the_first_purchase_stands(programme, advocate, friend):
    assert claim(advocate, friend).state == "waiting"
    buy(friend)

    counts = [settle(programme, days) for days in (2, 30, 31, 32)]

    assert counts == [0, 0, 1, 0]
    assert points(advocate, friend) == [100, 50]
    assert Referral.objects.get().state == "rewarded"


def test_a_purchase_that_comes_back_or_is_too_small_does_not_count(programme, advocate, friend):
    claim(advocate, friend)
    buy(friend, 999)
    record_return(purchase=buy(friend, 2_000, "R2"), facts=ReturnFacts("till", "B1", AT + 2 * DAY), at=AT + 2 * DAY)

    assert [settle(programme, days) for days in (40, 90, 91)] == [0, 0, 1]
    assert (points(advocate, friend), Referral.objects.get().state) == ([0, 0], "lapsed")


def test_a_return_within_its_days_takes_both_rewards_back(programme, advocate, friend):
    set_up(programme, SetupKind.REFERRAL, "referral", {"hold_days": 0})
    claim(advocate, friend)
    purchase = buy(friend)
    settle(programme, 1)
    assert points(advocate, friend) == [100, 50]

    record_return(purchase=purchase, facts=ReturnFacts("till", "B1", AT + 10 * DAY), at=AT + 10 * DAY)

    assert [settle(programme, days) for days in (10, 11)] == [1, 0]
    assert (points(advocate, friend), Referral.objects.get().state) == ([0, 0], "reversed")


def test_a_return_after_its_days_changes_nothing(programme, advocate, friend):
    set_up(programme, SetupKind.REFERRAL, "referral", {"hold_days": 0})
    claim(advocate, friend)
    purchase = buy(friend)
    settle(programme, 1)
    record_return(purchase=purchase, facts=ReturnFacts("till", "B1", AT + 35 * DAY), at=AT + 35 * DAY)

    assert settle(programme, 35) == 0
    assert points(advocate, friend) == [100, 50]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"email": "ada+2@example.org"}, "self_referral"),
        ({"at": AT - 20 * DAY}, "not_new"),
        ({"email": "grace@example.org"}, ""),
    ],
)
def test_who_is_no_new_friend_is_refused_with_the_reason(programme, advocate, facts, reason):
    friend = MemberFactory.create(programme=programme, given_name="Grace", **facts)

    referral = claim(advocate, friend)

    assert (referral.reason, referral.state) == (reason, "refused" if reason else "waiting")


def test_who_bought_before_is_not_new(programme, advocate, friend):
    buy(friend, at=AT)

    assert claim(advocate, friend).reason == "not_new"


def test_nobody_is_brought_by_whom_they_brought(programme, friend):
    first, last = (MemberFactory.create(programme=programme, given_name=name) for name in ("Kim", "Lee"))
    claim(first, friend)
    claim(friend, last)

    assert claim(last, first).reason == "cycle"


def test_one_member_brings_only_so_many_in_thirty_days(programme, advocate):
    friends = [MemberFactory.create(programme=programme, given_name=f"Friend{n}") for n in range(3)]

    assert [claim(advocate, friend).reason for friend in friends] == ["", "", "too_many"]
    assert settle(programme, 200) == 2


def test_a_code_counts_once_for_a_friend(programme, advocate, friend):
    first = claim(advocate, friend)
    other = MemberFactory.create(programme=programme)

    assert claim(advocate, friend, at=AT + DAY).pk == first.pk
    with pytest.raises(Problem) as refusal:
        claim(other, friend)
    with pytest.raises(Problem) as own:
        claim(other, other)
    with pytest.raises(Problem) as unknown:
        claim_referral(friend=other, code="NOBODY22", at=AT)

    assert (refusal.value.code, own.value.code, unknown.value.code) == ("already_referred", "already_referred", "unknown_referral_code")
    assert Referral.objects.count() == 1


def test_without_terms_nobody_brings_friends():
    with pytest.raises(Problem) as refusal:
        code_of(member=MemberFactory.create(), at=AT)

    assert refusal.value.code == "referrals_not_offered"


def test_mailboxes_that_are_one():
    assert mailbox("A.da+x@Gmail.com") == mailbox("ada@googlemail.com") == "ada@gmail.com"
    assert mailbox("a.da@example.org") == "a.da@example.org"
