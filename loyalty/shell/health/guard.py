"""Who may know how the installation is: monitoring by its token, colleagues by their session."""

import hmac

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from accounts.staff.access import may
from accounts.staff.roles import Act

HEALTH_ACTS = (Act.SEE_BOOKS, Act.MANAGE_STAFF)
"""Finance, auditors and administrators."""


def has_token(request: HttpRequest) -> bool:
    """Tell whether a request carries the token of the settings (`Authorization: Bearer ...`); without a token nobody does."""
    kind, _space, sent = request.headers.get("Authorization", "").partition(" ")
    token: str = settings.METRICS_TOKEN
    return bool(token) and kind.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())


def may_know(request: HttpRequest) -> bool:
    if has_token(request):
        return True
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    try:
        return any(may(request.user, act) for act in HEALTH_ACTS)
    except DatabaseError:
        return False
