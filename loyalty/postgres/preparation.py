"""Brings a database to what the code needs: tables, cache table, queue, rights. Safe to repeat; quick when nothing is to do."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from loyalty.postgres import broker


def prepare() -> None:
    """Migrate and install whatever is missing, as the owner of the database."""
    if is_behind():
        call_command("migrate", interactive=False, verbosity=0)
    if not settings.CACHES["default"].get("LOCATION", "").startswith("redis"):
        call_command("createcachetable", verbosity=0)
    if settings.BROKER_IS_DATABASE:
        broker.install(application=application_role())
    limit(application_role())


def limit(role: str) -> None:
    """Give the application its rights and no more: run every topic's `sql/grants.sql`, which names the role `{role}`."""
    for file in sorted(settings.BASE_DIR.glob("*/*/sql/grants.sql")):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(file.read_text().replace("{role}", role.replace("'", "''")))


def is_behind() -> bool:
    """Whether some migration has not run yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def application_role() -> str:
    """Return the role by which web and workers connect."""
    named = urlsplit(settings.APPLICATION_DATABASE_URL).username
    return unquote(named) if named else str(settings.DATABASES["default"]["USER"])
