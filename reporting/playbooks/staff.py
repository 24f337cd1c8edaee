"""Playbooks for colleagues: choose one, answer a few questions, and see the draft tried on the past."""

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.programmes.models import Programme
from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.figures import number_text
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from reporting.backtests.domain import report_of
from reporting.backtests.pages import CHIPS, Writer, job_of
from reporting.playbooks import pages
from reporting.playbooks.forms import PlaybookForm, initial_of
from reporting.playbooks.words import WORDS
from rewards.backtests.models import BackTest
from rewards.campaigns.queries import used_by_many
from rewards.playbooks.audiences import audience
from rewards.playbooks.defaults import point_worth, suggested
from rewards.playbooks.domain import RECIPES, Playbook
from rewards.playbooks.models import PlaybookRun
from rewards.playbooks.queries import drafts_of, members_affected, run_by_id, runs_of
from rewards.playbooks.services import approve_drafts, make_draft

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)
MOST_UNKNOWN = 20


@require_safe
@staff_page(*_SEE)
def playbooks(request: StaffRequest, programme: str) -> HttpResponse:
    """Show the ten playbooks, and what was drafted by them, newest first."""
    found = programme_by_slug(programme)
    page = list_page(request, runs_of(found), BY_NEWEST_ID)
    used = used_by_many([run.campaign for run in page.rows])
    times = dict(PlaybookRun.objects.filter(programme=found).values_list("playbook").annotate(Count("pk")).order_by())
    context = {
        **frame(found, "playbooks"),
        "cards": pages.cards_of(found, times),
        "may_write": may(request.user, Act.PREPARE_RULES),
        "columns": pages.run_columns(),
        "rows": [pages.run_row(run, used[run.campaign_id], found) for run in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "reporting/playbooks/playbooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def playbook(request: StaffRequest, programme: str, playbook: str) -> HttpResponseBase:
    """Answer what a playbook asks; one button drafts all of it and tries it on the past."""
    found, chosen, at = programme_by_slug(programme), _playbook(playbook), clock.now()
    form = _form(request, found, chosen)
    named = _affected(form) if form.is_valid() else None
    if named is not None and not form.errors:
        given = form.cleaned_data
        try:
            run = make_draft(
                programme=found,
                playbook=chosen,
                given=form.inputs(),
                name=given["name"],
                past_days=given["past_days"],
                token=given["token"],
                author=request.user,
                at=at,
                affected=named,
            )
        except Problem as problem:
            form.mark(problem)
        else:
            return redirect("staff:playbook-run", found.slug, run.pk)
    context = {
        **frame(found, "playbooks"),
        "title": pages.title_of(chosen),
        "words": WORDS[chosen],
        "form": form,
        "preview": _preview(found, form),
        "preview_url": reverse("staff:playbook-preview", args=[found.slug, chosen.value]),
        "cancel_url": reverse("staff:playbooks", args=[found.slug]),
    }
    return render(request, "reporting/playbooks/playbook.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@staff_page(Act.PREPARE_RULES)
def preview(request: StaffRequest, programme: str, playbook: str) -> HttpResponse:
    """Say what the answers so far would draft, and whom it reaches today. Writes nothing."""
    found = programme_by_slug(programme)
    form = _form(request, found, _playbook(playbook))
    return render(request, "reporting/playbooks/preview.html", {"preview": _preview(found, form)})


def _playbook(code: str) -> Playbook:
    try:
        return Playbook(code)
    except ValueError as problem:
        raise Http404 from problem


def _form(request: StaffRequest, programme: Programme, playbook: Playbook) -> PlaybookForm:
    at = clock.now()
    today = clock.business_date(at, programme.time_zone)
    if request.method == "POST":
        return PlaybookForm(programme, playbook, today, posted(request), request.FILES or None)
    initial = initial_of(suggested(programme, playbook, at=at), playbook, programme.currency)
    return PlaybookForm(programme, playbook, today, initial=initial)


def _affected(form: PlaybookForm) -> Collection[uuid.UUID]:
    """Return the members whom the lines name; a line that names nobody is an error of the form."""
    lines = form.cleaned_data.get("lines", [])
    named = members_affected(form.programme, lines)
    for place, text in named.unknown[:MOST_UNKNOWN]:
        form.add_error("names", _("Line %(line)s: no member and no receipt is known as %(text)s.") % {"line": place, "text": text[:60]})
    if len(named.unknown) > MOST_UNKNOWN:
        form.add_error("names", _("%(count)s more lines name nobody.") % {"count": len(named.unknown) - MOST_UNKNOWN})
    return named.members


def _preview(programme: Programme, form: PlaybookForm) -> dict[str, Any]:
    """Say who is reached and what they get; before a form is sent, what is suggested."""
    answered = form if form.is_bound else PlaybookForm(programme, form.playbook, _today(programme), _typed(form))
    if not answered.is_valid():
        wrong = [str(answered.fields[name].label) for name in answered.errors if name in answered.fields]
        return {"wrong": wrong}
    given, today = answered.inputs(), _today(programme)
    named = members_affected(programme, answered.cleaned_data.get("lines", []))
    try:
        members = audience(programme, form.playbook, given, today, affected=named.members)
        return {
            "count": number_text(members.count(), 0),
            "unknown": len(named.unknown),
            "who": pages.who_sentence(programme, form.playbook, given),
            "rule": pages.rule_sentences(programme, form.playbook, given),
            "worth": pages.worth_sentence(given, point_worth(programme, today), programme),
            "campaign": pages.campaign_sentences(programme, given),
        }
    except Problem as problem:
        return {"problem": problem.errors[0].detail if problem.errors else problem.detail}


def _typed(form: PlaybookForm) -> dict[str, Any]:
    """Return what a form that was just opened would send."""
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}


@require_safe
@staff_page(*_SEE)
def run(request: StaffRequest, programme: str, run: uuid.UUID) -> HttpResponse:
    """Show what was drafted, what the past says of it, and what comes next."""
    found = programme_by_slug(programme)
    row = run_by_id(found, run)
    drafts = drafts_of(row)
    first, _last = pages.days_of(row)
    is_late = bool(drafts) and first <= _today(found)
    is_mine = any(draft.author_id == request.user.pk for draft in drafts)
    with timezone.override(found.time_zone):
        context = {
            **frame(found, "playbooks"),
            "run": row,
            "title": pages.title_of(Playbook(row.playbook)),
            "waits": bool(drafts),
            "made": _("Drafted by %(who)s on %(day)s.")
            % {"who": row.author or "", "day": date_format(timezone.localtime(row.made_at), "j F Y, H:i")},
            "parts": _parts(row, found, {type(draft).__name__ for draft in drafts}),
            "steps": pages.steps_of(row, waits=bool(drafts), is_late=is_late),
            "approve_url": reverse("staff:playbook-approve", args=[found.slug, row.pk])
            if drafts and not is_late and not is_mine and may(request.user, Act.APPROVE_RULES)
            else "",
            "again_url": reverse("staff:playbook", args=[found.slug, row.playbook]) if may(request.user, Act.PREPARE_RULES) else "",
            **_tried(row, found),
        }
        return render(request, "reporting/playbooks/run.html", context)


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, run: uuid.UUID) -> HttpResponseBase:
    """Approve segment, campaign and rule that somebody else drafted, all or none."""
    row = run_by_id(programme_by_slug(programme), run)
    try:
        approve_drafts(run=row, approver=request.user, at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        day = date_format(pages.days_of(row)[0], "j F Y")
        messages.success(request, _("Approved. The campaign begins on %(day)s.") % {"day": day})
    return redirect("staff:playbook-run", programme, row.pk)


def _parts(row: PlaybookRun, programme: Programme, waiting: Collection[str]) -> list[dict[str, Any]]:
    """The three that were drafted: what each is, what it says, how it stands."""
    recipe = RECIPES[Playbook(row.playbook)]
    newest = row.campaign.versions.order_by("-version").first()
    version = row.rule.versions.select_related("rule__currency__unit", "rule__programme", "rule__campaign").order_by("-version").first()
    assert newest is not None and version is not None, row.pk
    return [
        {
            "label": _("Segment"),
            "url": reverse("staff:segment", args=[programme.slug, row.segment.code]),
            "text": pages.segment_text(row, programme),
            "waits": "SegmentVersion" in waiting,
            "state_label": _("list") if recipe.is_list else "",
        },
        {
            "label": _("Campaign"),
            "url": reverse("staff:campaign", args=[programme.slug, row.campaign.code]),
            "text": pages.campaign_text(newest, programme),
            "waits": "CampaignVersion" in waiting,
        },
        {
            "label": _("Rule"),
            "url": reverse("staff:rules", args=[programme.slug]) + f"?q={row.rule.code}",
            "text": pages.rule_text(version, programme),
            "waits": "EarningRuleVersion" in waiting,
        },
    ]


def _tried(row: PlaybookRun, programme: Programme) -> dict[str, Any]:
    """How far the back-test is, or what it found."""
    if row.back_test_id is None:
        return {}
    of = BackTest.objects.select_related("programme__legal_entity__book").get(pk=row.back_test_id)
    place = [programme.slug, of.pk]
    told: dict[str, Any] = {
        "back_test": of,
        "back_test_url": reverse("staff:back-test", args=place),
        "chip": CHIPS[of.state],
        "job": job_of(of),
        "is_working": of.is_working,
        "progress_url": reverse("staff:back-test-progress", args=place),
        "page_url": reverse("staff:playbook-run", args=[programme.slug, row.pk]),
    }
    if of.state == BackTest.State.DONE:
        writer = Writer(of, report_of(of.figures))
        told |= {"sentences": writer.sentences(), "stats": writer.stats(), "budget_text": pages.budget_sentence(row, programme)}
    return told


def _today(programme: Programme) -> Any:
    return clock.business_date(clock.now(), programme.time_zone)
