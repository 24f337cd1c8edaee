"""Runs the embedded PostgreSQL cluster: made on first use, started by whoever connects first, stopped by the last who leaves.

Every process that uses it holds a shared file lock on `users.lock`. The kernel frees the lock of a killed process, so nothing
goes stale; who gets the lock exclusively on leaving is the last one and stops the server. Server and data are durable
(fsync on): an acknowledged commit survives kill -9 of any process.
"""

import atexit
import contextlib
import fcntl
import functools
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from loyalty.postgres import binaries, places

OWNER = "pointbook_owner"
APPLICATION = "pointbook"
SEALER = "pointbook_sealer"
DATABASE = "pointbook"
_PATIENCE_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}


class ClusterError(Exception):
    """The embedded server cannot be made or started; the message says why and what to do."""


class Cluster:
    """One embedded cluster, found by the folder that holds its data; `settings` change or add to the server's own."""

    def __init__(self, var: Path, settings: Mapping[str, str] | None = None) -> None:
        self.places = places.choose(var)
        self._settings = {"shared_buffers": _shared_buffers(), **_SETTINGS, **(settings or {})}
        self._users: int | None = None
        self._holder = 0

    def url(self, role: str) -> str:
        """Return the DATABASE_URL by which `role` reaches the cluster's database."""
        return f"postgres://{role}@{str(self.places.sockets).replace('/', '%2F')}/{DATABASE}"

    def hold(self) -> None:
        """Keep the server running while this process lives, starting it if need be. Raises: ClusterError."""
        if not self.is_held:
            self._join()
        self.ensure_running()

    @property
    def is_held(self) -> bool:
        """Whether this very process holds the server; a fork of a holder does not."""
        return self._holder == os.getpid()

    def leave(self) -> None:
        """Stop holding; the last to leave stops the server."""
        if self._users is None or not self.is_held:
            return
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.stop()
        os.close(self._users)
        self._users = None
        self._holder = 0

    def ensure_running(self) -> None:
        """Make the cluster if it is new, and return once it answers. Raises: ClusterError."""
        if self.answers():
            return
        self.places.make()
        with _locked(self.places.start_lock):
            if not self.answers():
                self._make()
                self._start()
                self._make_roles()

    def answers(self, database: str = DATABASE) -> bool:
        """Whether the server accepts a connection to `database` now."""
        try:
            self._connect(database).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server; connections are cut, open transactions roll back."""
        if self.postmaster() is not None:
            self._run("pg_ctl", "stop", "--mode=fast", "--wait", f"--pgdata={self.places.data}")

    def postmaster(self) -> int | None:
        """Return the process id of the server, None if it does not run."""
        try:
            pid = int((self.places.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid

    def _join(self) -> None:
        """Take the shared lock; waits while a last leaver is just stopping the server."""
        self.places.make()
        self._users = os.open(self.places.users_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._users, fcntl.LOCK_SH)
        self._holder = os.getpid()
        atexit.register(self.leave)

    def _make(self) -> None:
        """Initialise the data folder under another name first, so that a killed initdb leaves nothing half made."""
        if self.places.data.exists():
            self._check_version()
            return
        unfinished = self.places.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        if binaries.major(self._binaries) >= 17:  # the builtin provider sorts alike on every operating system
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            locale = ["--locale=C.UTF-8"]
        self._run(
            "initdb", f"--pgdata={unfinished}", f"--username={OWNER}", "--auth=trust", "--encoding=UTF8", "--no-instructions", *locale
        )
        unfinished.rename(self.places.data)

    def _check_version(self) -> None:
        have = (self.places.data / "PG_VERSION").read_text().strip()
        need = binaries.major(self._binaries)
        if have != str(need):
            raise ClusterError(
                f"The data in {self.places.data} was made by PostgreSQL {have}, but the programs in {self._binaries} are version {need}. "
                f"Set POINTBOOK_PG_BIN to a PostgreSQL {have} bin folder, or dump there and restore into a new POINTBOOK_DATA."
            )

    def _start(self) -> None:
        """Start and wait. Tries again for a while: after kill -9 the dead server's last processes still hold its memory."""
        settings = {**self._settings, "unix_socket_directories": str(self.places.sockets)}
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._run("pg_ctl", "start", "--wait", f"--pgdata={self.places.data}", f"--log={self.places.log}", f"--options={options}")
            except ClusterError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
            if self.answers("postgres"):
                return

    def _make_roles(self) -> None:
        """Create the application's role and the database, once. The role may use every table unless an app revokes it."""
        with self._connect("template1") as template:
            if template.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                return
            application = sql.Identifier(APPLICATION)
            if not template.execute("select 1 from pg_roles where rolname = %s", [APPLICATION]).fetchone():
                template.execute(sql.SQL("create role {} login").format(application))
            for kind, rights in (("tables", "select, insert, update, delete"), ("sequences", "usage, select"), ("functions", "execute")):
                grant = "alter default privileges in schema public grant {} on {} to {}"
                template.execute(sql.SQL(grant).format(sql.SQL(rights), sql.SQL(kind), application))
        with self._connect("postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))

    def _connect(self, database: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            dbname=database, user=OWNER, host=str(self.places.sockets), autocommit=autocommit, connect_timeout=_PATIENCE_SECONDS
        )

    @functools.cached_property
    def _binaries(self) -> Path:
        try:
            return places.reachable_binaries(binaries.find(), self.places.runner)
        except binaries.BinariesMissing as missing:
            raise ClusterError(str(missing)) from missing

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as the server's user. Raises: ClusterError with what it printed."""
        runner = self.places.runner
        identity: dict[str, Any] = {"user": runner.pw_uid, "group": runner.pw_gid, "extra_groups": []} if runner else {}
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        output = self.places.home / "last-command.log"
        with output.open("w+") as printed:  # a file, not a pipe: the server would keep a pipe open
            done = subprocess.run(
                [self._binaries / program, *arguments],
                check=False, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT, cwd="/", env=environment, **identity,
            )  # fmt: skip
            printed.seek(0)
            if done.returncode:
                raise ClusterError(f"{program} failed: {printed.read().strip()}\nThe server's log is {self.places.log}")


def _shared_buffers() -> str:
    """An eighth of the machine's memory, 128 MB to 1 GB: in five million movements a grant then costs what it costs in a few."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return f"{min(max(memory_mb // 8, 128), 1024)}MB"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; other processes wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
