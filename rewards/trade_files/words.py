"""Files of trade in words: what is in them, and what is wrong with a line."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.kit.figures import money_text, number_text
from loyalty.kit.money import Money
from rewards.trade_files.domain import LineFault, layout_of
from rewards.trade_files.models import TradeFile

CHIPS = {"reading": "pending", "ready": "posted", "unusable": "refused", "forgotten": "closed"}
_FAULTS = {
    LineFault.BROKEN: gettext_lazy("The line cannot be divided into cells. Are quotes and separators as in the first line?"),
    LineFault.MISSING: gettext_lazy("Nothing stands there."),
    LineFault.UNREADABLE: gettext_lazy("This cannot be read. Days are written 2026-01-31, moments 2026-01-31T18:30, amounts 12.50."),
    LineFault.TOO_LONG: gettext_lazy("This is longer than a name or a number."),
    LineFault.UNSEEN_CHARACTERS: gettext_lazy("There are characters that nobody can see. Type it again."),
    LineFault.TIME_AHEAD: gettext_lazy("This lies ahead of the moment at which the file came in."),
    LineFault.BACK_BEFORE: gettext_lazy("It came back before it was bought."),
    LineFault.TOO_LARGE: gettext_lazy("The figure is too large."),
    LineFault.TOO_PRECISE: gettext_lazy("There are more decimals than the money or the points have."),
    LineFault.NEGATIVE: gettext_lazy("The figure is below zero. What came back is told by returned_on at the line that was sold."),
}


def days_text(row: TradeFile) -> str:
    return f"{_day(row.first_on)} – {_day(row.last_on)}" if row.first_on else ""


def list_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("File")},
        {"label": _("Purchases of")},
        {"label": _("State")},
        {"label": _("Receipts"), "number": True},
        {"label": _("Members"), "number": True},
    ]


def listed(row: TradeFile) -> list[Any]:
    return [
        {"value": row.name, "url": reverse("staff:trade-file", args=[row.programme.slug, row.pk])},
        days_text(row),
        {"value": row.get_state_display(), "state": CHIPS[row.state]},
        row.receipts,
        row.members,
    ]


def stats_of(row: TradeFile) -> list[dict[str, str]]:
    """What is in a file that was read."""
    if row.read_at is None:
        return []
    return [
        {"label": _("Receipts"), "value": number_text(row.receipts, 0)},
        {"label": _("Members"), "value": number_text(row.members, 0)},
        {"label": _("Sales"), "value": money_text(Money(row.spend_minor, row.programme.currency))},
        {"label": _("Lines that do not count"), "value": number_text(row.faulty_count, 0)},
    ]


def facts_of(row: TradeFile) -> list[dict[str, Any]]:
    unused = layout_of(row.header).unused
    facts = [
        {"label": _("Purchases of"), "value": days_text(row)},
        {"label": _("Lines"), "value": number_text(row.lines_count - 1, 0)},
        {"label": _("Columns that nobody reads"), "value": number_text(unused, 0) if unused else ""},
        {
            "label": _("Redemptions"),
            "value": _("the file tells them")
            if row.redeemed_units
            else _("the file does not tell them: nothing is redeemed in its months"),
        },
        {"label": _("Handed in by"), "value": str(row.author or ""), "hint": _moment(row.handed_in_at)},
        {"label": _("Read"), "value": _moment(row.read_at)},
        {"label": "SHA-256", "value": f"{row.sha256[:16]}…"},
    ]
    return [fact for fact in facts if fact["value"]]


def faults_of(row: TradeFile) -> list[list[Any]]:
    """The first lines that do not count, with what is wrong."""
    return [[str(line), column, str(_FAULTS[LineFault(fault)])] for line, column, fault in row.faults]


def fault_columns() -> list[dict[str, Any]]:
    return [{"label": _("Line")}, {"label": _("Column")}, {"label": _("What is wrong")}]


def job_of(row: TradeFile) -> dict[str, Any]:
    done, total = row.read_through - 1, row.lines_count - 1
    text = _("%(done)s of %(all)s lines") % {"done": number_text(done, 0), "all": number_text(total, 0)}
    return {"label": _("Reading"), "done": done, "total": max(1, total), "text": text}


def _day(day: dt.date | None) -> str:
    return date_format(day, "j M Y") if day else ""


def _moment(at: dt.datetime | None) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""
