"""Ends a process whose parent was killed, so that kill -9 of the supervisor leaves nothing behind."""

import os
import signal
import threading
import time

_LOOK_EVERY_SECONDS = 0.5
_GRACE_SECONDS = 10


def end_with(parent: int) -> None:
    """End this process, gently first, soon after `parent` (a process id) is no longer its parent."""
    threading.Thread(target=_watch, args=(parent,), name="orphan-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
