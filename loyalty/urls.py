"""The table of all addresses; each app brings its own."""

import importlib.util

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from loyalty.shell.health import probes
from loyalty.shell.health.metrics import metrics
from loyalty.shell.start import start


def _present(prefix: str, module: str) -> list[URLResolver]:
    """Include an app's table if the app has one."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        found = None
    return [path(prefix, include(module))] if found else []


handler500 = "loyalty.shell.failures.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("healthz", probes.alive, name="alive"),
    path("healthz/deep", probes.deep, name="deep-health"),
    path("readyz", probes.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("p/<slug:programme>/", include("loyalty.shell.portal_urls")),
    path("start/", include("loyalty.shell.first_run.urls")),
    path("", include("loyalty.shell.styleguide.urls")),
    path("staff/", include("loyalty.shell.staff_urls")),
    *_present("till/", "loyalty.shell.till_urls"),
    *_present("api/", "loyalty.api.urls"),
]
