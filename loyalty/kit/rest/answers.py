"""What goes back: compact JSON that no cache may keep."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from pydantic_core import to_json


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a view says: a JSON value, a status, and whether it was said before."""

    body: Any
    status: int = 200
    replayed: bool = False


def json_bytes(body: Any) -> bytes:
    return to_json(body)


def json_response(
    body: bytes, status: int = 200, *, content_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return these bytes as an answer."""
    response = HttpResponse(body, status=status, content_type=content_type, headers=dict(headers or {}))
    response["Cache-Control"] = "no-store"
    return response
