"""Addresses of the estimates, below /staff/estimates/."""

from django.urls import path

from reporting.estimates import staff

urlpatterns = [
    path("", staff.estimates, name="estimates"),
    path("new/", staff.draft, name="estimate-draft"),
    path("<int:estimate>/", staff.estimate, name="estimate"),
    path("<int:estimate>/approve/", staff.approve, name="estimate-approve"),
]
