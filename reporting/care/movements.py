"""A movement of points as its staff page writes it."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ledger.points.domain import Kind, Reason, State, last_day
from loyalty.kit.figures import points_text
from reporting.care.queries.movement import Cause, LotShare, MovementStory
from reporting.care.wording import kind_words, reason_words
from rewards.adjustments.models import Adjustment
from rewards.imports.models import BalanceImportRow
from rewards.purchases.models import Purchase, Return
from rewards.redemptions.models import Redemption
from rewards.transfers.models import Transfer


def page_of(story: MovementStory) -> dict[str, Any]:
    """Return the context of a movement's page."""
    row, scale, states = story.movement, story.currency.unit.scale, _states()
    title, url = _cause(story.cause)
    facts = [
        {"label": _("Member"), "value": str(story.member), "url": reverse("staff:member", args=[story.member.pk])},
        {"label": _("Belongs to"), "value": title, "url": url},
        {"label": _("From"), "value": states[State(row.debit)]},
        {"label": _("To"), "value": states[State(row.credit)]},
        {"label": _("Reason"), "value": reason_words()[Reason(row.reason)]},
        {"label": _("Business day"), "value": date_format(row.business_on, "j F Y")},
        {"label": _("Happened"), "value": date_format(localtime(row.occurred_at), "j F Y, H:i")},
        {"label": _("Recorded"), "value": date_format(localtime(row.recorded_at), "j F Y, H:i")},
        {"label": _("Undoes"), "value": _("an earlier movement"), "url": _undone(story)},
        {"label": _("Number in the wallet"), "value": points_text(row.seq)},
    ]
    after = (
        (_("Available"), row.available_after),
        (_("On the way"), row.pending_after),
        (_("Set aside"), row.held_after),
        (_("Owed"), row.arrears_after),
    )
    return {
        "member": story.member,
        "programme": story.member.programme,
        "title": kind_words()[Kind(row.kind)],
        "amount": points_text(row.amount, scale),
        "word": story.currency.word(row.amount),
        "facts": [fact for fact in facts if fact["value"] and fact.get("url", "#")],
        "after": [{"label": label, "value": points_text(units, scale)} for label, units in after],
        "columns": [
            {"label": _("Points of")},
            {"label": _("From")},
            {"label": _("To")},
            {"label": _("Last day")},
            {"label": _("Points"), "number": True},
        ],
        "rows": [_share(share, states) for share in story.shares],
    }


def _states() -> dict[State, str]:
    return {
        State.ISSUED: _("the programme gives"),
        State.REDEEMED: _("redeemed"),
        State.EXPIRED: _("ended"),
        State.ADJUSTED: _("corrected"),
        State.TRANSFERRED: _("transferred"),
        State.CONVERTED: _("converted"),
        State.AVAILABLE: _("available to the member"),
        State.PENDING: _("on the way to the member"),
        State.HELD: _("set aside for the member"),
        State.ARREARS: _("owed by the member"),
    }


def _cause(cause: Cause | None) -> tuple[str, str]:
    """Name what moved the points, and return its page."""
    if isinstance(cause, Purchase):
        return _("receipt %(receipt)s") % {"receipt": cause.external_id}, reverse("staff:purchase", args=[cause.pk])
    if isinstance(cause, Return):
        return _("return %(receipt)s") % {"receipt": cause.external_id}, reverse("staff:purchase", args=[cause.purchase_id])
    if isinstance(cause, Redemption):
        name = cause.reward_version.reward.local_name if cause.reward_version else _("a payment with points")
        return name, reverse("staff:redemption", args=[cause.pk])
    if isinstance(cause, Adjustment):
        return _("correction: %(note)s") % {"note": cause.note}, reverse("staff:adjustment", args=[cause.pk])
    if isinstance(cause, Transfer):
        name = _("from %(sender)s to %(receiver)s") % {"sender": cause.sender, "receiver": cause.receiver}
        return name, reverse("staff:transfer", args=[cause.pk])
    return _import_row(cause) if isinstance(cause, BalanceImportRow) else ("", "")


def _import_row(cause: BalanceImportRow) -> tuple[str, str]:
    """Name the file, its line and the reason."""
    of = cause.balance_import
    facts = {"file": of.file_name, "line": cause.line, "reason": cause.reason or of.reason}
    name = _("import %(file)s, line %(line)s: %(reason)s") % facts
    return name, reverse("staff:import", args=[of.programme.slug, of.pk])


def _undone(story: MovementStory) -> str:
    return reverse("staff:movement", args=[story.movement.reverses_id]) if story.movement.reverses_id else ""


def _share(share: LotShare, states: dict[State, str]) -> list[Any]:
    purchase = share.purchase
    url = reverse("staff:purchase", args=[purchase.pk]) if purchase else reverse("staff:movement", args=[share.lot.pk])
    name = _("receipt %(receipt)s") % {"receipt": purchase.external_id} if purchase else date_format(share.lot.granted_on, "j M Y")
    return [
        {"value": name, "url": url, "hint": date_format(share.lot.granted_on, "j M Y") if purchase else ""},
        states[State(share.move.from_state)],
        states[State(share.move.to_state)],
        last_day(share.lot.expires_on) if share.lot.expires_on else _("no end"),
        share.move.units,
    ]
