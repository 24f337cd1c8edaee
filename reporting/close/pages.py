"""The page of one month: checklist, what comes next, exceptions, figures. Plain values from the cockpit; no queries."""

import itertools
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.books.models import Journal
from loyalty.kit.figures import money_text, number_text, points_text
from loyalty.kit.money import Money
from reporting.close.cockpit import Cockpit, PoolLine
from reporting.close.domain import CheckCode, Step
from reporting.close.models import CloseCheck, CloseRun
from reporting.close.wording import CHECKS, FIGURES, STEPS, figure_text, subject_name
from reporting.gift_cards.pages import statements_table
from reporting.journals.wording import EVENTS, PERIOD_STATES, period_name, person, pool_name, signature
from reporting.rollforward.tables import NOTHING, money_by_pool_table, points_by_pool_table

_STAGES = {CloseRun.State.PREPARING: "working", CloseRun.State.SENT_BACK: "sent_back", CloseRun.State.APPROVED: "closed"}
_COUNTED = ("issued", "redeemed", "lapsed", "outstanding")
_STATED = ("allocated_minor", "recognised_minor", "catch_up_minor", "liability_minor")
_STEP_SHARE = {Step.EXPIRE: (0, 60), Step.VALUE: (60, 30), Step.CHECK: (90, 10), Step.DONE: (100, 0)}


def page_of(shown: Cockpit) -> dict[str, Any]:
    """Return the context of the whole page, without what a person may do."""
    month, run = period_name(shown.period), shown.run
    return {
        "period": shown.period,
        "book": shown.book,
        "month": month,
        "state": shown.period.state,
        "state_label": PERIOD_STATES[shown.period.state],
        "crumbs": [{"label": _("Month close"), "url": reverse("staff:close")}, {"label": month}],
        "stage": stage_of(shown),
        "run": run,
        "note": run.note if run else "",
        "note_by": person(shown.names, run.approver) if run else "",
        "preparer": person(shown.names, run.preparer) if run else "",
        "open_exceptions": shown.open_exceptions,
        "opens_on": date_format(shown.period.ends_on, "j F"),
        "steps": steps_of(shown),
        "job": job_of(shown.run) if shown.run and shown.is_preparing else {},
        "exceptions": [] if shown.is_preparing else exceptions_of(shown),
        "stats": _stats(shown),
        "points": points_by_pool_table(shown.points, shown.units),
        "money": money_by_pool_table(shown.money, shown.units, shown.book) if shown.is_closed else {},
        "statements": _statements(shown),
        "cards": statements_table(shown.cards, shown.book),
        "catch_up": _catch_up(shown),
        "journal_columns": [{"label": _("Journal")}, {"label": _("What")}, {"label": _("Pool")}, {"label": _("Amount"), "number": True}],
        "journals": _journals(shown),
        "signatures": _signatures(shown),
    }


def stage_of(shown: Cockpit) -> str:
    """Name what comes next: not_over, open, working, queued, sent_back, exceptions, green or closed."""
    if shown.is_closed:
        return "closed"
    if shown.run is None:
        return "open" if shown.is_over else "not_over"
    if shown.run.state == CloseRun.State.PREPARED:
        return "exceptions" if shown.open_exceptions else "green"
    if shown.is_preparing and not shown.is_working:
        return "queued"
    return _STAGES[CloseRun.State(shown.run.state)]


def steps_of(shown: Cockpit) -> list[dict[str, Any]]:
    """Return the checklist from the end of the month to its pack; the owner stands under each step."""
    ends_on = date_format(shown.period.ends_on, "j M Y")
    steps = [
        _step(_("The month is over"), "done" if shown.is_over else "todo", _("ends on %(day)s") % {"day": ends_on}),
        _preparation(shown),
        *(_check_step(code, shown) for code in CheckCode),
        _approval(shown),
        _step(_("Pack is ready"), "done" if shown.is_closed else "todo", url="#pack" if shown.is_closed else ""),
    ]
    return [{**step, "number": number} for number, step in enumerate(steps, start=1)]


def job_of(run: CloseRun) -> dict[str, Any]:
    """Return how far a preparation is; the rate and the time left while it goes through lots that end."""
    begin, width = _STEP_SHARE[Step(run.step)]
    done = begin + (width * run.done // run.total if run.total else 0)
    found: dict[str, Any] = {"label": STEPS[run.step], "done": done, "total": 100, "text": "", "rate": "", "time_left": ""}
    if not run.total:
        return found
    found["text"] = _("%(done)s of %(total)s lots") % {"done": points_text(run.done), "total": points_text(run.total)}
    seconds = (run.heartbeat_at - run.started_at).total_seconds() if run.started_at else 0
    if run.done and seconds >= 1:
        rate = run.done / seconds
        left = int((run.total - run.done) / rate) + 1
        found["rate"] = _("%(rate)s a second") % {"rate": points_text(int(rate))}
        found["time_left"] = ngettext("%(left)s second left", "%(left)s seconds left", left) % {"left": left}
    return found


def exceptions_of(shown: Cockpit) -> list[dict[str, Any]]:
    """Return the checks that did not hold, each with its rows, in the order of the checklist."""
    failed = (check for check in shown.checks if not check.passed)
    return [_exception(code, list(checks), shown) for code, checks in itertools.groupby(failed, key=lambda check: check.code)]


def _exception(code: str, checks: Sequence[CloseCheck], shown: Cockpit) -> dict[str, Any]:
    words = CHECKS[code]
    names = [name for name in FIGURES if any(name in check.figures for check in checks)]
    left = sum(check.is_open for check in checks)
    return {
        "code": code,
        "title": words.title,
        "compares": words.compares,
        "advice": words.advice,
        "left": left,
        "figure_names": [FIGURES[name] for name in names],
        "rows": [
            {
                "id": check.pk,
                "subject": subject_name(check.subject, shown.units),
                "figures": [figure_text(name, check.figures[name], shown.book) if name in check.figures else "" for name in names],
                "is_open": check.is_open,
            }
            for check in checks
        ],
        "notes": _notes(checks, shown),
    }


def _notes(checks: Sequence[CloseCheck], shown: Cockpit) -> list[dict[str, Any]]:
    """Return each note once, with who wrote it."""
    accepted = (check for check in checks if not check.is_open)
    notes = dict.fromkeys((check.note, signature(shown.names, check.acknowledged_by, check.acknowledged_at)) for check in accepted)
    return [{"text": text, "by": by} for text, by in notes]


def _step(title: Any, state: str, detail: str = "", url: str = "", state_label: str = "") -> dict[str, Any]:
    labels = {"done": _("Done"), "current": _("Now"), "todo": _("To do"), "exception": _("Exception"), "blocked": _("Waits")}
    return {"title": title, "state": state, "detail": detail, "url": url, "state_label": state_label or labels[state]}


def _preparation(shown: Cockpit) -> dict[str, Any]:
    run, title = shown.run, _("Prepare: end, value, check")
    if run is None:
        return _step(title, "current" if shown.is_over else "todo", _("by the preparer"))
    who = signature(shown.names, run.preparer, run.prepared_at if run.state != CloseRun.State.PREPARING else None)
    if run.state == CloseRun.State.PREPARING:
        return _step(title, "current", who, state_label=_("Running") if shown.is_working else _("Queued"))
    if run.state == CloseRun.State.SENT_BACK:
        return _step(title, "current", who, state_label=_("Sent back"))
    return _step(title, "done", who)


def _check_step(code: CheckCode, shown: Cockpit) -> dict[str, Any]:
    title = CHECKS[code].title
    of_code = [check for check in shown.checks if check.code == code]
    if not of_code or shown.is_preparing:
        return _step(title, "todo")
    failed = [check for check in of_code if not check.passed]
    left = sum(check.is_open for check in failed)
    if left:
        return _step(title, "exception", ngettext("%(left)s to look at", "%(left)s to look at", left) % {"left": left}, f"#{code}")
    if failed:
        accepted = _("accepted by %(who)s") % {"who": person(shown.names, failed[-1].acknowledged_by)}
        return _step(title, "done", accepted, f"#{code}", state_label=_("Accepted"))
    return _step(title, "done")


def _approval(shown: Cockpit) -> dict[str, Any]:
    run, title = shown.run, _("Approve and close")
    if shown.is_closed and run:
        return _step(title, "done", signature(shown.names, run.approver, run.approved_at))
    if shown.is_green:
        return _step(title, "current", _("by another person"))
    return _step(title, "blocked" if shown.is_prepared else "todo", _("by another person"))


def _stats(shown: Cockpit) -> list[dict[str, str]]:
    """Return the four amounts of the month, with the close's catch-up as soon as it is known."""
    pools, rows, currency = shown.pools, shown.money, shown.book.currency
    if pools:
        amounts = [
            sum(getattr(pool, name) for pool in pools) for name in ("opening_minor", "additions_minor", "revenue_minor", "liability_minor")
        ]
        hint = _("as closed") if shown.is_closed else _("with the catch-up of this close")
    else:
        amounts = [
            sum(row.opening for row in rows),
            sum(row.additions - row.returned for row in rows),
            sum(row.recognised for row in rows),
            sum(row.closing for row in rows),
        ]
        hint = _("as far as it is posted")
    labels = (
        (_("Opening liability"), _("at the last close")),
        (_("Deferred"), _("for points given, less returns")),
        (_("Recognised"), _("for points redeemed and breakage")),
        (_("Closing liability"), hint),
    )
    return [
        {"label": label, "value": money_text(Money(minor, currency)), "hint": below}
        for (label, below), minor in zip(labels, amounts, strict=True)
    ]


def _catch_up(shown: Cockpit) -> str:
    """Return the amount that the close posts as revenue; nothing when no pool has anything to catch up."""
    if not any(pool.catch_up_minor for pool in shown.pools):
        return ""
    return money_text(Money(sum(pool.catch_up_minor for pool in shown.pools), shown.book.currency))


def _statements(shown: Cockpit) -> dict[str, Any]:
    if not shown.pools:
        return {}
    names = [
        _("Issued"),
        _("Redeemed"),
        _("Lapsed"),
        _("Left"),
        _("Estimate"),
        _("Expected"),
        _("Deferred"),
        _("Recognised"),
        _("Catch-up"),
        _("Liability"),
    ]
    currency = shown.book.currency
    totals = [Money(sum(getattr(pool, name) for pool in shown.pools), currency) for name in _STATED]
    counted = [sum(getattr(pool, name) for pool in shown.pools) for name in _COUNTED]
    scales = {shown.units[pool.pool.unit].scale for pool in shown.pools} if len({pool.pool.unit for pool in shown.pools}) == 1 else set()
    counts = [points_text(points, scale) for scale in scales for points in counted] or [""] * len(counted)
    return {
        "columns": [{"label": _("Granted")}, *({"label": name, "number": True} for name in names)],
        "rows": [[pool_name(pool.pool, shown.units), *_statement(pool, shown)] for pool in shown.pools],
        "totals": [_("All pools"), *counts, "", "", *totals],
    }


def _statement(pool: PoolLine, shown: Cockpit) -> list[Any]:
    scale, currency = shown.units[pool.pool.unit].scale, shown.book.currency
    counts = [points_text(points, scale) for points in (getattr(pool, name) for name in _COUNTED)]
    estimate = _("%(number)s%%") % {"number": number_text(int(pool.percentage * 100), 2)} if pool.percentage is not None else _("none")
    expected = points_text(int(pool.expected.to_integral_value()), scale)
    money = (getattr(pool, name) for name in _STATED)
    return [*counts, estimate, expected, *(Money(minor, currency) if minor else NOTHING for minor in money)]


def _journals(shown: Cockpit) -> list[list[Any]]:
    return [
        [
            {"value": str(journal), "url": reverse("staff:journal", args=[journal.pk])},
            EVENTS[journal.event_type],
            _journal_pool(journal, shown),
            Money(journal.total_minor, shown.book.currency),
        ]
        for journal in shown.journals
    ]


def _journal_pool(journal: Journal, shown: Cockpit) -> str:
    """A close's journal is about one pool."""
    pool = next((line.pool_id for line in journal.lines.all() if line.pool_id), None)
    return pool_name(shown.journal_pools[pool], shown.units) if pool else ""


def _signatures(shown: Cockpit) -> list[dict[str, Any]]:
    run = shown.run
    if run is None or not shown.is_closed:
        return []
    known = date_format(localtime(run.known_at), "j M Y, H:i:s") if run.known_at else ""
    return [
        {"label": _("Prepared"), "value": signature(shown.names, run.preparer, run.prepared_at)},
        {"label": _("Approved"), "value": signature(shown.names, run.approver, run.approved_at)},
        {"label": _("Knows everything until"), "value": known},
        {"label": _("Fingerprint of the figures"), "value": run.fingerprint[:16]},
    ]
