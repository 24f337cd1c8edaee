"""Calls the API as a partner does: over Django's test client, with a key, in JSON."""

import dataclasses
import itertools
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

_numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Caller:
    """A partner's program. Every POST carries a fresh Idempotency-Key unless one (or None) is named."""

    programme: str
    key: str

    def get(self, path: str, **query: Any) -> HttpResponse:
        return Client().get(self.address(path), query, headers=self.headers())

    def post(self, path: str, body: Any, *, key: str | None = "", query: str = "", content_type: str = "application/json") -> HttpResponse:
        return self.send("post", path, body, key=key, query=query, content_type=content_type)

    def patch(self, path: str, body: Any, *, key: str | None = "") -> HttpResponse:
        return self.send("patch", path, body, key=key)

    def send(
        self, method: str, path: str, body: Any, *, key: str | None = "", query: str = "", content_type: str = "application/json"
    ) -> HttpResponse:
        headers = self.headers()
        if key is not None:
            headers["Idempotency-Key"] = key or f"key-{next(_numbers)}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = self.address(path) + (f"?{query}" if query else "")
        return getattr(Client(raise_request_exception=True), method)(address, data, content_type=content_type, headers=headers)

    def address(self, path: str) -> str:
        return f"/api/v1/programmes/{self.programme}/{path}"

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def problem(response: HttpResponse) -> dict[str, Any]:
    """Return the problem details of a refusal, having looked at their form."""
    assert response["Content-Type"] == "application/problem+json", response.content
    body = response.json()
    assert body["status"] == response.status_code
    assert {"type", "title", "status", "code", "detail"} <= body.keys()
    return body


def faults(response: HttpResponse) -> dict[str, str]:
    """Return the faults of a refused body by JSON pointer."""
    return {fault["pointer"]: fault["code"] for fault in problem(response).get("errors", [])}
