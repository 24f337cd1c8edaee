"""Addresses of Ledger health, below /staff/health/."""

from django.urls import path

from loyalty.shell.health import staff

urlpatterns = [
    path("", staff.health, name="health"),
    path("ticks/", staff.ticks, name="health-ticks"),
    path("checkpoints/<slug:programme>/", staff.checkpoints, name="health-checkpoints"),
    path("checkpoints/<slug:programme>/<int:size>.checkpoint", staff.checkpoint, name="health-checkpoint"),
]
