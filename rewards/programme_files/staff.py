"""Programmes from files for colleagues: start from a blueprint, check a file, hand it in, approve it."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.examples.running import run_examples, summary_of
from rewards.programme_files.files import MalformedFile, ProgrammeFile, read_programme_file
from rewards.programme_files.forms import FileForm, NewProgrammeForm
from rewards.programme_files.models import ProgrammeDraft
from rewards.programme_files.opening import open_from_file
from rewards.programme_files.services import approve_draft, difference, draft_file, export_programme, withdraw_draft
from rewards.programme_files.sources import NoSuchFile, blueprint_text, blueprints
from rewards.programme_files.words import card_of, heading_of, lines_of

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)
MOST_STEPS_HERE = 80
"""Longer examples run with the command, not while somebody waits for a page."""
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_SEE)
def file(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Show the files that were handed in; check another one, and hand it in."""
    found = programme_by_slug(programme)
    may_write = may(request.user, Act.PREPARE_RULES)
    tomorrow = clock.business_date(clock.now(), found.time_zone) + dt.timedelta(days=1)
    form = FileForm(posted(request) if may_write else None, request.FILES or None, tomorrow=tomorrow)
    checked: dict[str, Any] = {}
    if form.is_valid():
        form = form.with_its_text()
        checked = _check(form, found)
        if "hand_in" in request.POST and not checked["faults"] and _hand_in(request, form, found, checked["file"]):
            return redirect("staff:programme-file", found.slug)
    context = {
        **frame(found, "file"),
        "form": form if may_write else None,
        "checked": checked,
        "drafts": [_draft(row, found, request.user) for row in _drafts(found)],
        "export_url": reverse("staff:programme-export", args=[found.slug]),
    }
    return render(request, "rewards/programme_files/file.html", context, status=422 if form.errors or checked.get("faults") else 200)


@require_safe
@staff_page(*_SEE)
def export(request: StaffRequest, programme: str) -> HttpResponse:  # noqa: ARG001 a view gets its request
    """Send what is in force today as a file."""
    found = programme_by_slug(programme)
    text = export_programme(programme=found, on=clock.business_date(clock.now(), found.time_zone))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.yaml"'
    return response


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, draft: uuid.UUID) -> HttpResponseBase:
    """Approve a file that somebody else handed in."""
    row = ProgrammeDraft.objects.filter(pk=draft, programme__slug=programme).first()
    if row is not None:
        try:
            approve_draft(draft=row, approver=request.user, at=clock.now())
        except Problem as problem:
            messages.error(request, _said(problem))
        else:
            messages.success(request, _("Approved. It begins on %(day)s.") % {"day": date_format(row.effective_on, "j F Y")})
    return redirect("staff:programme-file", programme)


@require_http_methods(["POST"])
@staff_page(Act.PREPARE_RULES)
def withdraw(request: StaffRequest, programme: str, draft: uuid.UUID) -> HttpResponseBase:
    """Take a file back that nobody has approved."""
    row = ProgrammeDraft.objects.filter(pk=draft, programme__slug=programme).first()
    if row is not None:
        try:
            withdraw_draft(draft=row, at=clock.now())
        except Problem as problem:
            messages.error(request, problem.detail)
        else:
            messages.success(request, _("Withdrawn. Nothing has changed."))
    return redirect("staff:programme-file", programme)


@require_safe
@staff_page(Act.MANAGE_PROGRAMMES)
def choose(request: StaffRequest) -> HttpResponse:
    """Show the blueprints that a new programme may start from."""
    locale = get_language() or "en"
    cards = [card_of(one, locale) | {"url": reverse("staff:programme-from", args=[one.name])} for one in blueprints()]
    crumbs = [{"label": _("Programmes"), "url": reverse("staff:programmes")}, {"label": _("New programme")}]
    return render(request, "rewards/programme_files/blueprints.html", {"cards": cards, "crumbs": crumbs})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PROGRAMMES)
def begin(request: StaffRequest, blueprint: str) -> HttpResponseBase:
    """Open a draft programme that says what a blueprint says."""
    try:
        text = blueprint_text(blueprint)
    except NoSuchFile:
        return redirect("staff:programme-new")
    said = read_programme_file(text, name=blueprint)
    card = card_of(said, get_language() or "en")
    form = NewProgrammeForm(posted(request), initial={"name": "", "time_zone": said.programme["time_zone"]})
    if form.is_valid():
        opened = _open(request, form, text)
        if opened is not None:
            return redirect("staff:programme", opened.slug)
    back = reverse("staff:programme-new")
    context = {
        "title": card["title"],
        "text": _("The programme opens as a draft: look at it, change it, then set it live. Nobody can join or earn before."),
        "form": form,
        "submit_label": _("Open the programme"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": _("New programme"), "url": back},
            {"label": card["title"]},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _open(request: StaffRequest, form: NewProgrammeForm, text: str) -> Programme | None:
    """Open what the form and the blueprint say; a refusal is shown on the form."""
    at, company = clock.now(), form.cleaned_data["company"]
    try:
        said = read_programme_file(text, instead=form.instead())
        today = clock.business_date(at, said.programme["time_zone"])
        opened = open_from_file(file=said, slug=said.slug, first_day=today, at=at, author=request.user, entity=company)
    except MalformedFile as malformed:
        for fault in malformed.faults:
            field = str(fault.path[-1]) if fault.path else ""
            form.add_error(field if field in form.fields else None, fault.detail)
        return None
    except Problem as problem:
        show_problem(form, problem)
        return None
    messages.success(request, _("%(name)s is open as a draft.") % {"name": opened})
    return opened


def _check(form: FileForm, programme: Programme) -> dict[str, Any]:
    """Return what is wrong with a file, or what it would change and whether its examples hold."""
    given = form.cleaned_data
    try:
        said = read_programme_file(given["text"], name=_("line"), instead={"slug": programme.slug})
        changes = difference(file=said, programme=programme, on=given["effective_on"])
    except MalformedFile as malformed:
        return {"faults": [line.split(":", 1)[1] for line in malformed.lines]}
    except Problem as problem:
        return {"faults": [problem.detail]}
    return {"faults": [], "file": said, "changes": _in_words(changes), **_tried(said)}


def _tried(said: ProgrammeFile) -> dict[str, Any]:
    """Run the examples of a file, where they are few enough to wait for."""
    if not said.examples or sum(len(example.steps) for example in said.examples) > MOST_STEPS_HERE:
        return {"examples": []}
    results = run_examples(said, at=clock.now())
    hold, count = summary_of(results)
    told = [{"name": one.example.name, "holds": one.holds, "lines": [line.split(":", 1)[1] for line in one.lines(said)]} for one in results]
    return {"examples": told, "examples_said": _("%(hold)s of %(count)s examples hold.") % {"hold": hold, "count": count}}


def _hand_in(request: StaffRequest, form: FileForm, programme: Programme, said: ProgrammeFile) -> bool:
    try:
        draft_file(file=said, programme=programme, effective_on=form.cleaned_data["effective_on"], author=request.user, at=clock.now())
    except Problem as problem:
        show_problem(form, problem)
        return False
    messages.success(request, _("The file waits for another person's approval. Nothing has changed yet."))
    return True


def _drafts(programme: Programme) -> list[ProgrammeDraft]:
    return list(ProgrammeDraft.objects.filter(programme=programme).select_related("author", "approver").order_by("-id")[:SHOWN])


def _draft(row: ProgrammeDraft, programme: Programme, user: User) -> dict[str, Any]:
    state, label = ("awaiting", _("waits for approval")) if row.waits else ("", _("approved") if row.approved_at else _("withdrawn"))
    arguments = [programme.slug, row.pk]
    told: dict[str, Any] = {"changes": [], "refusal": ""}
    if row.waits:
        try:
            said = read_programme_file(row.text, name=_("line"), instead={"slug": programme.slug})
            told["changes"] = _in_words(difference(file=said, programme=programme, on=row.effective_on))
        except Problem as problem:
            told["refusal"] = _said(problem)
    return told | {
        "title": _("From %(day)s") % {"day": date_format(row.effective_on, "j F Y")},
        "people": people_of(row.author, row.approver),
        "state": state,
        "state_label": label,
        "approve_url": reverse("staff:file-approve", args=arguments) if _may_approve(row, user) and not told["refusal"] else "",
        "withdraw_url": reverse("staff:file-withdraw", args=arguments) if row.waits and may(user, Act.PREPARE_RULES) else "",
    }


def _may_approve(row: ProgrammeDraft, user: User) -> bool:
    return row.waits and may(user, Act.APPROVE_RULES) and row.author_id != user.pk


def _in_words(changes: list[Change]) -> list[dict[str, Any]]:
    return [{"title": heading_of(change), "turn": change.turn.value, "lines": lines_of(change)} for change in changes]


def _said(problem: Problem) -> str:
    return " ".join(problem.lines) if isinstance(problem, MalformedFile) else problem.detail
