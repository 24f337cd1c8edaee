import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.members.services import change_member_status
from accounts.outbox.models import OutboxEvent
from accounts.staff.roles import Role
from loyalty.kit.problems import Problem
from rewards.events.models import Event, EventUndo
from rewards.reviews.domain import Refusal
from rewards.reviews.models import Review
from rewards.reviews.services import ReviewFacts, accept_review, refuse_review, submit_review, withdraw_review
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.colleagues import colleague
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import rule_for

pytestmark = pytest.mark.django_db
GOOD = {"field": "event.stars", "kind": "number", "op": "ge", "value": 4}


@pytest.fixture
def member():
    programme = ProgrammeFactory.create()
    rule_for(programme, "reviews", trigger="review", kind="fixed", points=30)
    rule_for(programme, "long", trigger="review", kind="rate", rate="1", of={"field": "event.length", "kind": "number"}, when=GOOD)
    return MemberFactory.create(programme=programme)


@pytest.fixture
def moderator():
    return colleague(Role.MARKETING)


def send(member, number="R1", *, product="MUG", stars=5, text="Holds tea.", at=AT):
    facts = ReviewFacts(source="shop", external_id=number, product=product, stars=stars, text=text, occurred_at=at)
    return submit_review(member=member, facts=facts, at=AT)


def test_a_review_earns_nothing_before_it_is_accepted(member):
    review = send(member).review

    assert (review.state, wallet(member), Event.objects.count()) == ("waiting", (0, 0), 0)


def test_an_accepted_review_earns_what_the_rules_say(member, moderator):
    review = accept_review(review=send(member).review, moderator=moderator, at=AT)

    event = Event.objects.get()
    assert (review.state, review.event, wallet(member)) == ("accepted", event.pk, (40, 0))
    assert {one["rule"]: one["units"] for one in event.evaluation} == {"reviews": 30, "long": 10}
    assert event.payload == {"stars": 5, "length": 10, "product": "MUG"}


def test_a_refused_review_earns_nothing_and_says_why(member, moderator):
    review = refuse_review(review=send(member).review, moderator=moderator, reason=Refusal.COPIED, at=AT)

    assert (review.state, review.reason, wallet(member), Event.objects.count()) == ("refused", "copied", (0, 0), 0)


def test_a_product_is_rewarded_once_for_a_member(member, moderator):
    other = MemberFactory.create(programme=member.programme)
    first, second = (accept_review(review=send(member, number).review, moderator=moderator, at=AT) for number in ("R1", "R2"))
    accept_review(review=send(member, "R3", product="CUP", stars=3).review, moderator=moderator, at=AT)
    accept_review(review=send(other, "R4").review, moderator=moderator, at=AT)

    assert first.event is not None
    assert (second.state, second.event) == ("accepted", None)
    assert (wallet(member), wallet(other)) == ((70, 0), (40, 0))


def test_a_withdrawn_review_takes_its_points_back(member, moderator):
    review = accept_review(review=send(member).review, moderator=moderator, at=AT)

    first = withdraw_review(review=review, at=AT)
    second = withdraw_review(review=review, at=AT + dt.timedelta(days=1))

    assert (first.state, first.withdrawn_at, second.withdrawn_at, wallet(member)) == ("withdrawn", AT, AT, (0, 0))
    assert (EventUndo.objects.get().reason, EventUndo.objects.get().evidence) == ("review_withdrawn", review.pk)


def test_another_review_of_a_product_counts_after_the_first_was_withdrawn(member, moderator):
    withdraw_review(review=accept_review(review=send(member).review, moderator=moderator, at=AT), at=AT)

    again = accept_review(review=send(member, "R2").review, moderator=moderator, at=AT)

    assert (again.event is not None, wallet(member)) == (True, (40, 0))


def test_what_waits_may_be_withdrawn(member):
    review = withdraw_review(review=send(member).review, at=AT)

    assert (review.state, wallet(member)) == ("withdrawn", (0, 0))


def test_a_review_is_decided_once(member, moderator):
    review = accept_review(review=send(member).review, moderator=moderator, at=AT)
    told = OutboxEvent.objects.count()

    for decide in (
        lambda: accept_review(review=review, moderator=moderator, at=AT),
        lambda: refuse_review(review=review, moderator=moderator, reason=Refusal.COPIED, at=AT),
    ):
        with pytest.raises(Problem) as refusal:
            decide()
        assert refusal.value.code == "review_decided"
    assert (wallet(member), OutboxEvent.objects.count(), Review.objects.get().state) == ((40, 0), told, "accepted")


def test_the_same_again_is_answered_like_the_first_time(member):
    first = send(member)

    again = send(member)

    assert (again.replayed, again.review.pk, Review.objects.count()) == (True, first.review.pk, 1)


@pytest.mark.parametrize("changed", [{"stars": 1}, {"product": "CUP"}, {"text": ""}, {"at": AT - dt.timedelta(hours=1)}])
def test_other_facts_under_the_same_number_are_refused(member, changed):
    send(member)

    with pytest.raises(Problem) as refusal:
        send(member, **changed)

    assert (refusal.value.code, Review.objects.count()) == ("external_id_conflict", 1)


def test_what_cannot_count_is_refused_at_once(member):
    with pytest.raises(Problem) as early:
        send(member, at=AT + dt.timedelta(hours=1))
    change_member_status(member=member, status="frozen", at=AT)
    member.refresh_from_db()
    with pytest.raises(Problem) as frozen:
        send(member, "R2")

    assert [one.value.code for one in (early, frozen)] == ["occurred_in_the_future", "member_not_active"]
    assert not Review.objects.exists()


def test_the_database_holds_what_the_services_promise(member, moderator):
    review = withdraw_review(review=send(member).review, at=AT)

    for statement in ("UPDATE rewards_review SET state = 'waiting', withdrawn_at = NULL", "DELETE FROM rewards_review"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    review.refresh_from_db()
    assert review.state == "withdrawn"
