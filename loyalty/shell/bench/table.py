"""The measures of `./dev bench`, run on a scratch database of the same durable server."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from loyalty.postgres.preparation import prepare
from loyalty.shell.bench import http, sql
from loyalty.shell.bench.measures import Measure, Report, Rounds

SCRATCH = "pointbook_bench"
MOST_MEMORY_MB = 600


@contextlib.contextmanager
def scratch_database() -> Iterator[str]:
    """Make, migrate and enter a database of our own; yield its address; drop it in the end."""
    home = connection.settings_dict["NAME"]
    url = urlunsplit(urlsplit(settings.OWNER_DATABASE_URL)._replace(path=f"/{SCRATCH}"))
    _administer(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)", f"CREATE DATABASE {SCRATCH}")
    connection.close()
    connection.settings_dict["NAME"] = SCRATCH
    try:
        prepare()
        yield url
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        _administer(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")


def measures(url: str) -> list[Measure]:
    """Return the table's lines, measured on the database at `url`."""
    return [
        Measure("one grant by SQL call / a minimal transaction", lambda rounds: sql.one_grant(url, rounds), 0.60, 0.85),
        Measure("members in one programme / spread on fifty", lambda rounds: sql.one_programme(url, rounds), 0.95, 0.98),
        Measure("POST purchases / a bare view", lambda rounds: _over_http(url, rounds, batch=False), 0.12, 0.30),
        Measure("batches of 500: purchases/s / bare requests/s", lambda rounds: _over_http(url, rounds, batch=True), 2, 5),
        Measure("replay of a year with redemptions and closes", lambda _rounds: _replay(url)),
    ]


def _over_http(url: str, rounds: int, *, batch: bool) -> Rounds:
    scene = http.prepare(f"bench-{'batch' if batch else 'single'}")
    with http.server(url) as port:
        found = http.measure(scene, port, batch=batch, rounds=rounds)
    middle = sorted(found.ours)[rounds // 2], sorted(found.bare)[rounds // 2]
    return Rounds(found.ours, found.bare, f"{middle[0]:,.0f} purchases/s over {middle[1]:,.0f} requests/s, {http.CONNECTIONS} connections")


def _replay(url: str) -> Report:
    """Replay in a process of its own, whose memory is told. TRADE_BASKETS and TRADE_PARAMS name a larger year than the sample."""
    command = [sys.executable, "manage.py", "replay", "--programme", "bench-replay"]
    for option, variable in (("--baskets", "TRADE_BASKETS"), ("--parameters", "TRADE_PARAMS")):
        if path := os.environ.get(variable):
            command += [option, str(Path(path).resolve())]
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    told = next(line for line in done.stdout.splitlines() if "receipts in" in line)
    memory = re.search(r"(\d+) MB", told)
    assert memory is not None, told
    return Report(told, int(memory[1]) < MOST_MEMORY_MB)


def _administer(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 (Django offers no public way to reach the server without a database)
        for statement in statements:
            cursor.execute(statement)
