"""Undos of imports with two at once, and killed in the middle."""

import os
import signal

import pytest
from django.db import connections

from ledger.points.domain import Kind
from ledger.points.models import Movement
from ledger.points.queries import verify
from loyalty.kit.problems import Problem
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.import_undos.services import ImportUndoneAlready, UndoDecided, approve_undo, plan, post, request_undo, run
from tests.accounts.at_once import at_once
from tests.accounts.factories import MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.import_undos.stage import LATER, ask
from tests.rewards.imports.stage import bring, has

ROWS = 20


def brought():
    programme = ProgrammeFactory.create()
    members = [MemberFactory.create(programme=programme, external_id=f"M{n}") for n in range(ROWS)]
    return members, bring(programme, "external_id,points\n" + "".join(f"M{n},{n + 1}\n" for n in range(ROWS)))


def test_asked_for_and_approved_at_once_it_is_so_once(committed_db: None) -> None:
    _members, of = brought()
    people = [UserFactory.create() for _ in range(4)]

    asked = at_once(*[lambda who=who: request_undo(balance_import=of.pk, reason="x", author=who, at=LATER) for who in people])
    assert sum(isinstance(answer, ImportUndoneAlready) for answer in asked) == 3
    row = ImportUndo.objects.get()
    plan(undo=row.pk, at=LATER)
    others = [UserFactory.create() for _ in range(4)]
    answers = at_once(*[lambda who=who: approve_undo(undo=row.pk, approver=who, at=LATER) for who in others])

    assert sum(isinstance(answer, UndoDecided) for answer in answers) == 3


def test_many_at_once_post_each_line_once(committed_db: None) -> None:
    members, of = brought()
    row = request_undo(balance_import=of.pk, reason="x", author=UserFactory.create(), at=LATER)
    assert at_once(*[lambda: plan(undo=row.pk, at=LATER, chunk=7)] * 3) == [True] * 3
    assert ImportUndoLine.objects.count() == ROWS
    approve_undo(undo=row.pk, approver=UserFactory.create(), at=LATER)

    answers = at_once(*[lambda: post(undo=row.pk, at=LATER, lines=3)] * 4)

    assert not any(isinstance(answer, Problem) for answer in answers)
    assert Movement.objects.filter(kind=Kind.REVERSE).count() == ROWS and verify() == []
    assert {has(member, LATER) for member in members} == {(0, 0)}


@pytest.mark.parametrize("dies_at", [0, 7])
def test_killed_in_the_middle_it_goes_on_and_takes_nothing_twice(committed_db: None, dies_at: int) -> None:
    members, of = brought()
    row = approve_undo(undo=ask(of).pk, approver=UserFactory.create(), at=LATER)

    assert _killed_while_posting(row, dies_at)

    row.refresh_from_db()
    whole_chunks = dies_at // 5 * 5
    assert row.done_count == ImportUndoLine.objects.filter(outcome="posted").count() == whole_chunks
    assert Movement.objects.filter(kind=Kind.REVERSE).count() == whole_chunks
    assert post(undo=row.pk, at=LATER, lines=5)
    assert Movement.objects.filter(kind=Kind.REVERSE).count() == ROWS and verify() == []
    assert {has(member, LATER) for member in members} == {(0, 0)}


def _killed_while_posting(row: ImportUndo, dies_at: int) -> bool:
    """Post five lines a transaction in a child that kills itself right after it has taken so many grants back."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        taken, reverse = 0, run.reverse_unasked

        def dying(**facts):
            nonlocal taken
            done = reverse(**facts)
            if taken == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            taken += 1
            return done

        run.reverse_unasked = dying
        post(undo=row.pk, at=LATER, lines=5)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
