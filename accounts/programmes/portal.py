"""A programme's own colour, as a stylesheet that the browser keeps."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.programmes import domain

_STYLESHEET = """:root {{
  --accent-light: {light};
  --accent-ink-light: #ffffff;
  --accent-dark: {dark};
  --accent-ink-dark: {dark_ink};
}}
"""


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def accent(_request: HttpRequest, programme: str, colour: str) -> HttpResponse:  # noqa: ARG001 the address is the programme's
    """Answer with the colours by day and by night; the address changes with the colour, so nobody sees an old one."""
    light = f"#{colour}"
    if not domain.is_readable_accent(light):
        raise Http404
    css = _STYLESHEET.format(light=light, dark=domain.night_accent(light), dark_ink=domain.night_ink(light))
    return HttpResponse(css, content_type="text/css")
