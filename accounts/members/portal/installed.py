"""What lets a phone keep the card: a portal that can be put on the home screen, and a worker that shows the card without a connection."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.members.access import public_programme


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest, programme: str) -> HttpResponse:
    """The service worker of one programme's portal: its place in the address is how far it may look."""
    context = {"card_url": reverse("portal:card", kwargs={"programme": public_programme(programme).slug})}
    return render(request, "accounts/members/worker.js", context, content_type="text/javascript")


@require_safe
@cache_control(max_age=3600)
def manifest(_request: HttpRequest, programme: str) -> JsonResponse:
    """The web app manifest (W3C Application Manifest) of one programme's portal."""
    found = public_programme(programme)
    home = reverse("portal:home", kwargs={"programme": found.slug})
    icons = [
        {"src": static("img/touch-icon.png"), "sizes": "180x180", "type": "image/png"},
        {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    said = {"name": found.name, "id": home, "start_url": home, "scope": home, "display": "standalone", "icons": icons}
    return JsonResponse(said | {"background_color": "#fbfaf7", "theme_color": found.accent}, content_type="application/manifest+json")
