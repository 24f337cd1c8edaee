"""The last answer, when something below failed: the database is busy or away, or something broke."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.defaults import server_error

from loyalty.kit.rest.problems import RETRY_SECONDS, is_busy, problem_response

API = "/api/"


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 503 with Retry-After where trying again may help, in the form that the caller reads; else the page of a defect."""
    error = sys.exc_info()[1]
    if not is_busy(error):
        return server_error(request)
    if request.path.startswith(API) and isinstance(error, Exception) and (problem := problem_response(error)):
        return problem
    page = get_template("503.html").render()  # without a context: it would ask the database
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"})
