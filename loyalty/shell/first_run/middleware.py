"""Leads every visitor of an empty installation to its first page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from loyalty.shell.first_run.services import is_empty

_LEFT_ALONE = ("/static/", "/healthz", "/readyz", "/metrics", "/api/", "/language/", "/start/")


class FirstRunMiddleware:
    """Asks the database only for pages of people who are not signed in, and never again once something is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._must_begin(request):
            return redirect(reverse("first-run"))
        return self.get_response(request)

    def _must_begin(self, request: HttpRequest) -> bool:
        if self.is_set_up or request.method not in {"GET", "HEAD"} or request.path.startswith(_LEFT_ALONE):
            return False
        if request.user.is_authenticated:
            return False
        self.is_set_up = not is_empty()
        return not self.is_set_up
