"""What stands in the sidebar of Django's admin: the tables by job, and the way back to the staff pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from loyalty.shell.navigation import address

_ICONS = {
    "accounts.member": "group",
    "accounts.user": "badge",
    "accounts.programme": "layers",
    "accounts.pointcurrency": "paid",
    "accounts.legalentity": "apartment",
    "accounts.store": "storefront",
    "accounts.partner": "link",
    "accounts.partnerkey": "key",
    "rewards.connection": "cable",
    "rewards.delivery": "inbox",
    "rewards.privacywish": "shield_person",
    "accounts.outboxevent": "outbox",
    "ledger.book": "menu_book",
    "ledger.journal": "receipt_long",
    "ledger.period": "calendar_month",
    "ledger.estimate": "query_stats",
    "ledger.movement": "swap_horiz",
    "ledger.lot": "inventory_2",
    "reporting.closerun": "task_alt",
    "rewards.reward": "redeem",
    "rewards.redemption": "confirmation_number",
    "rewards.transfer": "send",
    "rewards.purchase": "receipt",
    "rewards.earningrule": "functions",
    "rewards.tierladder": "stairs",
    "rewards.adjustment": "tune",
}


def _jobs() -> list[tuple[str, tuple[str, ...]]]:
    """Return the jobs with the tables that belong to each, in the order of the sidebar."""
    return [
        (_("People"), ("accounts.member", "accounts.user", "auth.group", "account.emailaddress")),
        (_("Programme"), ("accounts.programme", "accounts.pointcurrency", "accounts.currencyterms", "accounts.programmeterms")),
        (_("Earning"), ("rewards.earningrule", "rewards.earningruleversion", "rewards.purchase", "rewards.return", "rewards.adjustment")),
        (
            _("Rewards"),
            ("rewards.reward", "rewards.rewardversion", "rewards.redemption", "rewards.transfer", "rewards.tierladder", "rewards.tier"),
        ),
        (
            _("Places and partners"),
            (
                "accounts.legalentity",
                "accounts.store",
                "accounts.channel",
                "accounts.partner",
                "accounts.partnerkey",
                "rewards.connection",
                "rewards.delivery",
                "rewards.privacywish",
            ),
        ),
        (_("Points bank"), ("ledger.pointunit", "ledger.balance", "ledger.movement", "ledger.lot", "ledger.lotmove", "ledger.conversion")),
        (_("Books"), ("ledger.book", "ledger.bookaccount", "ledger.period", "ledger.journal", "reporting.closerun")),
        (
            _("Valuation"),
            ("ledger.pool", "ledger.estimate", "ledger.allocation", "ledger.carry", "ledger.poolstatement", "ledger.valuationrun"),
        ),
    ]


def icon(_request: HttpRequest) -> str:
    """Return the address of the product's mark."""
    return static("img/mark.svg")


def favicon(_request: HttpRequest) -> str:
    return static("img/favicon.svg")


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the sidebar: the way back to the staff pages, then every table that this person may see, by job."""
    seen = {
        row.label_lower: {
            "title": str(row.verbose_name_plural).capitalize(),
            "icon": _ICONS.get(row.label_lower, "table_rows"),
            "link": reverse(f"admin:{row.app_label}_{row.model_name}_changelist"),
        }
        for row in _visible(request)
    }
    groups: list[dict[str, Any]] = [
        {"title": title, "items": [seen.pop(label) for label in labels if label in seen]} for title, labels in _jobs()
    ]
    back = {"title": _("Staff pages"), "icon": "arrow_back", "link": address("staff:home") or "/", "active": lambda _request: False}
    rest: dict[str, Any] = {
        "title": _("Everything else"),
        "collapsible": True,
        "items": sorted(seen.values(), key=lambda item: item["title"]),
    }
    return [{"title": "", "items": [back]}, *({**group, "separator": True} for group in (*groups, rest) if group["items"])]


def _visible(request: HttpRequest) -> list[Any]:
    """Return what Django knows of the tables that this person may see."""
    site = admin.site
    registered = site._registry.items()  # noqa: SLF001 Django offers no other list
    return [model._meta for model, model_admin in registered if model_admin.has_view_permission(request)]  # noqa: SLF001 Django's own name
