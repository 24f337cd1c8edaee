"""Addresses of the months of gift cards, below /staff/gift-card-months/."""

from django.urls import path

from reporting.gift_cards import staff

urlpatterns = [
    path("", staff.report, name="gift-card-report"),
    path("estimates/new/", staff.draft, name="gift-card-estimate-draft"),
    path("estimates/<int:estimate>/approve/", staff.approve, name="gift-card-estimate-approve"),
    path("gift-cards.csv", staff.report_file, name="gift-card-file"),
]
