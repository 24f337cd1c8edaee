"""Imports in words: what each file says, what it would move, how far it is."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.programmes.models import PointCurrency, Programme
from ledger.points.domain import last_day
from loyalty.kit.figures import number_text, points_text, signed_points_text
from rewards.earning.words import writer_of
from rewards.imports.domain import layout_of
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.words import note_of

CHIPS = {"reading": "pending", "waiting": "pending", "running": "pending", "done": "posted", "refused": "refused"}
Currencies = Mapping[str, PointCurrency]


def currencies_of(programme: Programme) -> dict[str, PointCurrency]:
    return {currency.code: currency for currency in PointCurrency.objects.filter(programme=programme).select_related("unit")}


def facts_of(row: BalanceImport) -> list[dict[str, Any]]:
    unused = pgettext("between the words of a list", ", ").join(layout_of(row.header).unused)
    facts = [
        {"label": _("Mode"), "value": row.get_mode_display()},
        {"label": _("Unknown members"), "value": _("are created") if row.creates_missing else _("are skipped")},
        {
            "label": _("Rows without an expiry date"),
            "value": _("end as the programme's points do") if row.keeps_policy else _("never expire"),
        },
        {"label": _("Columns that nobody reads"), "value": unused},
        {"label": _("Once more"), "value": _("The file came in before; it counts again on purpose.") if row.counts_again else ""},
        {"label": _("Why"), "value": row.reason},
        {"label": _("Handed in by"), "value": str(row.author), "hint": _moment(row.requested_at)},
        {"label": _("Decided by"), "value": str(row.decided_by or ""), "hint": _moment(row.decided_at)},
        {"label": _("Why so decided"), "value": row.decision_note},
        {"label": _("Posted"), "value": _moment(row.done_at)},
        {"label": "SHA-256", "value": f"{row.sha256[:16]}…"},
    ]
    return [fact for fact in facts if fact["value"]]


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""


def stats_of(row: BalanceImport, currencies: Currencies) -> list[dict[str, str]]:
    """The figures of the preview; once it is posted, of what was posted."""
    of = row.results or row.figures
    if not of:
        return []
    if row.results:
        counts = [
            (_("Rows posted"), of["posted_rows"]),
            (_("Nothing to post"), of["equal_rows"]),
            (_("Rows skipped"), of["skipped_rows"] + of["failed_rows"]),
        ]
    else:
        counts = [
            (_("Rows read"), of["rows"]),
            (_("Members found"), of["members"]),
            (_("Rows of new members"), of["create_rows"]) if row.creates_missing else (_("Rows of unknown members"), of["unknown_rows"]),
            (_("Rows with errors"), of["faulty_rows"]),
        ]
    taken = {code: -units for code, units in of["taken"].items()}
    sums = [(_("Points given"), of["given"]), (_("Points taken"), taken), (_("Points skipped"), of["skipped"])]
    shown = [{"label": label, "value": number_text(count, 0)} for label, count in counts]
    return shown + [
        {"label": label, "value": points_texts(units, currencies) or "0"} for label, units in sums if units or label != _("Points taken")
    ]


def warning_of(row: BalanceImport) -> str:
    """Say how many rows do not count; empty where all do."""
    of = row.figures
    left = of.get("unknown_rows", 0) + of.get("faulty_rows", 0)
    said = ngettext(
        "%(count)s row does not count: see below and in the report.", "%(count)s rows do not count: see below and in the report.", left
    )
    return said % {"count": number_text(left, 0)} if left else ""


def points_texts(units: Mapping[str, int], currencies: Currencies) -> str:
    """Write points of several currencies with their words."""
    said = [writer_of(currencies[code])(of) for code, of in sorted(units.items()) if of]
    return pgettext("between the words of a list", ", ").join(said)


def job_of(row: BalanceImport) -> dict[str, Any]:
    """How far the work is."""
    is_reading = row.state == BalanceImport.State.READING
    done, total = (row.read_through if is_reading else row.run_through) - 1, max(1, row.lines_count - 1)
    words = {"done": number_text(done, 0), "all": number_text(total, 0)}
    return {"label": _("Reading") if is_reading else _("Posting"), "done": done, "total": total, "text": _("%(done)s of %(all)s") % words}


def is_working(row: BalanceImport) -> bool:
    return row.state in (BalanceImport.State.READING, BalanceImport.State.RUNNING)


def listed(row: BalanceImport) -> list[Any]:
    return [
        {"value": row.file_name, "url": reverse("staff:import", args=[row.programme.slug, row.pk]), "hint": row.reason[:80]},
        row.get_mode_display(),
        {"value": str(row.author), "hint": date_format(localtime(row.requested_at), "j M Y")},
        {"value": row.get_state_display(), "state": CHIPS[row.state]},
        row.lines_count - 1,
    ]


def list_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("File")},
        {"label": _("Mode")},
        {"label": _("Handed in by")},
        {"label": _("State")},
        {"label": _("Rows"), "number": True},
    ]


def row_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Line")},
        {"label": _("Member")},
        {"label": _("Row")},
        {"label": _("In the file"), "number": True},
        {"label": _("Preview"), "number": True},
        {"label": _("Posted"), "number": True},
    ]


def table_rows(rows: Iterable[BalanceImportRow], *, sees_members: bool) -> list[list[Any]]:
    return [_row(row, sees_members=sees_members) for row in rows]


def _row(row: BalanceImportRow, *, sees_members: bool) -> list[Any]:
    member = {"url": reverse("staff:member", args=[row.member_id])} if row.member and sees_members else {}
    moved = {"url": reverse("staff:movement", args=[row.movement])} if row.movement and sees_members else {}
    return [
        str(row.line),
        {"value": str(row.member) if row.member else row.named, "hint": row.named if row.member else "", **member},
        {"value": row.get_kind_display(), "hint": note_of(row) or _days(row)},
        _points(row.units, row),
        _change(row.planned_units, row),
        {"value": _change(row.moved_units, row), "hint": row.get_outcome_display() if row.moved_units is None else "", **moved},
    ]


def _days(row: BalanceImportRow) -> str:
    said = [_("from %(day)s") % {"day": date_format(row.starts_on, "j M Y")}] if row.starts_on else []
    said += [_("last day %(day)s") % {"day": date_format(last_day(row.ends_on), "j M Y")}] if row.ends_on else []
    return pgettext("between the words of a list", ", ").join([*said, row.reason] if row.reason else said)


def _points(units: int | None, row: BalanceImportRow) -> str:
    return "" if units is None or row.currency is None else points_text(units, row.currency.unit.scale)


def _change(units: int | None, row: BalanceImportRow) -> str:
    return "" if units is None or row.currency is None else signed_points_text(units, row.currency.unit.scale)
