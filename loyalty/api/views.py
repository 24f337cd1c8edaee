"""The pages of the API itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Show every call, to be tried out with a key of your own."""
    return render(request, "loyalty/api/docs.html")
