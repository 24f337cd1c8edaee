"""Answers are kept for as long as the contract promises, and then forgotten."""

import datetime as dt

import pytest
from django.conf import settings

from accounts.partners import services
from accounts.partners.models import IdempotencyKey
from accounts.partners.tasks import forget_old_answers
from loyalty.kit.ids import uuid7
from tests.accounts.factories import AT, ProgrammeFactory

pytestmark = pytest.mark.django_db


def keep(key: str, created_at: dt.datetime, programme) -> None:
    facts = {"status": 201, "body": b"{}", "fingerprint": b"x", "created_at": created_at}
    IdempotencyKey.objects.create(credential="K", programme_id=programme.pk, key=key, **facts)


def kept() -> set[str]:
    return set(IdempotencyKey.objects.values_list("key", flat=True))


def test_only_what_is_older_than_promised_is_forgotten(stopped_clock):
    programme, kept_for = ProgrammeFactory.create(), dt.timedelta(days=settings.ANSWERS_KEPT_DAYS)
    keep("old", AT - kept_for - dt.timedelta(seconds=1), programme)
    keep("young enough", AT - kept_for, programme)
    keep("new", AT, programme)
    stopped_clock(AT)

    assert (forget_old_answers(), forget_old_answers()) == (1, 0)
    assert kept() == {"young enough", "new"}


def test_many_are_forgotten_in_pieces():
    programme = ProgrammeFactory.create()
    for _number in range(7):
        keep(str(uuid7()), AT, programme)

    assert services.forget_answers(before=AT + dt.timedelta(seconds=1), chunk=3) == 7
    assert kept() == set()


def test_the_promise_is_thirty_days():
    assert settings.ANSWERS_KEPT_DAYS >= 30
