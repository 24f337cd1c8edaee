"""Sends the Content-Security-Policy: strict everywhere, a little wider below /admin/, whose theme evaluates expressions."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

_ADMIN = {"script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]}


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp's middleware with one exception; even there nothing may come from, or go to, another host."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(reverse("admin:index")):
            response._csp_update = _ADMIN  # type: ignore[attr-defined]  # noqa: SLF001  # django-csp's decorators do so too
        return super().process_response(request, response)
