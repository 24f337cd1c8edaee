"""Who may do what in the database: the owner migrates, the application posts points only through the functions."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

DEFAULT_ROLE = "pointbook"
_GRANTS = Path(__file__).parent / "sql" / "grants.sql"


def apply_grants(*, role: str | None = None, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give the application's role its rights and take all others from it. Safe to repeat; does nothing if there is no such role."""
    statement = _GRANTS.read_text().replace("{role}", (role or application_role()).replace("'", "''"))
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(statement)


def application_role() -> str:
    """Return the role by which web and workers connect."""
    named = urlsplit(getattr(settings, "APPLICATION_DATABASE_URL", "")).username
    return unquote(named) if named else DEFAULT_ROLE
