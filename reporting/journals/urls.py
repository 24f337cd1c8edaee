"""Addresses of journals and trial balance, below /staff/journals/."""

from django.urls import path

from reporting.journals import staff

urlpatterns = [
    path("", staff.journals, name="journals"),
    path("journals.<str:suffix>", staff.journals_file, name="journals-file"),
    path("trial-balance/", staff.trial_balance, name="trial-balance"),
    path("trial-balance.<str:suffix>", staff.trial_balance_file, name="trial-balance-file"),
    path("<uuid:journal>/", staff.journal, name="journal"),
]
