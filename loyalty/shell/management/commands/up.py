"""`up`: the whole product on this machine, with one command."""

import logging
import signal
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.postgres.cluster import ClusterError
from loyalty.postgres.preparation import is_behind, prepare
from loyalty.shell.demo import LOGINS
from loyalty.shell.up.lock import AlreadyRunning, take
from loyalty.shell.up.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run Pointbook on this machine: database, web, worker and beat. Ctrl-C stops everything."
    requires_system_checks: list[str] = []  # they run once the database answers

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the web server's port (default 8000)")
        parser.add_argument("--empty", action="store_true", help="start without the demo programme")

    def handle(self, *_args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _leave)
        port = options["port"]
        try:
            lock = take(settings.DATA_DIR / "up.lock")
            _require_free(port)
            self._prepare(with_demo=not options["empty"])
        except (AlreadyRunning, ClusterError) as error:
            raise CommandError(str(error)) from error
        logins = _login_lines()
        connections.close_all()
        supervisor = Supervisor(port=port, cluster=settings.EMBEDDED_CLUSTER, lock=lock, say=self._say)
        supervisor.run(when_ready=lambda: self._greet(port, logins))

    def _prepare(self, *, with_demo: bool) -> None:
        cluster = settings.EMBEDDED_CLUSTER
        if cluster:
            self._say("starting the database ..." if cluster.places.data.exists() else "making the database (first start) ...")
            cluster.hold()
        logging.getLogger("django").setLevel(logging.WARNING)
        if is_behind():
            self._say("bringing the tables up to date ...")
        prepare()
        self.check(databases=["default"])
        if with_demo and not settings.PRODUCTION:
            self._load_demo(settings.DATA_DIR / "demo-unfinished")

    def _load_demo(self, unfinished: Path) -> None:
        """Load the demo into an empty installation; one that was interrupted goes on where it stopped."""
        if Programme.objects.exists() and not unfinished.exists():
            return
        self._say("loading the demo: a year of a grocer's trade. This happens once ...")
        unfinished.touch()
        call_command("demo")
        unfinished.unlink()

    def _greet(self, port: int, logins: list[str]) -> None:
        lines = [f"Pointbook is up:  http://localhost:{port}", "", *logins, "Ctrl-C stops everything; the data stays."]
        self.stdout.write("\n" + "\n".join(f"  {line}".rstrip() for line in lines) + "\n\n")
        self.stdout.flush()

    def _say(self, message: str) -> None:
        self.stdout.write(f"up     | {message}")
        self.stdout.flush()


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind, so that children and database are stopped on the way out."""
    sys.exit(0)


def _require_free(port: int) -> None:
    """Raises: CommandError if somebody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"Port {port} cannot be used ({error}). Choose another one: ./dev up --port {port % 60000 + 1}") from error


def _login_lines() -> list[str]:
    """Return the demo's logins as lines, nothing without the demo."""
    if not User.objects.filter(email=LOGINS[0].email).exists():
        return []
    return [*(f"{login.who:<18} {login.email:<28} {login.password}" for login in LOGINS), ""]
