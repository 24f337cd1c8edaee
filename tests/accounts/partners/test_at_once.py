import itertools

from django.db import transaction

from accounts.outbox.models import OutboxEvent
from accounts.outbox.services import publish
from accounts.partners import services
from accounts.partners.domain import request_fingerprint
from accounts.partners.models import IdempotencyKey
from loyalty.kit.problems import Refused
from tests.accounts.at_once import at_once
from tests.accounts.factories import AT, ProgrammeFactory

IDENTITY = {"credential": "abcdefgh", "key": "k1"}


def request(programme, *, body=b"{}", refuse=False):
    """Do what an endpoint does: claim, act, answer. Return status, body and whether it was a replay."""
    identity = IDENTITY | {"programme_id": programme.pk}
    with transaction.atomic():
        first = services.claim_key(**identity, fingerprint=request_fingerprint("POST", "/", body), at=AT)
        if first is not None:
            return first.status, first.body, True
        event = publish(topic="test.happened", payload={}, at=AT)
        if refuse:
            raise Refused("no")
        answer = str(event.pk).encode()
        services.store_answer(**identity, status=201, body=answer)
    return 201, answer, False


def test_twenty_copies_at_once_have_one_effect_and_one_answer(committed_db):
    programme = ProgrammeFactory.create()

    answers = at_once(*[lambda: request(programme)] * 20)

    event = OutboxEvent.objects.get()
    assert {(status, body) for status, body, _replayed in answers} == {(201, str(event.pk).encode())}
    assert sorted(replayed for *_answer, replayed in answers) == [False] + [True] * 19


def test_of_racing_different_requests_one_goes_through(committed_db):
    programme = ProgrammeFactory.create()

    answers = at_once(*[lambda n=n: request(programme, body=str(n).encode()) for n in range(8)])

    assert sum(isinstance(answer, services.IdempotencyKeyReused) for answer in answers) == 7
    assert OutboxEvent.objects.count() == IdempotencyKey.objects.count() == 1


def test_a_copy_takes_over_when_the_first_is_refused(committed_db):
    programme = ProgrammeFactory.create()
    turns = itertools.count()

    def attempt():
        return request(programme, refuse=next(turns) == 0)

    answers = at_once(*[attempt] * 6)

    assert sum(isinstance(answer, Refused) for answer in answers) <= 1
    assert OutboxEvent.objects.count() == IdempotencyKey.objects.count() == 1
    assert len({answer[1] for answer in answers if not isinstance(answer, Refused)}) == 1
