"""A process that `up` keeps alive, with its lines in the terminal under its name."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

RESTART_AFTER_SECONDS = 2.0

Say = Callable[[str], None]


class Child:
    """Starts a command in a session of its own, restarts it when it ends, stops it with everything it started."""

    def __init__(self, name: str, command: Sequence[str], *, environment: dict[str, str], say: Say, inherit: int) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._say = say
        self._inherit = inherit
        self._process: subprocess.Popen[str] | None = None
        self._due = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=[self._inherit],
        )
        threading.Thread(target=self._relay, args=(self._process,), daemon=True).start()

    def look_after(self) -> None:
        """Start it again, two seconds after it was found dead."""
        if self._process is None:
            if time.monotonic() >= self._due:
                self.start()
        elif self._process.poll() is not None:
            self._say(f"{self.name} ended ({_reason(self._process.returncode)}); starting it again")
            self._signal(signal.SIGKILL)
            self._process = None
            self._due = time.monotonic() + RESTART_AFTER_SECONDS

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, *, until: float) -> None:
        """Wait for its end until that moment (monotonic), then kill whatever is left of its session."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.1, until - time.monotonic()))
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        """Signal the whole session; it may be gone already."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _relay(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None, "started with a pipe"
        with process.stdout as lines:
            for line in lines:
                sys.stdout.write(f"{self.name:<7}| {line}")
                sys.stdout.flush()


def _reason(returncode: int) -> str:
    return f"exit code {returncode}" if returncode >= 0 else signal.Signals(-returncode).name
