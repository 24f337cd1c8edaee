"""Every refusal as problem details (RFC 9457): the exception handler of REST framework."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

from loyalty.kit.problems import Forbidden, NotFound, Problem
from loyalty.kit.rest.answers import json_bytes, json_response
from loyalty.kit.rest.parsing import MOST_BATCH_BYTES, BodyTooLarge, ContentNotJSON

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 2
_NOTHING_HERE = gettext_lazy("There is nothing here. Check the address.")
log = logging.getLogger(__name__)

_BUSY_STATES = ("08", "40", "53", "55P03", "57")
"""SQLSTATEs of a database that is away, full, shutting down or busy: connection, rollback, resources, lock and operator classes."""


class Unavailable(Problem):
    code = "unavailable"
    status = 503
    title = gettext_lazy("The service is busy")


class TooManyRequests(Problem):
    code = "too_many_requests"
    status = 429
    title = gettext_lazy("Too many requests")


class MethodNotAllowed(Problem):
    code = "method_not_allowed"
    status = 405
    title = gettext_lazy("This address does not do that")


class NotSignedIn(Problem):
    code = "not_authenticated"
    status = 401
    title = gettext_lazy("Not signed in")


class BadRequest(Problem):
    code = "bad_request"
    status = 400


def problem_response(error: Exception, _context: Mapping[str, Any] | None = None) -> HttpResponse | None:
    """Answer what a view raised; None (a defect, told as such) for what is no refusal."""
    problem = _as_problem(error)
    if problem is None:
        return None
    headers = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="pointbook"'
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_SECONDS)
        log.warning("answered 503: %s", error)
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait))
    return json_response(json_bytes(problem.as_dict()), problem.status, content_type=CONTENT_TYPE, headers=headers)


def no_such_address(_request: HttpRequest, **_path: str) -> HttpResponse:
    """Answer what no address of the API is for."""
    return json_response(json_bytes(NotFound(str(_NOTHING_HERE)).as_dict()), NotFound.status, content_type=CONTENT_TYPE)


def _as_problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if is_busy(error):
        return Unavailable(_("The service is busy. Send the same request again in a moment."))
    if isinstance(error, RequestDataTooBig):
        return BodyTooLarge(_("Send at most %(kilobytes)s kB at once.") % {"kilobytes": MOST_BATCH_BYTES // 1024})
    if isinstance(error, Http404 | PermissionDenied | exceptions.APIException):
        return _of_framework(error)
    return None


def _of_framework(error: Exception) -> Problem:
    """What Django and REST framework refuse by themselves, under codes of our own."""
    for kinds, refusal, detail in _REFUSALS:
        if isinstance(error, kinds):
            return refusal(str(detail))
    return BadRequest(_("The request cannot be read. Check its form against the documentation."))


_REFUSALS: tuple[tuple[tuple[type[Exception], ...], type[Problem], Promise | str], ...] = (
    ((Http404, exceptions.NotFound), NotFound, _NOTHING_HERE),
    (
        (PermissionDenied, exceptions.PermissionDenied),
        Forbidden,
        gettext_lazy("This is not allowed. Ask the programme's owner for the right."),
    ),
    (
        (exceptions.Throttled,),
        TooManyRequests,
        gettext_lazy("There were too many requests with this key. Wait as long as Retry-After says."),
    ),
    (
        (exceptions.MethodNotAllowed,),
        MethodNotAllowed,
        gettext_lazy("This address does not take that method. The documentation lists its methods."),
    ),
    ((exceptions.UnsupportedMediaType,), ContentNotJSON, gettext_lazy("Send the body as application/json.")),
    (
        (exceptions.NotAuthenticated, exceptions.AuthenticationFailed),
        NotSignedIn,
        gettext_lazy("Send your key in the header Authorization: Bearer."),
    ),
)


def is_busy(error: BaseException | None) -> bool:
    """Tell whether trying again may help: the database was away or busy, or waited too long for a lock."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    state = getattr(getattr(error.__cause__, "diag", None), "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    if state is None:
        return type(error).__name__ in {"OperationalError", "InterfaceError"}
    return str(state).startswith(_BUSY_STATES)
