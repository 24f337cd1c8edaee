"""Work that goes to the database under a role of its own, so that the role of everything else needs no right to it."""

import contextlib
import enum
from collections.abc import Iterator

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections


class DatabaseRole(enum.StrEnum):
    """Whose work it is; the setting ROLE_DATABASES says how to connect, and leaves out who has no login."""

    SEALER = "sealer"
    """Ticks, seals and checkpoints."""


@contextlib.contextmanager
def working_as(role: DatabaseRole) -> Iterator[None]:
    """Let what follows in this thread talk to the database as that role; without a login for it, as everybody else."""
    login = settings.ROLE_DATABASES.get(role)
    if login is None:
        yield
        return
    usual = connections[DEFAULT_DB_ALIAS]
    assert not usual.in_atomic_block, "who works under another role begins outside of a transaction"
    connections[DEFAULT_DB_ALIAS] = type(usual)({**usual.settings_dict, **login}, DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = usual
