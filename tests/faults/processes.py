"""The product's own processes on a private server: web and worker, started and killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.faults.server import ROOT, Server


class Process:
    """One of the roles of `./dev up`, in a session of its own."""

    def __init__(self, server: Server, *role: str, url: str = "") -> None:
        self._environment = server.environment(url)
        self._command = [sys.executable, "-m", "loyalty.shell.up.launch", str(os.getpid()), *role]
        self.log = server.folder / f"{role[0]}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """End it and everything it started, as the kernel does when memory runs out."""
        assert self._process is not None, "it was started"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_a_child(self) -> None:
        """End one of its own workers; it must notice and start another."""
        assert self._process is not None, "it was started"
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(children[0]), signal.SIGKILL)


class Web(Process):
    """The web server on a port of its own."""

    def __init__(self, server: Server, url: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        super().__init__(server, "web", str(self.port), url=url)

    def start(self) -> None:
        super().start()
        until(self._answers, "the web server answers", self.log)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextlib.contextmanager
def running(*processes: Process):
    """Start them, and leave none behind."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in processes:
            process.kill()


def until(true: Callable[[], bool], what: str, log: Path | None = None, *, seconds: float = 60) -> None:
    """Wait for something that must come; the limit only keeps a failure from hanging."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-3000:] if log and log.exists() else ""
            raise AssertionError(f"this did not happen in {seconds:.0f} s: {what}\n{said}")
        time.sleep(0.05)
