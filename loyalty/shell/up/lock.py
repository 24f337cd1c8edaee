"""Lets only one `up` run on one data folder, and waits for the children of a killed one to be gone."""

import fcntl
import os
import time
from pathlib import Path

_PATIENCE_SECONDS = 20


class AlreadyRunning(Exception):
    """Another `up` runs on this data folder."""


def take(file: Path) -> int:
    """Return the descriptor of the held lock, to be inherited by the children. Raises: AlreadyRunning."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode() or "unknown"
            if _is_alive(owner) or time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyRunning(
                    f"Pointbook already runs here (process {owner}). Stop it first, or set POINTBOOK_DATA to another folder."
                ) from None
            time.sleep(0.2)
        else:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            return descriptor


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
