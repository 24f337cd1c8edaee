"""A place between two ends of a connection where the line can be cut at the worst moment."""

import contextlib
import enum
import socket
import threading
from collections.abc import Callable
from typing import Self


class Cut(enum.Enum):
    """Where the line breaks: before the words arrive, or once they have been acted on and before the answer arrives."""

    WORDS = "the words are lost"
    ANSWER = "the answer is lost"


class Proxy:
    """Passes bytes on between those who connect to `port` and `target`; `cut_next` breaks the line at the next `trigger`."""

    def __init__(self, reach: Callable[[], socket.socket], trigger: bytes) -> None:
        self.cuts = 0
        self._reach = reach
        self._trigger = trigger
        self._next: list[Cut] = []
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._door.close()

    def cut_next(self, cut: Cut, times: int = 1) -> None:
        """Break the line at the next triggers, one connection each."""
        with self._lock:
            self._next += [cut] * times

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._door.accept()
            except OSError:
                return
            try:
                far = self._reach()
            except OSError:
                near.close()
                continue
            _Line(self, near, far).open()

    def due(self, said: bytes) -> Cut | None:
        """Return the cut that falls on these words, and count it."""
        with self._lock:
            if self._trigger not in said or not self._next:
                return None
            self.cuts += 1
            return self._next.pop(0)


class _Line:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket) -> None:
        self._proxy, self._near, self._far = proxy, near, far
        self._answer_is_lost = False

    def open(self) -> None:
        for pass_on in (self._forth, self._back):
            threading.Thread(target=pass_on, daemon=True).start()

    def _forth(self) -> None:
        with contextlib.suppress(OSError):
            while said := self._near.recv(1 << 16):
                cut = self._proxy.due(said)
                if cut is Cut.WORDS:
                    break
                self._answer_is_lost |= cut is Cut.ANSWER
                self._far.sendall(said)
        self._close()

    def _back(self) -> None:
        with contextlib.suppress(OSError):
            while (said := self._far.recv(1 << 16)) and not self._answer_is_lost:
                self._near.sendall(said)
        self._close()

    def _close(self) -> None:
        for end in (self._near, self._far):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def to_socket_file(path: str) -> Callable[[], socket.socket]:
    """Return how a database's socket file is reached."""

    def reach() -> socket.socket:
        end = socket.socket(socket.AF_UNIX)
        end.connect(path)
        return end

    return reach


def to_port(port: int) -> Callable[[], socket.socket]:
    """Return how a server on this machine is reached."""
    return lambda: socket.create_connection(("127.0.0.1", port))
