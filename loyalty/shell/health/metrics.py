"""Figures for monitoring in the text format of Prometheus (version 0.0.4)."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from ledger.audits.queries import last_audits
from ledger.points.rights import application_role, sealer_role
from ledger.seals.status import seal_statuses
from ledger.ticks.queries import lag
from loyalty.kit import clock
from loyalty.shell.health.guard import has_token
from loyalty.shell.health.queries import outbox_state
from loyalty.shell.health.vitals import kept

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclasses.dataclass(frozen=True, slots=True)
class Metric:
    """One name with its samples: (labels, value)."""

    name: str
    help: str
    samples: list[tuple[dict[str, str], int]]
    kind: str = "gauge"

    def __str__(self) -> str:
        lines = [f"# HELP pointbook_{self.name} {self.help}", f"# TYPE pointbook_{self.name} {self.kind}"]
        lines += [f"pointbook_{self.name}{_labels(labels)} {value}" for labels, value in self.samples]
        return "\n".join(lines)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all figures; without a token in the settings there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not has_token(request):
        return HttpResponse("A token is needed.\n", status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    at = clock.now()
    found = [*_vitals(at), *_ticks(at), *_seals(at), *_outbox(at), *_audits()]
    return HttpResponse("\n".join(map(str, found)) + "\n", content_type=_TYPE, headers={"Cache-Control": "no-store"})


def _vitals(at: dt.datetime) -> Iterable[Metric]:
    yield Metric(
        "vital", "1 if this check of the installation holds.", [({"name": one.name}, int(one.is_well)) for one in kept.examine(at)]
    )
    yield _one("sealer_has_login", "1 if ticks and seals have a database role of their own.", int(sealer_role() != application_role()))


def _ticks(at: dt.datetime) -> Iterable[Metric]:
    now = lag()
    yield _one("tick_lag_seconds", "How long the oldest movement waits that no tick has taken in.", now.seconds(at))
    yield _one("tick_waiting_movements", "Movements that no tick has taken in (counted to 100000).", now.waiting)
    yield _one("ticked_movements_total", "Movements that ticks have taken in.", now.total, "counter")
    yield _one("horizon_held_seconds", "How long the oldest open transaction that has written holds the horizon.", now.horizon_seconds(at))


def _seals(at: dt.datetime) -> Iterable[Metric]:
    slugs = dict(Programme.objects.values_list("pk", "slug"))
    found = [({"programme": slugs.get(status.programme, str(status.programme))}, status) for status in seal_statuses()]
    signed = [(labels, status.checkpoint) for labels, status in found if status.checkpoint]
    yield Metric("seal_lag_seconds", "How long the oldest unsealed movement waits.", [(name, one.lag_seconds(at)) for name, one in found])
    yield Metric("seal_waiting_movements", "Movements without a seal (counted to 100000).", [(name, one.waiting) for name, one in found])
    yield Metric("seal_leaves_total", "Sealed movements.", [(name, one.size) for name, one in found], "counter")
    yield Metric("seal_checkpoint_leaves", "Size of the newest checkpoint.", [(name, one.size) for name, one in signed])
    yield Metric(
        "seal_checkpoint_timestamp_seconds", "When it was signed.", [(name, int(one.issued_at.timestamp())) for name, one in signed]
    )
    yield Metric(
        "seal_checkpoint_places", "To how many places it was published.", [(name, len(one.publications.all())) for name, one in signed]
    )


def _outbox(at: dt.datetime) -> Iterable[Metric]:
    state = outbox_state(at)
    yield _one("outbox_due_events", "Events that should have been delivered by now.", state.due)
    yield _one("outbox_oldest_due_seconds", "How long the oldest of them is due.", state.oldest_seconds)
    yield _one("outbox_parked_events", "Events that failed too often and wait for somebody.", state.parked)


def _audits() -> Iterable[Metric]:
    audits = [({"kind": audit.kind}, audit) for audit in last_audits()]
    yield Metric(
        "verified_timestamp_seconds", "When this was verified last.", [(name, int(one.ended_at.timestamp())) for name, one in audits]
    )
    yield Metric("verified_findings", "Differences that the last verification found.", [(name, one.findings) for name, one in audits])


def _one(name: str, text: str, value: int, kind: str = "gauge") -> Metric:
    return Metric(name, text, [({}, value)], kind)


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
