"""Recalculations in words: what each changes, what it would move, how far it is."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.figures import money_text, number_text, signed_points_text
from loyalty.kit.money import Money
from rewards.earning.words import writer_of
from rewards.recalculations.models import Recalculation, RecalculationItem, RecalculationResult

CHIPS = {"previewing": "pending", "waiting": "pending", "running": "pending", "done": "posted", "refused": "refused"}
Currencies = Mapping[str, PointCurrency]


def currencies_of(programme: Programme) -> dict[str, PointCurrency]:
    return {currency.code: currency for currency in PointCurrency.objects.filter(programme=programme).select_related("unit")}


def title_of(row: Recalculation) -> str:
    """Say what is changed."""
    locale = get_language() or "en"
    if row.version is not None:
        return _("%(rule)s, for the past") % {"rule": row.version.rule.name_in(locale)}
    if row.rule is not None:
        return _("Undo of %(name)s") % {"name": row.rule.name_in(locale)}
    if row.campaign is not None:
        return _("Undo of the campaign %(name)s") % {"name": row.campaign.name_in(locale)}
    return _("Undo of all rules")


def days_text(row: Recalculation) -> str:
    if row.first_on == row.last_on:
        return date_format(row.first_on, "j F Y")
    return f"{date_format(row.first_on, 'j F Y')} – {date_format(row.last_on, 'j F Y')}"


def facts_of(row: Recalculation) -> list[dict[str, Any]]:
    facts = [
        {"label": _("Purchases of"), "value": days_text(row)},
        {"label": _("Where"), "value": str(row.store) if row.store else _("all stores and channels")},
        {"label": _("Why"), "value": row.reason},
        {"label": _("Asked by"), "value": str(row.author), "hint": _moment(row.requested_at)},
        {"label": _("Decided by"), "value": str(row.decided_by or ""), "hint": _moment(row.decided_at)},
        {"label": _("Why so decided"), "value": row.decision_note},
        {"label": _("Posted"), "value": _moment(row.done_at)},
    ]
    return [fact for fact in facts if fact["value"]]


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""


def stats_of(row: Recalculation, currencies: Currencies) -> list[dict[str, str]]:
    """The figures of the preview."""
    figures = row.figures
    if "members" not in figures:
        return []
    moved = figures["taken"] if row.is_undo else figures["given"]
    worth = money_text(Money(abs(figures["worth_minor"]), row.programme.currency))
    return [
        {"label": _("Members"), "value": number_text(figures["members"], 0)},
        {"label": _("Purchases"), "value": number_text(row.items_count, 0)},
        {"label": _("Points taken back") if row.is_undo else _("Points given"), "value": points_texts(moved, currencies) or "0"},
        {"label": _("Expected cost saved") if row.is_undo else _("Expected cost"), "value": worth},
    ]


def short_text(row: Recalculation, currencies: Currencies) -> str:
    """Say how many members have spent what would be taken back."""
    if not row.figures.get("short_members"):
        return ""
    facts = {"members": number_text(row.figures["short_members"], 0), "points": points_texts(row.figures["short"], currencies)}
    return (
        _(
            "%(points)s of it are spent already (members: %(members)s). They are owed as far as the currency lets points be owed; the rest is forgiven."
        )
        % facts
    )


def newcomers_text(row: Recalculation) -> str:
    more = row.items_count - (row.previewed_count or 0)
    said = ngettext(
        "%(count)s purchase came in since the preview and is posted too.",
        "%(count)s purchases came in since the preview and are posted too.",
        more,
    )
    return said % {"count": number_text(more, 0)} if row.decided_at and more else ""


def points_texts(units: Mapping[str, int], currencies: Currencies) -> str:
    """Write points of several currencies with their words."""
    said = [writer_of(currencies[code])(of) for code, of in sorted(units.items()) if of]
    return pgettext("between the words of a list", ", ").join(said)


def change_text(units: Mapping[str, int], currencies: Currencies) -> str:
    said = [
        f"{signed_points_text(of, currencies[code].unit.scale)} {currencies[code].word(of)}" for code, of in sorted(units.items()) if of
    ]
    return pgettext("between the words of a list", ", ").join(said) or _("nothing")


def job_of(row: Recalculation) -> dict[str, Any]:
    """How far the work is."""
    if row.state == Recalculation.State.PREVIEWING or not row.is_swept:
        return {
            "label": _("Working out"),
            "done": 0,
            "total": 1,
            "text": _("%(count)s purchases looked at") % {"count": number_text(row.looked_at, 0)},
        }
    done = {"done": number_text(row.done_count, 0), "all": number_text(row.items_count, 0)}
    return {"label": _("Posting"), "done": row.done_count, "total": max(1, row.items_count), "text": _("%(done)s of %(all)s") % done}


def is_working(row: Recalculation) -> bool:
    return row.state in (Recalculation.State.PREVIEWING, Recalculation.State.RUNNING)


def listed(row: Recalculation) -> list[Any]:
    return [
        {"value": title_of(row), "url": reverse("staff:recalculation", args=[row.programme.slug, row.pk]), "hint": row.reason[:80]},
        days_text(row),
        str(row.author),
        {"value": row.get_state_display(), "state": CHIPS[row.state]},
        row.items_count,
    ]


def list_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("What")},
        {"label": _("Purchases of")},
        {"label": _("Asked by")},
        {"label": _("State")},
        {"label": _("Purchases"), "number": True},
    ]


def item_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Receipt")},
        {"label": _("Member")},
        {"label": _("Where")},
        {"label": _("Preview"), "number": True},
        {"label": _("Posted"), "number": True},
    ]


def item_rows(
    items: Iterable[RecalculationItem], results: Mapping[Any, RecalculationResult], currencies: Currencies, *, sees_members: bool
) -> list[list[Any]]:
    return [_item(item, results.get(item.purchase_id), currencies, sees_members=sees_members) for item in items]


def _item(item: RecalculationItem, result: RecalculationResult | None, currencies: Currencies, *, sees_members: bool) -> list[Any]:
    purchase, member = item.purchase, item.member
    links = (
        ({"url": reverse("staff:purchase", args=[purchase.pk])}, {"url": reverse("staff:member", args=[member.pk])})
        if sees_members
        else ({}, {})
    )
    return [
        {"value": purchase.external_id, "hint": date_format(item.business_on, "j M Y"), **links[0]},
        {"value": str(member), **links[1]},
        str(purchase.store or purchase.channel),
        change_text(item.units, currencies),
        _posted(result, currencies) if result else "",
    ]


def _posted(result: RecalculationResult, currencies: Currencies) -> Any:
    if result.kind == RecalculationResult.Kind.UNCHANGED:
        return result.get_kind_display()
    hints = [
        _("%(units)s owed") % {"units": number_text(result.owed_units, 0)} if result.owed_units else "",
        _("%(units)s forgiven") % {"units": number_text(result.forgiven_units, 0)} if result.forgiven_units else "",
    ]
    return {"value": change_text(result.units, currencies), "hint": " ".join(hint for hint in hints if hint)}
