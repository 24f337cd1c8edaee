"""Addresses of the months of gift cards, below /staff/gift-card-months/."""

from django.urls import path

from reporting.gift_cards import staff

urlpatterns = [
    path("", staff.report, name="gift-card-report"),
    path("gift-cards.csv", staff.report_file, name="gift-card-file"),
]
