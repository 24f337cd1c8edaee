"""What do we owe: points bank, books, valuation pools, seals."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        post_migrate.connect(_limit_application, sender=self, dispatch_uid="ledger.limit_application")


def _limit_application(*, using: str, **_kwargs: Any) -> None:
    """New tables and functions of a migration are nobody's until the application's rights are set again."""
    from ledger.points.rights import apply_grants  # noqa: PLC0415  # settings and connections are ready only now

    apply_grants(using=using)
