"""Imports with two at once, beside spending, and killed in the middle."""

import os
import signal

import pytest
from django.db import connections

from ledger.points.models import Movement
from ledger.points.queries import verify
from loyalty.kit.problems import Problem
from rewards.imports.domain import ImportMode
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.services import ImportDecided, ImportFile, SameFileAgain, approve_import, post_import, read_file, request_import, run
from tests.accounts.at_once import at_once
from tests.accounts.factories import MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.imports.stage import NOW, approve, ask, has

ROWS = 40


def members_and_file():
    programme = ProgrammeFactory.create()
    members = [MemberFactory.create(programme=programme, external_id=f"M{n}") for n in range(ROWS // 2)]
    return programme, members, "external_id,points\n" + "".join(f"M{n},{n + 1}\n" for n in range(ROWS))


def test_the_same_file_at_once_comes_in_once(committed_db: None) -> None:
    programme, _members, text = members_and_file()
    people = [UserFactory.create() for _ in range(6)]
    file = ImportFile("old.csv", text.encode())

    answers = at_once(
        *[
            lambda who=who: request_import(programme=programme, file=file, mode=ImportMode.ADD, reason="x", author=who, at=NOW)
            for who in people
        ]
    )

    assert sum(isinstance(answer, SameFileAgain) for answer in answers) == 5 and BalanceImport.objects.count() == 1


def test_two_approvals_at_once_agree_once(committed_db: None) -> None:
    programme, _members, text = members_and_file()
    row = ask(programme, text)
    people = [UserFactory.create() for _ in range(4)]

    answers = at_once(*[lambda who=who: approve_import(balance_import=row.pk, approver=who, at=NOW) for who in people])

    assert sum(isinstance(answer, ImportDecided) for answer in answers) == 3


def test_many_readers_and_posters_at_once_do_each_row_once(committed_db: None) -> None:
    programme, members, text = members_and_file()
    row = request_import(
        programme=programme, file=ImportFile("old.csv", text.encode()), mode=ImportMode.ADD, reason="x", author=UserFactory.create(),
        creates_missing=True, at=NOW,
    )  # fmt: skip
    assert at_once(*[lambda: read_file(balance_import=row.pk, at=NOW, chunk=7)] * 4) == [True] * 4
    assert BalanceImportRow.objects.count() == ROWS
    approve(row)

    answers = at_once(*[lambda: post_import(balance_import=row.pk, at=NOW, rows=3)] * 6)

    assert not any(isinstance(answer, Problem) for answer in answers)
    assert BalanceImportRow.objects.filter(outcome="posted").count() == ROWS == Movement.objects.count()
    assert [has(member)[0] for member in members] == list(range(1, ROWS // 2 + 1)) and verify() == []


@pytest.mark.parametrize("dies_at", [0, 1, 4])
def test_killed_in_the_middle_it_goes_on_and_posts_nothing_twice(committed_db: None, dies_at: int) -> None:
    programme, members, text = members_and_file()
    row = approve(ask(programme, text, creates_missing=True))

    assert _killed_while_posting(row, dies_at)

    row.refresh_from_db()
    assert row.run_through - 1 == BalanceImportRow.objects.filter(outcome="posted").count() == Movement.objects.count() == 5 * dies_at
    assert post_import(balance_import=row.pk, at=NOW, rows=5)
    assert BalanceImportRow.objects.filter(outcome="posted").count() == ROWS == Movement.objects.count()
    assert [has(member)[0] for member in members] == list(range(1, ROWS // 2 + 1)) and verify() == []


def _killed_while_posting(row: BalanceImport, dies_at: int) -> bool:
    """Post five rows a transaction in a child that kills itself right after it has granted so many times."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        granted, grant_many = 0, run.points.grant_many

        def dying(**facts):
            nonlocal granted
            done = grant_many(**facts)
            if granted == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            granted += 1
            return done

        run.points.grant_many = dying
        post_import(balance_import=row.pk, at=NOW, rows=5)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
