"""Addresses of the months of membership fees, below /staff/membership-fees/."""

from django.urls import path

from reporting.plans import staff

urlpatterns = [
    path("", staff.report, name="fee-report"),
    path("membership-fees.csv", staff.report_file, name="fee-file"),
]
