"""Refuses a production database that may forget what it has acknowledged."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

_NEEDED = {"fsync": {"on"}, "full_page_writes": {"on"}, "synchronous_commit": {"on", "local", "remote_write", "remote_apply"}}


@register(Tags.database)
def check_durability(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Return an error for each setting with which a crash would lose acknowledged postings."""
    if not settings.PRODUCTION:
        return []
    return [error for alias in databases or [] for error in durability_errors(alias)]


def refuse_forgetful_database() -> None:
    """Stop a web server or worker before it serves from such a database. Raises: ImproperlyConfigured."""
    errors = check_durability(databases=["default"])
    connections.close_all()
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in errors))


def durability_errors(alias: str) -> list[CheckMessage]:
    """Ask the database for its settings and return an error for each unsafe one."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select name, setting from pg_settings where name = any(%s) order by name", [list(_NEEDED)])
        return [
            Error(
                f"The database runs with {name} = {value}: a crash would lose points that were acknowledged.",
                hint=f"Set {name} = on in postgresql.conf (and for the role and database).",
                id="pointbook.E001",
            )
            for name, value in cursor.fetchall()
            if value not in _NEEDED[name]
        ]
