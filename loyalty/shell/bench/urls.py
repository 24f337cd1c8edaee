"""The product's addresses and the bare view."""

from django.urls import include, path

from loyalty.shell.bench.bare import BareView

urlpatterns = [path("bench/bare", BareView.as_view()), path("", include("loyalty.urls"))]
