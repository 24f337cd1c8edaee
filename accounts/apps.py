"""Who is it: users, members, programmes, entities, partners, staff."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("People and programmes")
    default_auto_field = "django.db.models.BigAutoField"
