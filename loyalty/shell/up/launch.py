"""What a child of `up` runs: python -m loyalty.shell.up.launch PARENT web PORT | worker | beat."""

import os
import signal
import sys
import warnings
from collections.abc import Callable

import django
from django.conf import settings

from loyalty.shell.up.orphans import SERVER, end_with


def serve(port: str) -> None:
    """Serve the site on the loopback address."""
    from granian import Granian  # noqa: PLC0415  # only this child pays for the import
    from granian.constants import Interfaces  # noqa: PLC0415

    os.environ[SERVER] = str(os.getpid())
    Granian(
        "loyalty.shell.up.web:application",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=min(2, os.cpu_count() or 1),
        blocking_threads=4,
        websockets=False,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


def work() -> None:
    """Run background tasks, several at a time, in threads."""
    warnings.filterwarnings("ignore", message="(?s).*superuser privileges")  # root may try the product too
    _celery("worker", "--pool=threads", "--concurrency=4", "--without-gossip", "--without-mingle", "--loglevel=WARNING")


def beat() -> None:
    """Wake up what is due."""
    _celery("beat", "--loglevel=WARNING", "--pidfile=")


def _celery(*arguments: str) -> None:
    from loyalty.celery import app  # noqa: PLC0415  # after django.setup()

    app.start(["--quiet", *arguments])


ROLES: dict[str, Callable[..., None]] = {"web": serve, "worker": work, "beat": beat}


def main(parent: str, role: str, *arguments: str) -> None:
    """Become one of the children, holding the embedded database if there is one.

    Who is told to end before its server has put up handlers of its own leaves the database too, so that the last one stops it.
    """
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    end_with(int(parent), last=_leave)
    django.setup()
    if settings.EMBEDDED_CLUSTER:
        settings.EMBEDDED_CLUSTER.hold()
    ROLES[role](*arguments)


def _leave() -> None:
    """The last of several stuck children stops the database before it goes."""
    if settings.configured and settings.EMBEDDED_CLUSTER:
        settings.EMBEDDED_CLUSTER.leave()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")
    main(*sys.argv[1:])
