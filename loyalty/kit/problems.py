"""Refusals. Every "no" is a Problem: a stable code, an HTTP status and a sentence that says what to do next (RFC 9457)."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclasses.dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: JSON pointer, code, and a sentence."""

    pointer: str
    code: str
    detail: str


class StartAgain(Exception):
    """Not a refusal: another transaction came first. Rolled back and started again, the same act sees what the other one did."""


class Problem(Exception):
    """A refusal that changed nothing.

    `code` is stable for programs, `status` is the HTTP status, `detail` is for people, `extra` carries figures
    (for example the shortfall), `errors` names wrong fields.
    """

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    title: ClassVar[Promise | str] = gettext_lazy("The request was refused")

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = (), extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        self.extra = dict(extra or {})

    def as_dict(self) -> dict[str, Any]:
        """Return the RFC 9457 members."""
        body: dict[str, Any] = {
            "type": f"urn:pointbook:problem:{self.code}",
            "title": str(self.title),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [dataclasses.asdict(error) for error in self.errors]
        return body | self.extra


class Malformed(Problem):
    """The request cannot be read as meant (422)."""

    code = "malformed"
    status = 422
    title = gettext_lazy("The request is malformed")


class Refused(Problem):
    """A business "no" (409)."""

    code = "refused"
    status = 409
    title = gettext_lazy("The request conflicts with how things stand")


class Forbidden(Problem):
    code = "forbidden"
    status = 403
    title = gettext_lazy("Not allowed")


class NotFound(Problem):
    code = "not_found"
    status = 404
    title = gettext_lazy("Not found")
