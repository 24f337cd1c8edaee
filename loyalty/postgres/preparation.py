"""Brings a database to what the code needs: tables, cache table, queue, rights. Safe to repeat; quick when nothing is to do."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from loyalty.postgres import broker

REPORTER = "pointbook_reporter"


def prepare() -> None:
    """Migrate and install whatever is missing, as the owner of the database."""
    if is_behind():
        call_command("migrate", interactive=False, verbosity=0)
    if not settings.CACHES["default"].get("LOCATION", "").startswith("redis"):
        call_command("createcachetable", verbosity=0)
    if settings.BROKER_IS_DATABASE:
        broker.install(application=application_role())
    set_up_roles(application=application_role(), sealer=sealer_role())
    limit(application_role(), sealer=sealer_role())


def set_up_roles(*, application: str, sealer: str, reporter: str = REPORTER) -> None:
    """Make sealer and reporter if the owner may; give the reporter its rights, and every role its time limits."""
    statement = (Path(__file__).parent / "sql" / "roles.sql").read_text()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select current_user")
        names = {"owner": cursor.fetchone()[0], "application": application, "sealer": sealer, "reporter": reporter}
        for name, role in names.items():
            statement = statement.replace(f"{{{name}}}", role.replace("'", "''"))
        cursor.execute(statement)


def limit(application: str, *, sealer: str) -> None:
    """Give application and sealer their rights and no more: run every topic's `sql/grants.sql` and `sql/sealer.sql` for them."""
    for name, role in (("grants", application), ("sealer", sealer)):
        for file in sorted(settings.BASE_DIR.glob(f"*/*/sql/{name}.sql")):
            statement = file.read_text().replace("{role}", role.replace("'", "''")).replace("{application}", application.replace("'", "''"))
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def is_behind() -> bool:
    """Whether some migration has not run yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def application_role() -> str:
    """Return the role by which web and workers connect."""
    named = urlsplit(settings.APPLICATION_DATABASE_URL).username
    return unquote(named) if named else str(settings.DATABASES["default"]["USER"])


def sealer_role() -> str:
    """Return the role that ticks and seals: the application's where the sealer has no login."""
    named = urlsplit(settings.SEALER_DATABASE_URL).username
    return unquote(named) if named else application_role()
