"""`start_database`: keep the embedded PostgreSQL up for other tools."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Start the embedded PostgreSQL, print how to reach it and keep it running until Ctrl-C."

    def handle(self, *_args: Any, **_options: Any) -> None:
        cluster = settings.EMBEDDED_CLUSTER
        if cluster is None:
            raise CommandError("DATABASE_URL names a server of your own; there is nothing to start.")
        signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
        cluster.hold()
        self.stdout.write(f"PostgreSQL is up. Ctrl-C ends it unless somebody else uses it.\n\n    psql '{settings.OWNER_DATABASE_URL}'\n")
        try:
            signal.pause()
        except KeyboardInterrupt:
            self.stdout.write("")
