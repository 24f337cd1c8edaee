"""Which code somebody has scanned and not used yet: kept in the session, so that who signs in or joins meanwhile is not late."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from loyalty.kit import clock
from rewards.check_ins.domain import HELD

_SCAN = "check_in"


def note_scan(request: HttpRequest, token: str) -> None:
    """Note that a code was scanned now; a scan that still counts stays as it is."""
    if scanned_at(request, token) is None:
        request.session[_SCAN] = {"token": token, "at": clock.now().isoformat()}


def forget_scan(request: HttpRequest) -> None:
    request.session.pop(_SCAN, None)


def scanned_at(request: HttpRequest, token: str) -> dt.datetime | None:
    """Return when this person scanned this code, if that is not too long ago."""
    kept: dict[str, Any] = request.session.get(_SCAN, {})
    if kept.get("token") != token:
        return None
    at = dt.datetime.fromisoformat(kept["at"])
    return at if clock.now() - HELD <= at <= clock.now() else None


def scanned_url(request: HttpRequest, programme_slug: str) -> str:
    """Return the address of the code that this person has scanned, empty without one."""
    token = request.session.get(_SCAN, {}).get("token", "")
    if not token or scanned_at(request, token) is None:
        return ""
    return reverse("portal:check-in", kwargs={"programme": programme_slug, "token": token})
