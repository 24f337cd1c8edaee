"""Ends a process whose parent was killed, so that kill -9 of the supervisor leaves nothing behind."""

import os
import signal
import threading
import time
from collections.abc import Callable

SERVER = "POINTBOOK_WEB_SERVER"
"""The environment variable that tells a worker of the web server which process made it."""
_LOOK_EVERY_SECONDS = 0.5
_GRACE_SECONDS = 10


def end_with(parent: int, *, last: Callable[[], None] = lambda: None) -> None:
    """End this process soon after `parent` (a process id) is no longer its parent: gently first, then after `last` by force."""
    threading.Thread(target=_watch, args=(parent, last), name="orphan-watch", daemon=True).start()


def _watch(parent: int, last: Callable[[], None]) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    try:
        last()
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
