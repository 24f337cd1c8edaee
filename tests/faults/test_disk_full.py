"""The disk is full: a clear refusal, nothing acknowledged is lost, and all goes on once there is space."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import Web, running, until
from tests.faults.server import Server, copied
from tests.faults.tills import Answered, NoAnswer, Sent, purchase, send
from tests.faults.truth import assert_all_is_there_once, assert_well

MEGABYTES = 400


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of a few hundred megabytes that nobody else uses. Only root may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="pointbook-disk-"))
    mounted = (
        os.getuid() == 0
        and subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", folder], check=False).returncode == 0
    )
    if not mounted:
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()


@contextlib.contextmanager
def full(disk: Path) -> Iterator[None]:
    """Leave no block on the disk, as a runaway log file would."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    yield
    ballast.unlink()


def buy_until_refused(web: Web, server: Server, name: str) -> tuple[list[tuple[Sent, Answered]], Sent, Answered | None]:
    """Return what was acknowledged, and the act that was not with its answer (none, if the line broke)."""
    done = []
    for number in range(100_000):
        act = purchase(server.scene.members[number % 20], f"{name}{number}")
        try:
            answer = send(web.port, server.scene, act)
        except NoAnswer:
            return done, act, None
        if answer.status != 201:
            return done, act, answer
        done.append((act, answer))
    raise AssertionError("the disk was never full")


def test_what_was_acknowledged_survives_a_full_disk(small_disk):
    server = copied(small_disk, min_wal_size="32MB", max_wal_size="64MB", shared_buffers="4MB", wal_recycle="off")
    server.start()
    with running(web := Web(server)):
        first = purchase(server.scene.members[0], "before")
        acknowledged = [(first, send(web.port, server.scene, first))]
        with full(small_disk):
            done, refused, answer = buy_until_refused(web, server, "full")
        if server.postmaster() is None or not server.answers():
            server.start()
        until(server.answers, "the server is back")
        again = send(web.port, server.scene, refused)
        acknowledged += [*done, (refused, again)]

    assert answer is not None and (answer.status, answer.json()["code"]) == (503, "unavailable")
    assert "retry-after" in answer.headers
    assert again.status == 201
    with server.looked_at():
        assert_all_is_there_once(acknowledged)
        assert_well()
    server.throw_away()
    shutil.rmtree(small_disk / "postgres", ignore_errors=True)
