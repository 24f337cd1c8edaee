"""Undos of imports in words: what each would move, how far it is, what it moved."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from loyalty.kit.figures import money_text, number_text, points_text, signed_points_text
from loyalty.kit.money import Money
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.import_undos.words import note_of, policy_of, result_of
from rewards.imports.pages import Currencies, points_texts

CHIPS = {"previewing": "pending", "waiting": "pending", "running": "pending", "done": "posted", "refused": "refused"}


def title_of(undo: ImportUndo) -> str:
    return _("Undo of %(file)s") % {"file": undo.balance_import.file_name}


def facts_of(undo: ImportUndo, currencies: Currencies) -> list[dict[str, Any]]:
    of = undo.balance_import
    facts = [
        {"label": _("Import"), "value": of.file_name, "url": reverse("staff:import", args=[undo.programme.slug, of.pk])},
        {"label": _("Mode"), "value": of.get_mode_display()},
        *(
            {"label": _("Points that are spent"), "value": policy_of(currencies[code].unit), "hint": str(currencies[code])}
            for code in sorted(undo.figures.get("spent", {}))
        ),
        {"label": _("Why"), "value": undo.reason},
        {"label": _("Asked by"), "value": str(undo.author), "hint": _moment(undo.requested_at)},
        {"label": _("Decided by"), "value": str(undo.decided_by or ""), "hint": _moment(undo.decided_at)},
        {"label": _("Why so decided"), "value": undo.decision_note},
        {"label": _("Posted"), "value": _moment(undo.done_at)},
    ]
    return [fact for fact in facts if fact["value"]]


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""


def stats_of(undo: ImportUndo, currencies: Currencies) -> list[dict[str, str]]:
    """The figures of the preview; once it is posted, of what was posted."""
    of = undo.results or undo.figures
    if not of:
        return []
    rows = of["posted_rows"] if undo.results else of["rows"]
    skipped = (of["skipped_rows"] + of["failed_rows"]) if undo.results else of["skipped_rows"]
    counts = [(_("Members"), of["members"]), (_("Rows"), rows), (_("Rows left out"), skipped)]
    names = [(_("Taken back"), "taken"), (_("Given back"), "given")]
    names += (
        ((_("Owed"), "owed"), (_("Forgiven"), "forgiven"))
        if undo.results
        else ((_("Spent already"), "spent"), (_("Ended already"), "ended"))
    )
    shown = [{"label": label, "value": number_text(count, 0)} for label, count in counts if count or label != _("Rows left out")]
    shown += [{"label": label, "value": points_texts(of[name], currencies) or "0"} for label, name in names if of[name] or name == "taken"]
    money = money_text(Money(undo.figures["paid_minor"], undo.programme.currency))
    return [*shown, {"label": _("Liability taken out of the books"), "value": money}]


def short_text(undo: ImportUndo, currencies: Currencies) -> str:
    """Say how many members do not have any more what would be taken back."""
    of = undo.figures
    if not of.get("short_members") or undo.results:
        return ""
    words = {"members": number_text(of["short_members"], 0), "points": points_texts(of["short"], currencies)}
    return _("%(points)s are not there any more (members: %(members)s). See below what becomes of points that are spent.") % words


def job_of(undo: ImportUndo) -> dict[str, Any]:
    """How far the work is."""
    if undo.state == ImportUndo.State.PREVIEWING:
        done, total, label = undo.planned_through - 1, max(1, undo.balance_import.lines_count - 1), _("Working it out")
    else:
        done, total, label = undo.done_count, max(1, undo.lines_count), _("Posting")
    words = {"done": number_text(done, 0), "all": number_text(total, 0)}
    return {"label": label, "done": done, "total": total, "text": _("%(done)s of %(all)s") % words}


def is_working(undo: ImportUndo) -> bool:
    return undo.state in (ImportUndo.State.PREVIEWING, ImportUndo.State.RUNNING)


def columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Line")},
        {"label": _("Member")},
        {"label": _("By the import"), "number": True},
        {"label": _("Preview"), "number": True},
        {"label": _("Posted"), "number": True},
    ]


def table_rows(lines: Iterable[ImportUndoLine], *, sees_members: bool) -> list[list[Any]]:
    return [_row(line, sees_members=sees_members) for line in lines]


def _row(line: ImportUndoLine, *, sees_members: bool) -> list[Any]:
    scale = line.currency.unit.scale
    member = {"url": reverse("staff:member", args=[line.member_id])} if sees_members else {}
    moved = {"url": reverse("staff:movement", args=[line.movement])} if line.movement and sees_members else {}
    posted = signed_points_text(line.moved_units, scale) if line.moved_units else (points_text(0) if line.movement else "")
    return [
        str(line.line),
        {"value": str(line.member), "hint": note_of(line), **member},
        signed_points_text(-line.units, scale),
        "" if line.failure else signed_points_text(line.units, scale),
        {"value": posted, "hint": result_of(line) or ("" if line.movement else line.get_outcome_display()), **moved},
    ]
