"""Who is it: users, members, programmes, entities, partners, staff."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("People and programmes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the roles written after the last app has migrated, when all permissions exist."""
        post_migrate.connect(_sync_roles, dispatch_uid="accounts.sync_roles")


def _sync_roles(*, sender: AppConfig, apps: Any, **_details: Any) -> None:
    from django.apps import apps as installed  # noqa: PLC0415 models are loaded after apps

    from accounts.staff.services import sync_roles  # noqa: PLC0415

    last = [app.name for app in installed.get_app_configs() if app.models_module is not None][-1]
    if sender.name == last and "accounts" in apps.app_configs:
        sync_roles()
