"""`prepare_database`: what a deployment runs before new code starts."""

from typing import Any

from django.core.management.base import BaseCommand

from loyalty.postgres.preparation import prepare


class Command(BaseCommand):
    help = "Migrate, and install cache table, message queue and rights of the application's role, as the database's owner."

    def handle(self, *_args: Any, **_options: Any) -> None:
        prepare()
        self.stdout.write("The database is ready.")
