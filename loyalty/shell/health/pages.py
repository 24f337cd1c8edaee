"""The page Ledger health as plain values."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.programmes.models import Programme
from ledger.audits.models import Audit
from ledger.points.rights import application_role, sealer_role
from ledger.seals.models import SealCheckpoint
from ledger.seals.status import SealStatus
from ledger.ticks.domain import Lag
from ledger.ticks.models import Tick
from loyalty.kit.figures import points_text
from loyalty.shell.health.queries import OutboxState
from loyalty.shell.health.vitals import Vital
from loyalty.shell.health.wording import ADVICE, NAMES


def moment(at: dt.datetime) -> str:
    return date_format(localtime(at), "j M Y, H:i:s")


def ago(seconds: int) -> str:
    """Write a stretch of time as people say it: 40 s, 12 min, 3 h."""
    if seconds < 120:
        return _("%(number)s s") % {"number": seconds}
    if seconds < 7_200:
        return _("%(number)s min") % {"number": seconds // 60}
    return _("%(number)s h") % {"number": seconds // 3_600}


def vitals_table(vitals: Sequence[Vital]) -> dict[str, Any]:
    """What fails stands first."""
    ordered = sorted(vitals, key=lambda vital: vital.is_well)
    return {
        "columns": [{"label": _("Check")}, {"label": _("State")}, {"label": _("Found")}],
        "rows": [[str(NAMES.get(one.name, one.name)), _state(one), _found(one)] for one in ordered],
    }


def stats(lag: Lag, statuses: Sequence[SealStatus], outbox: OutboxState, at: dt.datetime) -> list[dict[str, str]]:
    """Return the four figures at the top."""
    sealing = max((status.lag_seconds(at) for status in statuses), default=0)
    unsealed = sum(status.waiting for status in statuses)
    return [
        {"label": _("Ticks are behind by"), "value": ago(lag.seconds(at)), "hint": movements(lag.waiting), "url": "#ticks"},
        {"label": _("Seals are behind by"), "value": ago(sealing), "hint": movements(unsealed), "url": "#seals"},
        {"label": _("Horizon is held for"), "value": ago(lag.horizon_seconds(at)), "hint": holder_name(lag), "url": "#ticks"},
        {
            "label": _("Outbox"),
            "value": points_text(outbox.due),
            "hint": _("due, the oldest for %(time)s") % {"time": ago(outbox.oldest_seconds)} if outbox.due else _("nothing waits"),
            "url": "#outbox",
        },
    ]


def tick_facts(lag: Lag, at: dt.datetime) -> list[dict[str, str]]:
    facts = [
        {"label": _("Waiting"), "value": movements(lag.waiting), "hint": _oldest(lag.waiting, lag.seconds(at))},
        {"label": _("Taken in"), "value": movements(lag.total)},
        {"label": _("Who holds the horizon"), "value": holder_name(lag) or _("nobody")},
    ]
    if lag.holder:
        facts[-1]["hint"] = _("%(state)s for %(time)s") % {"state": lag.holder.state or "–", "time": ago(lag.horizon_seconds(at))}
    return facts


def holder_name(lag: Lag) -> str:
    """Name the session: its role, program and process."""
    if lag.holder is None:
        return ""
    names = [lag.holder.role, lag.holder.program, lag.holder.pid and _("process %(pid)s") % {"pid": lag.holder.pid}]
    return ", ".join(str(name) for name in names if name)


def ticks_table(ticks: Iterable[Tick]) -> dict[str, Any]:
    return {
        "columns": [{"label": pgettext("of the ledger", "Tick")}, {"label": _("When")}, *_numbers(_("Movements"), _("Together"))],
        "rows": [[points_text(tick.no), moment(tick.ticked_at), tick.movements, tick.total] for tick in ticks],
    }


def seals_table(programmes: Sequence[Programme], statuses: Mapping[UUID, SealStatus], at: dt.datetime) -> dict[str, Any]:
    return {
        "columns": [
            {"label": _("Programme")},
            *_numbers(_("Sealed"), _("Unsealed")),
            {"label": _("Behind by")},
            {"label": _("Last checkpoint")},
            {"label": _("Published")},
        ],
        "rows": [_seal_row(one, statuses.get(one.pk, SealStatus(one.pk)), at) for one in programmes],
    }


def _seal_row(programme: Programme, status: SealStatus, at: dt.datetime) -> list[Any]:
    held = _("%(number)s held up by an open transaction") % {"number": points_text(status.held_up)} if status.held_up else ""
    return [
        {"value": programme.name, "url": reverse("staff:health-checkpoints", args=[programme.slug])},
        status.size,
        {"value": status.waiting, "hint": held},
        ago(status.lag_seconds(at)),
        _last_checkpoint(status.checkpoint, at),
        places_of(status.checkpoint) if status.checkpoint else "",
    ]


def _last_checkpoint(signed: SealCheckpoint | None, at: dt.datetime) -> dict[str, Any] | str:
    if signed is None:
        return _("none yet")
    hint = _("%(time)s ago") % {"time": ago(int((at - signed.issued_at).total_seconds()))}
    return {"value": movements(signed.size), "hint": hint}


def places_of(signed: SealCheckpoint) -> dict[str, Any] | str:
    """Say where a checkpoint was put; one that is nowhere outside protects nobody."""
    places = [publication.place for publication in signed.publications.all()]
    return ", ".join(places) if places else {"value": _("nowhere yet"), "kind": "warning"}


def checkpoints_table(programme: Programme, checkpoints: Iterable[SealCheckpoint]) -> dict[str, Any]:
    def row(signed: SealCheckpoint) -> list[Any]:
        url = reverse("staff:health-checkpoint", args=[programme.slug, signed.size])
        return [{"value": points_text(signed.size), "url": url}, moment(signed.issued_at), places_of(signed)]

    return {
        "columns": [{"label": _("Size (downloads the checkpoint)"), "number": True}, {"label": _("Signed")}, {"label": _("Published")}],
        "rows": [row(signed) for signed in checkpoints],
    }


def outbox_facts(state: OutboxState, *, may_open: bool) -> list[dict[str, str]]:
    address = reverse("admin:accounts_outboxevent_changelist") if may_open else ""
    parked = {"label": _("Parked after too many failures"), "value": points_text(state.parked)}
    return [
        {"label": _("Due"), "value": points_text(state.due), "hint": _oldest(state.due, state.oldest_seconds)},
        parked | ({"url": f"{address}?delivery=parked"} if address else {}),
    ]


def audits_table(audits: Iterable[Audit]) -> dict[str, Any]:
    def row(audit: Audit) -> list[Any]:
        found = {"value": points_text(audit.findings), "kind": "danger"} if audit.findings else {"value": _("nothing"), "kind": "positive"}
        hint = _("held against %(number)s checkpoints kept outside") % {"number": audit.outside} if audit.outside else ""
        looked = {"value": audit.looked_at, "hint": hint}
        return [audit.get_kind_display(), moment(audit.ended_at), looked, found]

    return {
        "columns": [{"label": _("Verified")}, {"label": _("When")}, *_numbers(_("Looked at")), {"label": _("Differs")}],
        "rows": [row(audit) for audit in audits],
    }


def sealer_notice() -> dict[str, str]:
    """Say under which role ticks and seals are made."""
    if sealer_role() == application_role():
        return {
            "kind": "warning",
            "title": _("Ticks and seals are made under the application's role"),
            "text": _("Give the sealer a login of its own: make the role, set DATABASE_SEALER_URL, run prepare_database."),
        }
    return {}


def movements(number: int) -> str:
    return ngettext("%(number)s movement", "%(number)s movements", number) % {"number": points_text(number)}


def _oldest(waiting: int, seconds: int) -> str:
    return _("the oldest for %(time)s") % {"time": ago(seconds)} if waiting else ""


def _state(vital: Vital) -> dict[str, str]:
    return {"value": _("Well"), "state": "ok"} if vital.is_well else {"value": _("Not well"), "state": "failed"}


def _found(vital: Vital) -> dict[str, Any]:
    return {"value": str(vital.found) or "–", "hint": "" if vital.is_well else str(ADVICE.get(vital.name, ""))}


def _numbers(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "number": True} for label in labels]
