"""How much one key may ask in a minute."""

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

WINDOW_SECONDS = 60
_MOST_KEYS = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a window: of `limit` requests `remaining`, until `reset` seconds from now."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool

    def as_headers(self) -> dict[str, str]:
        return {"RateLimit-Limit": str(self.limit), "RateLimit-Remaining": str(self.remaining), "RateLimit-Reset": str(self.reset)}


class Windows:
    """Counts by key in windows of one minute, in this process: with several web processes the limit holds in each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def spend(self, key: str, cost: int, limit: int) -> Allowance:
        """Count `cost` requests for this key. A window that is used up counts nothing more."""
        now = self._clock()
        with self._lock:
            began, used = self._used.get(key, (now, 0))
            if now - began >= WINDOW_SECONDS:
                began, used = now, 0
            exceeded = used + cost > limit and (used > 0 or cost <= limit)
            if not exceeded:
                used += cost
            if len(self._used) >= _MOST_KEYS:
                self._used.clear()
            self._used[key] = (began, used)
        return Allowance(limit, max(0, limit - used), max(1, int(began + WINDOW_SECONDS - now + 0.999)), exceeded)


windows = Windows()


class KeyThrottle(BaseThrottle):
    """Lets a key make `API_REQUESTS_PER_MINUTE` requests; a view may say that one request costs more (`request_cost`)."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        cost: Any = getattr(view, "request_cost", None)
        allowance = spend(request, cost(request) if cost else 1)
        self._wait = allowance.reset
        return not allowance.exceeded

    def wait(self) -> float | None:
        return self._wait


def spend(request: Request, cost: int) -> Allowance:
    """Count requests of the caller's key, and keep what is left beside the request for the answer's headers."""
    caller: Any = request.auth
    allowance = windows.spend(caller.id, cost, settings.API_REQUESTS_PER_MINUTE)
    request._request.allowance = allowance  # type: ignore[attr-defined]  # noqa: SLF001  # both wrap one request
    return allowance


def spend_more(request: Request, cost: int) -> None:
    """Count further requests for what one request carries. Raises: Throttled."""
    if cost > 0 and (allowance := spend(request, cost)).exceeded:
        raise Throttled(allowance.reset)
