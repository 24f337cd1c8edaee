"""Proof that a refusal changed nothing, anywhere, and sent nothing."""

import contextlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection

from loyalty.kit.problems import Problem

APPS = {"accounts", "ledger", "rewards"}


@contextlib.contextmanager
def refused(problem: type[Problem], **extra: object) -> Iterator[None]:
    """Expect exactly this refusal with these figures, with every row (the outbox too) and the mailbox as they were."""
    rows, letters = all_rows(), len(mail.outbox)
    with pytest.raises(problem) as caught:
        yield
    assert caught.type is problem
    assert {name: caught.value.extra.get(name) for name in extra} == extra
    assert str(caught.value.detail).endswith(".")
    changed = [table for table, digest in all_rows().items() if digest != rows[table]]
    assert changed == [], "a refusal changed rows"
    assert len(mail.outbox) == letters, "a refusal sent mail"


def all_rows() -> dict[str, str | None]:
    """Return a digest of every table of accounts, ledger and rewards."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in APPS:
                table = model._meta.db_table
                cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
                found[table] = cursor.fetchone()[0]
    return found
