"""Addresses of the roll-forward, below /staff/rollforward/."""

from django.urls import path

from reporting.rollforward import staff

urlpatterns = [
    path("", staff.rollforward, name="rollforward"),
    path("files/<str:name>", staff.rollforward_file, name="rollforward-file"),
]
