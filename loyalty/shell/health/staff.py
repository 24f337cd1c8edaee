"""Ledger health for colleagues: how far ticks, seals and the outbox are, what is not well, and what to do."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.programmes.queries import programme_by_slug
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, render_part, staff_page
from ledger.audits.queries import last_audits
from ledger.points.rights import sealer_role
from ledger.seals.keys import signer_of
from ledger.seals.models import SealCheckpoint, SealLog
from ledger.seals.status import seal_statuses
from ledger.ticks.models import Tick
from ledger.ticks.queries import lag
from loyalty.kit import clock
from loyalty.kit.rest.paging import Key
from loyalty.shell.health import pages
from loyalty.shell.health.guard import HEALTH_ACTS
from loyalty.shell.health.queries import outbox_state
from loyalty.shell.health.vitals import kept

_BY_NAME = (Key("slug", str),)
_NEWEST_TICK = (Key("no", int, descending=True),)
_LARGEST = (Key("size", int, descending=True),)
_PROGRAMMES, _TICKS = 25, 5


@require_safe
@staff_page(*HEALTH_ACTS)
def health(request: StaffRequest) -> HttpResponse:
    """Show everything on one page; htmx asks for the figures again every ten seconds."""
    at, now = clock.now(), lag()
    programmes = list_page(request, Programme.objects.all(), _BY_NAME, limit=_PROGRAMMES)
    vitals, outbox, statuses = kept.examine(at), outbox_state(at), seal_statuses()
    context = {
        "failing": sum(not vital.is_well for vital in vitals),
        "vitals": pages.vitals_table(vitals),
        "notice": pages.sealer_notice(),
        "sealer": sealer_role(),
        "stats": pages.stats(now, statuses, outbox, at),
        "tick_facts": pages.tick_facts(now, at),
        "ticks": pages.ticks_table(Tick.objects.filter(no__gt=0).order_by("-no")[:_TICKS]),
        "seals": pages.seals_table(programmes.rows, {status.programme: status for status in statuses}, at),
        "previous_url": programmes.previous_url,
        "next_url": programmes.next_url,
        "outbox": pages.outbox_facts(outbox, may_open=request.user.has_perm("accounts.view_outboxevent")),
        "audits": pages.audits_table(last_audits()),
        "seen_at": pages.moment(at),
    }
    return render_part(request, "shell/health/health.html", "shell/health/figures.html", context)


@require_safe
@staff_page(*HEALTH_ACTS)
def ticks(request: HttpRequest) -> HttpResponse:
    """List all ticks, the newest first."""
    shown = list_page(request, Tick.objects.filter(no__gt=0), _NEWEST_TICK)
    crumbs = [{"label": _("Ledger health"), "url": reverse("staff:health")}, {"label": _("Ticks")}]
    context = {"crumbs": crumbs, "ticks": pages.ticks_table(shown.rows), "previous_url": shown.previous_url, "next_url": shown.next_url}
    return render(request, "shell/health/ticks.html", context)


@require_safe
@staff_page(*HEALTH_ACTS)
def checkpoints(request: HttpRequest, programme: str) -> HttpResponse:
    """List a programme's checkpoints, the newest first, each to be downloaded."""
    found = programme_by_slug(programme)
    log = SealLog.objects.filter(programme=found.pk).first()
    signed = SealCheckpoint.objects.filter(log__programme=found.pk).prefetch_related("publications")
    shown = list_page(request, signed, _LARGEST)
    context = {
        "programme": found,
        "crumbs": [{"label": _("Ledger health"), "url": reverse("staff:health")}, {"label": found.name}],
        "origin": log.origin if log else "",
        "key": str(signer_of(log.origin).verifier) if log else "",
        "checkpoints": pages.checkpoints_table(found, shown.rows),
        "previous_url": shown.previous_url,
        "next_url": shown.next_url,
    }
    return render(request, "shell/health/checkpoints.html", context)


@require_safe
@staff_page(*HEALTH_ACTS)
def checkpoint(_request: HttpRequest, programme: str, size: int) -> HttpResponse:
    """Hand a checkpoint over as the file that verify_ledger and verify_receipt.py read."""
    found = programme_by_slug(programme)
    signed = SealCheckpoint.objects.filter(log__programme=found.pk, size=size).first()
    if signed is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}-{size}.checkpoint"', "Cache-Control": "private, no-store"}
    return HttpResponse(signed.note, content_type="text/plain; charset=utf-8", headers=headers)
