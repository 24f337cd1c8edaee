"""Who may do what in the database: the owner migrates, the application posts points only through the functions, the sealer seals."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

DEFAULT_ROLE = "pointbook"
_SQL = Path(__file__).parent / "sql"


def apply_grants(*, role: str | None = None, sealer: str | None = None, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give the application and the sealer their rights and take all others from them; who they are is said by the settings, or here.

    Safe to repeat; leaves a role alone that does not exist or that is the owner.
    """
    application = role or application_role()
    texts = [(_SQL / f"{name}.sql").read_text() for name in ("grants", "sealer")]
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for text, whose in zip(texts, (application, sealer or sealer_role()), strict=True):
            cursor.execute(text.replace("{role}", _quoted(whose)).replace("{application}", _quoted(application)))


def application_role() -> str:
    """Return the role by which web and workers connect."""
    return _user_of(getattr(settings, "APPLICATION_DATABASE_URL", "")) or DEFAULT_ROLE


def sealer_role() -> str:
    """Return the role that ticks and seals: the application's where the sealer has no login of its own."""
    return _user_of(getattr(settings, "SEALER_DATABASE_URL", "")) or application_role()


def _user_of(url: str) -> str:
    return unquote(urlsplit(url).username or "")


def _quoted(role: str) -> str:
    return role.replace("'", "''")
