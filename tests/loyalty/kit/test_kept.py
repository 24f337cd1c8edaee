"""What a process keeps for seconds."""

import pytest
from django.db import transaction

from loyalty.kit import kept
from loyalty.kit.kept import Kept


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when they are added."""
    now = [100.0]
    monkeypatch.setattr(kept.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(kept, "KEEP_SECONDS", 5.0)
    return now


def test_it_is_read_once_and_again_when_it_is_old(clock):
    words, read = Kept(), iter(["old", "new"])

    assert [words.get("a", lambda: next(read)) for _again in range(3)] == ["old"] * 3
    clock[0] += 5
    assert words.found("a") is None
    assert words.get("a", lambda: next(read)) == "new"


@pytest.mark.django_db(transaction=False)
def test_what_is_forgotten_inside_a_transaction_is_forgotten_again_after_it(clock, django_capture_on_commit_callbacks):
    words = Kept()
    words.keep("a", "before")

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        words.forget("a")
        assert words.found("a") is None
        words.keep("a", "what another request read before the commit")

    assert words.found("a") is None


def test_it_does_not_grow_without_end(clock):
    words = Kept()
    for number in range(5_000):
        words.keep(number, number)

    assert len([number for number in range(5_000) if words.found(number) is not None]) <= 1_000


def test_all_can_be_forgotten_at_once(clock):
    words, others = Kept(), Kept()
    words.keep("a", 1)
    others.keep("b", 2)

    kept.forget_everything()

    assert (words.found("a"), others.found("b")) == (None, None)
