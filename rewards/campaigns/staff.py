"""Campaigns for colleagues: plan, approve, watch the budget, and see honestly what came of it."""

import uuid
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.figures import money_text, number_text
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import Key
from rewards.campaigns import queries
from rewards.campaigns.domain import State
from rewards.campaigns.forms import CampaignForm, NewCampaignForm, TurnForm, initial_of
from rewards.campaigns.models import Campaign, CampaignVersion
from rewards.campaigns.pages import CHIPS, budget_bars, is_spent, lift_page, sentences_of, stage_of
from rewards.campaigns.services import approve_campaign, draft_campaign, open_campaign, turn_campaign

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)


@require_safe
@staff_page(*_SEE)
def campaigns(request: StaffRequest, programme: str) -> HttpResponse:
    """List the campaigns of a programme, how each stands and what it has given."""
    found = programme_by_slug(programme)
    page = list_page(request, Campaign.objects.filter(programme=found), (Key("code", str),))
    newest = {version.campaign_id: version for version in queries.newest_versions(found).filter(campaign__in=page.rows)}
    context = {
        **frame(found, "campaigns"),
        "columns": [{"label": _("Campaign")}, {"label": _("Days")}, {"label": _("State")}, {"label": _("Points given"), "number": True}],
        "rows": [_listed(row, newest.get(row.pk), found) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse("staff:campaign-new", args=[found.slug]),
        "may_write": may(request.user, Act.PREPARE_RULES),
    }
    return render(request, "rewards/campaigns/campaigns.html", context)


def _listed(row: Campaign, version: CampaignVersion | None, programme: Programme) -> list[Any]:
    terms = queries.terms_of(version) if version else None
    stage, label = stage_of(row, terms, _today(programme))
    days = f"{date_format(terms.first_on, 'j M Y')} – {date_format(terms.last_on, 'j M Y')}" if terms else ""
    return [
        {"value": row.name, "url": reverse("staff:campaign", args=[programme.slug, row.code]), "hint": row.code},
        days,
        {"value": label, "state": CHIPS[stage]},
        queries.used_by(row).units,
    ]


@require_safe
@staff_page(*_SEE)
def campaign(request: StaffRequest, programme: str, campaign: str) -> HttpResponse:
    """Show a campaign: versions, budget, audience, lift, what colleagues said of it."""
    found = programme_by_slug(programme)
    of = queries.campaign_by_code(found, campaign)
    newest = queries.newest_of(of)
    with timezone.override(found.time_zone):
        context = {
            **frame(found, "campaigns"),
            "campaign": of,
            "versions": _versions(of, found, request.user),
            "draft_url": reverse("staff:campaign-draft", args=[found.slug, of.code]) if may(request.user, Act.PREPARE_RULES) else "",
            "turn_url": reverse("staff:campaign-turn", args=[found.slug, of.code]) if _may_turn(request.user, of, newest) else "",
            "turns": _turns(of),
            "made_with": _made_with(of, found),
            **_figures(of, newest, found),
        }
        return render(request, "rewards/campaigns/campaign.html", context)


def _made_with(of: Campaign, programme: Programme) -> dict[str, str] | None:
    """The playbook that drafted it, where one did."""
    if not hasattr(of, "playbook_run"):
        return None
    run = of.playbook_run
    return {"title": run.get_playbook_display(), "url": reverse("staff:playbook-run", args=[programme.slug, run.pk])}


def _may_turn(user: User, of: Campaign, newest: CampaignVersion | None) -> bool:
    return newest is not None and of.state != State.ENDED and (may(user, Act.PREPARE_RULES) or may(user, Act.APPROVE_RULES))


def _figures(of: Campaign, newest: CampaignVersion | None, programme: Programme) -> dict[str, Any]:
    terms = queries.terms_of(newest) if newest else None
    stage, label = stage_of(of, terms, _today(programme))
    if terms is None:
        return {"stage": CHIPS[stage], "stage_label": label}
    used, audience = queries.used_by(of), queries.audience_of(of)
    by_day = queries.given_by_day(of)
    return {
        "stage": CHIPS[stage],
        "stage_label": label,
        "is_spent": is_spent(terms.budget, used),
        "bars": budget_bars(terms.budget, used, programme.currency),
        "stats": [
            {"label": _("Points given"), "value": number_text(used.units, 0)},
            {"label": _("Expected cost so far"), "value": money_text(Money(used.cost_minor, programme.currency))},
            {"label": _("Purchases"), "value": number_text(used.uses, 0)},
            {"label": _("Members reached"), "value": number_text(queries.members_reached(of), 0)},
        ],
        "audience_done": of.audience_done_at is not None,
        "audience_looked_at": of.audience_looked_at,
        "audience_text": _("%(asked)s asked, %(held)s held out")
        % {"asked": number_text(audience.get(False, 0), 0), "held": number_text(audience.get(True, 0), 0)},
        "lift": lift_page(queries.lift_of(of, terms), programme.currency) if of.audience_done_at else None,
        "chart_labels": [date_format(day, "j M") for day, _units in by_day],
        "chart_series": [(_("Points"), [units for _day, units in by_day])],
    }


def _versions(of: Campaign, programme: Programme, user: User) -> list[dict[str, Any]]:
    rows = list(of.versions.select_related("author", "approver").order_by("-version"))
    return [_version(row, before, programme, user) for row, before in zip_longest(rows, rows[1:])]


def _version(row: CampaignVersion, before: CampaignVersion | None, programme: Programme, user: User) -> dict[str, Any]:
    now = sentences_of(row.terms(), programme.currency)
    was = sentences_of(before.terms(), programme.currency) if before else now
    gone = [{"kind": "removed", "mark": "\N{MINUS SIGN}", "label": _("no longer"), "text": text} for text in was if text not in now]
    waits = row.approved_at is None
    may_approve = waits and may(user, Act.APPROVE_RULES) and row.author_id != user.pk
    return {
        "title": _("Version %(version)s") % {"version": row.version},
        "days": "",
        "text": " ".join(now),
        "changes": gone + [{"kind": "added", "mark": "+", "label": _("new"), "text": text} for text in now if text not in was],
        "people": people_of(row.author, row.approver),
        "state": "awaiting" if waits else "active",
        "state_label": _("waits for approval") if waits else _("approved"),
        "approve_url": reverse("staff:campaign-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def _turns(of: Campaign) -> list[dict[str, str]]:
    rows = of.turns.select_related("turned_by").order_by("-pk")[:20]
    return [
        {
            "label": row.get_state_display(),
            "value": row.reason,
            "hint": f"{row.turned_by or ''} {date_format(localtime(row.turned_at), 'j M Y, H:i')}",
        }
        for row in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def begin(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Plan a new campaign; another person approves it."""
    found = programme_by_slug(programme)
    form = NewCampaignForm(found, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                of = open_campaign(programme=found, code=given["code"], name=given["name"])
                draft_campaign(campaign=of, definition=form.definition(), author=request.user)
        except Problem as problem:
            form.mark(problem)
        else:
            return _handed_in(request, found, of)
    return _form_page(request, found, form, _("New campaign"), reverse("staff:campaigns", args=[found.slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def draft(request: StaffRequest, programme: str, campaign: str) -> HttpResponseBase:
    """Write the next version of a campaign; another person approves it."""
    found = programme_by_slug(programme)
    of = queries.campaign_by_code(found, campaign)
    newest = of.versions.order_by("-version").first()
    initial = initial_of(newest.terms(), found.currency) if newest else {}
    form = CampaignForm(found, posted(request), initial=initial)
    if form.is_valid():
        try:
            draft_campaign(campaign=of, definition=form.definition(), author=request.user)
        except Problem as problem:
            form.mark(problem)
        else:
            return _handed_in(request, found, of)
    title = _("New version of %(campaign)s") % {"campaign": of}
    return _form_page(request, found, form, title, reverse("staff:campaign", args=[found.slug, of.code]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES, Act.APPROVE_RULES)
def turn(request: StaffRequest, programme: str, campaign: str) -> HttpResponseBase:
    """Pause, resume or end a campaign, with the reason."""
    found = programme_by_slug(programme)
    of = queries.campaign_by_code(found, campaign)
    form = TurnForm(posted(request))
    back = reverse("staff:campaign", args=[found.slug, of.code])
    if form.is_valid():
        given = form.cleaned_data
        try:
            turn_campaign(campaign=of, state=State(given["state"]), reason=given["reason"], by=request.user, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect(back)
    return _form_page(request, found, form, _("Pause, resume or end"), back)


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, version: uuid.UUID) -> HttpResponseBase:
    """Approve a version that somebody else wrote."""
    found = programme_by_slug(programme)
    row = CampaignVersion.objects.select_related("campaign").filter(pk=version, campaign__programme=found).first()
    if row is None:
        return redirect("staff:campaigns", found.slug)
    try:
        approve_campaign(version=row, approver=request.user, at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("Approved. The version counts from now on."))
    return redirect("staff:campaign", found.slug, row.campaign.code)


def _handed_in(request: StaffRequest, programme: Programme, of: Campaign) -> HttpResponseBase:
    messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
    return redirect("staff:campaign", programme.slug, of.code)


def _form_page(request: StaffRequest, programme: Programme, form: Any, title: str, back: str) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "submit_label": _("Hand in the draft") if isinstance(form, CampaignForm) else _("Do it"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": programme.name, "url": reverse("staff:campaigns", args=[programme.slug])},
            {"label": title},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _today(programme: Programme) -> Any:
    return clock.business_date(clock.now(), programme.time_zone)
