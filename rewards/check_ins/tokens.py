"""What the link in a QR code carries: a point and, where the code changes, a slot of time; signed, so that nobody makes one up."""

import datetime as dt
import re
import uuid

from django.core.signing import BadSignature, Signer

from rewards.check_ins.domain import CodeKind, slot_of
from rewards.check_ins.models import CheckInPoint

_VALUE = re.compile(r"([0-9a-f]{32})(?:-([0-9]{1,12}))?", re.ASCII)
MOST_LETTERS = 120


def code_of(point: CheckInPoint, at: dt.datetime) -> str:
    """Return the token of a point's code at a moment; a printed one is always the same."""
    return _codes().sign(f"{point.pk.hex}-{slot_of(at)}" if point.code_kind == CodeKind.ROTATING else point.pk.hex)


def read_code(token: str) -> tuple[uuid.UUID, int | None] | None:
    """Return the point and the slot that a token names, None for what was never made here."""
    return _read(_codes(), token)


def screen_of(point: CheckInPoint) -> str:
    """Return the token of the page that a tablet shows."""
    return _screens().sign(point.pk.hex)


def read_screen(token: str) -> uuid.UUID | None:
    """Return the point whose screen a token opens."""
    read = _read(_screens(), token)
    return read[0] if read else None


def _read(signer: Signer, token: str) -> tuple[uuid.UUID, int | None] | None:
    try:
        match = _VALUE.fullmatch(signer.unsign(token[:MOST_LETTERS]))
    except BadSignature:
        return None
    return (uuid.UUID(match[1]), int(match[2]) if match[2] else None) if match else None


def _codes() -> Signer:
    return Signer(sep=".", salt="rewards.check_ins.code")


def _screens() -> Signer:
    return Signer(sep=".", salt="rewards.check_ins.screen")
