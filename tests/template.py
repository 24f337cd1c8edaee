"""The migrated database that test databases are copies of: made once for as long as the migrations stay what they are."""

import contextlib
import fcntl
import hashlib
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection, connections

_MAKES_TABLES = ("requirements/base.txt", "*/migrations/*.py", "*/*/sql/*.sql", "*/*/statements.py", "loyalty/postgres/*.py")


def copied_or_made(database: str, *, afresh: bool, make: Callable[[bool], list]) -> list:
    """Return what `make` says of the test database; it is told whether the tables are already there.

    Only in the embedded cluster: on somebody's own server nothing is left behind. Two processes at once: one makes, the other waits and copies.
    """
    if settings.EMBEDDED_CLUSTER is None:
        return make(False)
    template = f"tests_template_{_fingerprint()}"
    with _alone():
        if afresh or template not in _templates():
            made = make(False)
            connections.close_all()
            administer(*(f'drop database "{old}"' for old in _templates()), f'create database "{template}" template "{database}"')
            return made
        administer(f'drop database if exists "{database}" with (force)', f'create database "{database}" template "{template}"')
    return make(True)


def administer(*statements: str) -> None:
    """Run statements that make or drop databases."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _templates() -> list[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("select datname from pg_database where starts_with(datname, 'tests_template_')")
        return [name for (name,) in cursor.fetchall()]


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    folder = settings.DATA_DIR / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    """Return what tells whether the tables are still those that today's code would make."""
    digest = hashlib.sha256()
    for file in sorted({file for pattern in _MAKES_TABLES for file in settings.BASE_DIR.glob(pattern)}):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
