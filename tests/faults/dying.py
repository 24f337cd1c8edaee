"""Background work that dies at a chosen point: a process without threads that forks a child for each order and lets it be killed.

A point lies before and after every statement and every COMMIT. Orders are lines of JSON on standard input: the database, the work, and at
which point the child kills itself (null: never). The answer is a line with how many points there were, or null if it died.
"""

import contextlib
import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

AT = dt.datetime(2025, 2, 3, 9, tzinfo=dt.UTC)
"""When everything here happens."""
LATER = AT + dt.timedelta(hours=1)
CHUNK = 4


class Mortal:
    """Counts the points, and dies at one of them."""

    def __init__(self, dies_at: int | None) -> None:
        self.points = 0
        self._dies_at = dies_at

    def point(self) -> None:
        if self.points == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.points += 1

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*arguments: Any, **named: Any) -> Any:
            self.point()
            done = act(*arguments, **named)
            self.point()
            return done

        return acted

    def statement(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        return self.around(execute)(*arguments)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        from django.db import connection

        connection._commit = self.around(connection._commit)
        with connection.execute_wrapper(self.statement):
            yield


def expiry(at: dt.datetime) -> None:
    from ledger.points.models import PointUnit
    from ledger.points.services import expire_due

    for unit in PointUnit.objects.order_by("pk"):
        expire_due(unit=unit.pk, through_on=at.date(), at=at, chunk=CHUNK)


def maturation(at: dt.datetime) -> None:
    from ledger.points.models import PointUnit
    from ledger.points.services import activate_due

    for unit in PointUnit.objects.order_by("pk"):
        activate_due(unit=unit.pk, through_on=at.date(), at=at, chunk=CHUNK)


def ticks(_at: dt.datetime) -> None:
    from ledger.ticks.services import take_ticks

    take_ticks(most_movements=CHUNK)


def seals(at: dt.datetime) -> None:
    from ledger.seals import publishing, services

    for programme in services.sealed_programmes():
        services.seal(programme=programme, at=at, chunk=CHUNK)
        services.checkpoint(programme=programme, at=at)
    for one in publishing.unpublished():
        publishing.publish(checkpoint=one, at=at)


def outbox(at: dt.datetime) -> None:
    from accounts.members.emails import send_welcome
    from accounts.outbox.services import deliver_next

    while deliver_next(handlers={"member.enrolled": send_welcome}, at=at) is not None:
        pass


def holds(at: dt.datetime) -> None:
    from rewards.redemptions.services import expire_redemptions

    expire_redemptions(at=at, chunk=CHUNK)


def close(at: dt.datetime) -> None:
    from accounts.users.models import User
    from ledger.books.models import Book, Period
    from reporting.close.services import prepare_close

    book = Book.objects.order_by("pk").last()
    period = Period.objects.get(book=book, starts_on=dt.date(2025, 1, 1))
    prepare_close(book=book, period=period, preparer=User.objects.order_by("pk").last().pk, at=at)


WORKS: dict[str, Callable[[dt.datetime], None]] = {work.__name__: work for work in (expiry, maturation, ticks, seals, outbox, holds, close)}


def die_or_finish(order: dict[str, Any]) -> int:
    """Do one work in this very process; return how many points it had."""
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = order["database"]
    settings.EMAIL_FILE_PATH = Path(settings.DATA_DIR) / order["database"]
    settings.SEAL_FOLDER = Path(settings.DATA_DIR) / f"{order['database']}.checkpoints"
    mortal = Mortal(order["dies_at"])
    with mortal.at_work():
        WORKS[order["work"]](AT if order["first"] else LATER)
    return mortal.points


def in_a_child(order: dict[str, Any]) -> int | None:
    """Fork, let the child work, and return its points; None if it was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, str(die_or_finish(order)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        points = said.read()
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    return int(points)


def main() -> None:
    django.setup()
    from loyalty import urls  # noqa: F401  # loads all there is, once, before the first fork

    for line in sys.stdin:
        sys.stdout.write(json.dumps(in_a_child(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
