"""Databases of our own on the developer's server: one is prepared, every group of measures works in a fresh copy of it."""

import contextlib
import itertools
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from loyalty.postgres.preparation import prepare

PREFIX = "pointbook_bench"
OURS = rf"^{PREFIX}(_[0-9]+)?$"


class Scratch:
    """Makes fresh databases, empty but for the tables. Use `scratch()`."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """Enter a fresh database; yield its address; drop it in the end."""
        name = f"{PREFIX}_{next(self.numbers)}"
        _administer(f"CREATE DATABASE {name} TEMPLATE {PREFIX}")
        with _entered(name):
            yield address(name)
        _drop(name)


@contextlib.contextmanager
def scratch() -> Iterator[Scratch]:
    """Prepare the database that the fresh ones are copied from; drop it, and what a killed run left, in the end."""
    drop_all()
    _administer(f"CREATE DATABASE {PREFIX}")
    try:
        with _entered(PREFIX):
            prepare()
        yield Scratch()
    finally:
        drop_all()


@contextlib.contextmanager
def _entered(name: str) -> Iterator[None]:
    """Let Django's connections go to this database."""
    home = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home


def address(name: str) -> str:
    """Return a database's URL, as its owner."""
    return urlunsplit(urlsplit(settings.OWNER_DATABASE_URL)._replace(path=f"/{name}"))


def drop_all() -> None:
    """Drop every database that a benchmark made."""
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 (Django offers no public way to reach the server without a database)
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [OURS])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        _drop(name)


def _drop(name: str) -> None:
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(statement: str) -> None:
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 (Django offers no public way to reach the server without a database)
        cursor.execute(statement)
