"""The table of roles: who may do what. `sync_roles` writes it into Django's groups after every migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A job in the company; the name of a Django group."""

    CASHIER = "cashier", _("Cashier")
    SUPPORT = "support", _("Support")
    MARKETING = "marketing", _("Marketing")
    FINANCE_PREPARER = "finance_preparer", _("Finance, prepares")
    FINANCE_APPROVER = "finance_approver", _("Finance, approves")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Act(models.TextChoices):
    """Something that staff pages let people do; the name of a permission (`accounts.use_till`)."""

    USE_TILL = "use_till", _("Sell, take back and redeem at the till")
    FIND_MEMBERS = "find_members", _("Find members and see their story")
    ENROL_MEMBERS = "enrol_members", _("Enrol members")
    EDIT_MEMBERS = "edit_members", _("Correct what is known of members")
    CANCEL_REDEMPTIONS = "cancel_redemptions", _("Cancel rewards that were not used")
    UNDO_TRANSFERS = "undo_transfers", _("Take back points that a member sent to another")
    REQUEST_ADJUSTMENTS = "request_adjustments", _("Ask for a correction of points")
    APPROVE_ADJUSTMENTS = "approve_adjustments", _("Approve a correction of points")
    PREPARE_RULES = "prepare_rules", _("Write earning rules, rewards and terms")
    APPROVE_RULES = "approve_rules", _("Approve earning rules, rewards and terms")
    SEE_REPORTS = "see_reports", _("See reports")
    SEE_BOOKS = "see_books", _("See the books")
    PREPARE_CLOSE = "prepare_close", _("Prepare the close of a month")
    APPROVE_CLOSE = "approve_close", _("Approve the close of a month")
    MANAGE_PROGRAMMES = "manage_programmes", _("Open, pause and close programmes, stores and channels")
    MANAGE_PARTNERS = "manage_partners", _("Give and revoke partner keys")
    MANAGE_STAFF = "manage_staff", _("Appoint staff")


def _acts(*acts: Act) -> tuple[str, ...]:
    return tuple(f"accounts.{act.value}" for act in acts)


_SEE_ALL = ("accounts.view_*", "ledger.view_*", "rewards.view_*", "reporting.view_*")

ROLES: dict[Role, tuple[str, ...]] = {
    Role.CASHIER: _acts(Act.USE_TILL, Act.FIND_MEMBERS, Act.ENROL_MEMBERS),
    Role.SUPPORT: (
        *_acts(Act.USE_TILL, Act.FIND_MEMBERS, Act.ENROL_MEMBERS, Act.EDIT_MEMBERS),
        *_acts(Act.CANCEL_REDEMPTIONS, Act.UNDO_TRANSFERS, Act.REQUEST_ADJUSTMENTS),
        "accounts.view_member",
        "accounts.view_consent",
        "rewards.view_*",
    ),
    Role.MARKETING: (
        *_acts(Act.PREPARE_RULES, Act.SEE_REPORTS),
        "accounts.view_programme",
        "accounts.view_pointcurrency",
        "accounts.view_currencyterms",
        "rewards.view_*",
    ),
    Role.FINANCE_PREPARER: (
        *_acts(Act.SEE_REPORTS, Act.SEE_BOOKS, Act.PREPARE_CLOSE, Act.REQUEST_ADJUSTMENTS),
        "accounts.view_programme",
        "accounts.view_currencyterms",
        "ledger.view_*",
        "reporting.view_*",
    ),
    Role.FINANCE_APPROVER: (
        *_acts(Act.SEE_REPORTS, Act.SEE_BOOKS, Act.APPROVE_CLOSE, Act.APPROVE_ADJUSTMENTS, Act.APPROVE_RULES),
        "accounts.view_programme",
        "accounts.view_currencyterms",
        "ledger.view_*",
        "reporting.view_*",
    ),
    Role.AUDITOR: (*_acts(Act.FIND_MEMBERS, Act.SEE_REPORTS, Act.SEE_BOOKS), *_SEE_ALL),
    Role.ADMINISTRATOR: (
        *_acts(Act.FIND_MEMBERS, Act.SEE_REPORTS, Act.MANAGE_PROGRAMMES, Act.MANAGE_PARTNERS, Act.MANAGE_STAFF),
        "accounts.add_store",
        "accounts.change_store",
        "accounts.add_channel",
        "accounts.change_channel",
        "accounts.change_programme",
        "accounts.add_partner",
        "accounts.change_partner",
        "accounts.change_user",
        "accounts.change_outboxevent",
        *_SEE_ALL,
    ),
}
"""Permissions by role; `*` stands for any ending. Nobody both prepares and approves."""
