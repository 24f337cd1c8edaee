"""Several at once take events back, and check reviews of one product: everything happens once, and nobody waits for ever."""

from accounts.staff.roles import Role
from ledger.points.queries import verify
from loyalty.kit.problems import Problem, StartAgain
from rewards.events.domain import UndoReason
from rewards.events.models import EventUndo, EventUndoRequest
from rewards.events.services import Asker, EventFacts, approve_undo, record_event, request_undo
from rewards.reviews.models import Review
from rewards.reviews.services import ReviewFacts, accept_review, submit_review, withdraw_review
from rewards.setups.domain import SetupKind
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.colleagues import colleague
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import VISIT, rule_for, set_up


def visitor():
    programme = ProgrammeFactory.create()
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    rule_for(programme, "visits", trigger="event:visit", kind="fixed", points=400)
    rule_for(programme, "reviews", trigger="review", kind="fixed", points=30)
    return MemberFactory.create(programme=programme)


def visit(member, number):
    facts = EventFacts(source="gym", external_id=number, type="visit", occurred_at=AT, member=member.pk, payload={"minutes": 30})
    return record_event(programme=member.programme, facts=facts, at=AT).event


def undo(event, person):
    return request_undo(event=event, reason=UndoReason.MISTAKE, note="At once", asker=Asker(staff=person), at=AT)


def review_of(member, number, product="MUG"):
    facts = ReviewFacts(source="shop", external_id=number, product=product, stars=5, text="", occurred_at=AT)
    return submit_review(member=member, facts=facts, at=AT).review


def codes(answers):
    return sorted(answer.code for answer in answers if isinstance(answer, Problem))


def test_an_event_is_taken_back_by_one_of_many(committed_db: None) -> None:
    member = visitor()
    event, people = visit(member, "V1"), [colleague(Role.SUPPORT) for _ in range(8)]

    answers = at_once(*[lambda person=person: undo(event, person) for person in people])

    assert codes(answers) == ["event_taken_back"] * 7
    assert (wallet(member), EventUndo.objects.count(), EventUndoRequest.objects.count()) == ((0, 0), 1, 1)
    assert verify() == []


def test_the_limit_of_the_day_holds_however_many_one_colleague_takes_back_at_once(committed_db: None) -> None:
    member, person = visitor(), colleague(Role.SUPPORT)
    events = [visit(member, f"V{number}") for number in range(6)]

    answers = at_once(*[lambda event=event: undo(event, person) for event in events])

    assert sorted(answer.state for answer in answers) == ["posted"] * 2 + ["waiting"] * 4
    assert wallet(member) == (1_600, 0) and verify() == []


def test_a_wish_is_granted_by_one_of_many(committed_db: None) -> None:
    member, person = visitor(), colleague(Role.SUPPORT)
    waiting = [undo(visit(member, f"V{number}"), person) for number in range(3)][-1]
    deciders = [colleague(Role.FINANCE_APPROVER) for _ in range(6)]

    answers = at_once(*[lambda one=one: approve_undo(request=waiting, approver=one, at=AT) for one in deciders])

    assert codes(answers) == ["undo_decided"] * 5
    assert wallet(member) == (0, 0) and verify() == []


def test_reviews_of_one_product_are_rewarded_once_however_many_check_at_once(committed_db: None) -> None:
    member, person = visitor(), colleague(Role.MARKETING)
    reviews = [review_of(member, f"R{number}") for number in range(4)]

    answers = at_once(*[lambda review=review: accept_review(review=review, moderator=person, at=AT) for review in reviews * 2])

    assert codes(answers) == ["review_decided"] * 4
    assert Review.objects.filter(state="accepted", event__isnull=False).count() == 1
    assert wallet(member) == (30, 0) and verify() == []


def test_a_review_that_is_accepted_and_withdrawn_at_once_leaves_no_points(committed_db: None) -> None:
    member, person = visitor(), colleague(Role.MARKETING)
    review = review_of(member, "R1")

    at_once(*[lambda: accept_review(review=review, moderator=person, at=AT), lambda: withdraw_review(review=review, at=AT)] * 3)

    assert Review.objects.get().state == "withdrawn"
    assert wallet(member) == (0, 0) and verify() == []


def test_one_number_for_two_members_at_once_is_one_review(committed_db: None) -> None:
    first = visitor()
    second = MemberFactory.create(programme=first.programme)

    def send(member):
        while True:
            try:
                return review_of(member, "R1")
            except StartAgain:
                continue

    answers = at_once(*[lambda member=member: send(member) for member in (first, second) * 3])

    assert codes(answers) == ["external_id_conflict"] * 3
    assert Review.objects.count() == 1
