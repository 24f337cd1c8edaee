"""Addresses of the month close, below /staff/close/."""

from django.urls import path

from reporting.close import staff

urlpatterns = [
    path("", staff.closes, name="close"),
    path("<int:period>/", staff.close, name="close-period"),
    path("<int:period>/progress/", staff.progress, name="close-progress"),
    path("<int:period>/prepare/", staff.prepare, name="close-prepare"),
    path("<int:period>/accept/", staff.accept, name="close-accept"),
    path("<int:period>/approve/", staff.approve, name="close-approve"),
    path("<int:period>/send-back/", staff.send_back, name="close-send-back"),
    path("<int:period>/files/<str:name>", staff.file, name="close-file"),
]
