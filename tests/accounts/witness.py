"""Proof that a refusal changed nothing and sent nothing."""

import contextlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection

from loyalty.kit.problems import Problem


@contextlib.contextmanager
def refused(problem: type[Problem], *, pointers: tuple[str, ...] = ()) -> Iterator[None]:
    """Expect exactly this refusal, naming these fields, with every row and the mailbox as they were."""
    rows, letters = _rows(), len(mail.outbox)
    with pytest.raises(problem) as caught:
        yield
    assert caught.type is problem
    assert tuple(error.pointer for error in caught.value.errors) == pointers
    assert caught.value.detail
    assert _rows() == rows, "a refusal changed rows"
    assert len(mail.outbox) == letters, "a refusal sent mail"


def _rows() -> dict[str, str | None]:
    """Return a digest of every table of accounts and ledger."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in {"accounts", "ledger"}:
                table = model._meta.db_table
                cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
                found[table] = cursor.fetchone()[0]
    return found
