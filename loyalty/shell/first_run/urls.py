"""The addresses of the first run."""

from django.urls import path

from loyalty.shell.first_run import views

urlpatterns = [
    path("", views.start, name="first-run"),
    path("next/", views.what_next, name="first-run-next"),
]
