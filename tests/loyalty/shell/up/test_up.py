"""One command runs the product, mends what is killed and leaves nothing behind. Slow on purpose: real processes, really killed."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
pytestmark = pytest.mark.slow


class Up:
    """A running `manage.py up` with a data folder and port of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.lines: list[str] = []

    def start(self) -> None:
        keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        environment = {**keep, "POINTBOOK_ENV": "development", "POINTBOOK_DATA": str(self.folder), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "manage.py", "up", "--empty", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        until(lambda: self.printed("Pointbook is up") or self.process.poll() is not None, seconds=300)
        assert self.process.poll() is None, "".join(self.lines)

    def _read(self) -> None:
        with self.process.stdout as stream:
            self.lines.extend(iter(stream.readline, ""))

    def printed(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def web(self) -> int:
        """Return the process id of the web server."""
        return int(next(match[1] for line in reversed(self.lines) if (match := re.search(r"main PID: (\d+)", line))))

    def postmaster(self) -> int:
        home = next(home for home in (self.folder / "postgres", *Path("/var/lib").glob("pointbook-*")) if (home / "data").exists())
        return int((home / "data" / "postmaster.pid").read_text().split()[0])

    def processes(self) -> list[int]:
        """Return every process that belongs to this data folder: ours by their environment, the server by its arguments."""
        return [pid for entry in Path("/proc").glob("[0-9]*") if (pid := int(entry.name)) != self.process.pid and self._owns(pid)]

    def leftovers(self) -> str:
        """Tell what the processes that are left were started with, and whose children they are."""
        told = []
        for pid in self.processes():
            with contextlib.suppress(OSError):
                command = (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                told.append(f"{pid} of {(Path('/proc') / str(pid) / 'stat').read_text().rsplit(')', 1)[1].split()[1]}: {command}")
        return "\n".join(["", *told, *self.lines[-20:]])

    def _owns(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            process = Path("/proc") / str(pid)
            mark = os.fsencode(self.folder)
            return mark in (process / "environ").read_bytes() or mark in (process / "cmdline").read_bytes()
        return False

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self._reader.join(10)


def until(true: Callable[[], bool], *, seconds: float, else_tell: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"it did not happen in time {else_tell()}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """An empty folder. Whichever test is first starts from nothing, which takes a minute; the others start from what was left."""
    path = Path(tempfile.mkdtemp(prefix="pointbook-up-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def up(folder: Path) -> Iterator[Up]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Up(folder, port)
    try:
        running.start()
        yield running
    finally:
        running.end()


def test_it_mends_what_is_killed_and_leaves_no_process(up):
    assert up.status("/readyz") == 200
    first_web = up.web()

    os.kill(first_web, signal.SIGKILL)
    until(lambda: up.web() != first_web and up.status("/readyz") == 200, seconds=30)

    first_postmaster = up.postmaster()
    os.kill(first_postmaster, signal.SIGKILL)
    until(lambda: up.printed("the database ended"), seconds=10)
    until(lambda: up.status("/readyz") == 200, seconds=30)
    assert up.postmaster() != first_postmaster

    up.end()
    assert up.process.returncode == 0
    assert up.processes() == []


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_is_clean(up):
    up.process.kill()
    up.process.wait()
    until(lambda: up.processes() == [], seconds=90, else_tell=up.leftovers)
    up.lines.clear()

    up.start()

    assert up.status("/readyz") == 200


def test_a_second_one_on_the_same_data_is_refused(up):
    with pytest.raises(AssertionError, match="already runs here"):
        Up(up.folder, up.port).start()


def test_a_busy_port_is_refused_with_the_option_that_helps(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()

        with pytest.raises(AssertionError, match=r"Choose another one: ./dev up --port"):
            Up(tmp_path, busy.getsockname()[1]).start()
