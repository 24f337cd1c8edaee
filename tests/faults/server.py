"""A PostgreSQL server for one test alone: a copy of a prepared one, to be killed, filled and cut off as the test likes."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from loyalty.postgres.cluster import APPLICATION, DATABASE, OWNER, Cluster
from tests.faults.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
_ROOM_BYTES = 4 << 30


class Server(Cluster):
    """A private server. Started, killed and stopped by the test that made it."""

    def __init__(self, folder: Path, scene: Scene, **changed: str) -> None:
        super().__init__(folder, changed)
        self.folder = folder
        self.scene = scene

    def start(self) -> None:
        """Start, or start again as a process manager would; returns once the server answers."""
        self.ensure_running()

    def kill(self) -> None:
        """End the server as a power cut would."""
        pid = self.postmaster()
        assert pid is not None, "it runs"
        os.kill(pid, signal.SIGKILL)

    def throw_away(self) -> None:
        """End it without writing anything down; nobody needs its data any more."""
        if self.postmaster() is not None:
            self._run("pg_ctl", "stop", "--mode=immediate", "--wait", f"--pgdata={self.places.data}")

    @contextlib.contextmanager
    def looked_at(self) -> Iterator[None]:
        """Let this process's own connection lead to this server, as the owner."""
        was = {name: connection.settings_dict[name] for name in ("HOST", "PORT", "USER", "NAME")}
        connections.close_all()
        connection.settings_dict.update(HOST=str(self.places.sockets), PORT="", USER=OWNER, NAME=DATABASE)
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict.update(was)

    def environment(self, url: str = "") -> dict[str, str]:
        """Return the variables with which the product's processes use this server (or another way to it)."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "POINTBOOK_PG_BIN"}}
        return kept | {
            "POINTBOOK_ENV": "development",
            "POINTBOOK_DATA": str(self.folder / "var"),
            "POINTBOOK_ROLE": "application",
            "POINTBOOK_SEAL_KEY": settings.SEAL_KEY,
            "POINTBOOK_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "loyalty.settings",
            "DATABASE_URL": url or self.url(APPLICATION),
            "DATABASE_OWNER_URL": self.url(OWNER),
            "PYTHONUNBUFFERED": "1",
        }


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Yield a folder that the server's user can reach, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pointbook-faults-", dir=_roomy_memory()))
    folder.chmod(0o755)  # the server runs as another user if we are root
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def private_server(**changed: str) -> Iterator[Server]:
    """Yield a running server that holds the scene; `changed` are settings of postgresql.conf."""
    with private_folder() as folder:
        server = copied(folder, **changed)
        server.start()
        try:
            yield server
        finally:
            server.throw_away()


def _roomy_memory() -> Path | None:
    """Return a disk in memory if there is one with room: what is killed here are processes, and those lose nothing that lies there."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM_BYTES else None


def copied(folder: Path, **changed: str) -> Server:
    """Return a server that has not been started, with its data in `folder`."""
    template = _template()
    server = Server(folder, Scene.read(template / "scene.json"), **changed)
    server.places.make()
    subprocess.run(["cp", "-a", Cluster(template).places.data, server.places.data], check=True)
    return server


def _template() -> Path:
    """Return the folder of the prepared server, made first if the tables have changed since; other processes wait."""
    home = settings.DATA_DIR / "tests" / "faults"
    home.mkdir(parents=True, exist_ok=True)
    wanted = home / _fingerprint()
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (wanted / "scene.json").exists():
            for old in home.glob("*/"):
                shutil.rmtree(old)
            wanted.mkdir()
            _prepare(wanted)
    return wanted


def _prepare(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.ensure_running()
    environment = os.environ | {
        "DATABASE_URL": cluster.url(APPLICATION),
        "DATABASE_OWNER_URL": cluster.url(OWNER),
        "POINTBOOK_ROLE": "owner",
    }
    environment.pop("CELERY_BROKER_URL", None)  # so that the queue in the database is made
    try:
        subprocess.run([sys.executable, "-m", "tests.faults.scene", folder / "unfinished.json"], cwd=ROOT, env=environment, check=True)
    finally:
        cluster.stop()
    (folder / "unfinished.json").rename(folder / "scene.json")


def _fingerprint() -> str:
    """Return what tells whether the prepared server is still what today's code would make."""
    files = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("*/*/sql/*.sql"),
        *ROOT.glob("loyalty/postgres/*.py"),
        *Path(__file__).parent.glob("s*.py"),
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
