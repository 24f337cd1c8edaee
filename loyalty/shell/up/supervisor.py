"""Starts the children, looks after them and the database, and takes everything down in order."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from loyalty.postgres.cluster import Cluster, ClusterError
from loyalty.shell.up.children import Child, Say

_LOOK_EVERY_SECONDS = 0.5
_GRACE_SECONDS = 10.0
_START_SECONDS = 90.0


class Supervisor:
    """Runs web, worker and beat until told to stop."""

    def __init__(self, *, port: int, cluster: Cluster | None, lock: int, say: Say) -> None:
        self._address = f"http://127.0.0.1:{port}/healthz"
        self._cluster = cluster
        self._say = say
        environment = {**os.environ, "POINTBOOK_ROLE": "application", "PYTHONUNBUFFERED": "1"}
        launch = [sys.executable, "-m", "loyalty.shell.up.launch", str(os.getpid())]
        self.children = [
            Child(role, [*launch, role, *arguments], environment=environment, say=say, inherit=lock)
            for role, arguments in (("web", [str(port)]), ("worker", []), ("beat", []))
        ]

    def run(self, *, when_ready: Callable[[], None]) -> None:
        """Run until SystemExit or KeyboardInterrupt is raised by a signal; then stop all, the database last."""
        try:
            for child in self.children:
                child.start()
            self._until_web_answers()
            when_ready()
            while True:
                self._look_after()
        finally:
            self._stop()

    def _look_after(self) -> None:
        time.sleep(_LOOK_EVERY_SECONDS)
        for child in self.children:
            child.look_after()
        if self._cluster and self._cluster.postmaster() is None:
            self._say("the database ended; starting it again")
            try:
                self._cluster.ensure_running()
            except ClusterError as error:
                self._say(str(error))

    def _until_web_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._web_answers():
            if time.monotonic() > deadline:
                raise SystemExit("The web server does not answer; its lines above say why.")
            self._look_after()

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(self._address, timeout=5) as answer:  # noqa: S310  # our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._say("stopping ...")
        until = time.monotonic() + _GRACE_SECONDS
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop(until=until)
        if self._cluster:
            self._cluster.leave()
