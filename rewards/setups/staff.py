"""Events, cards and challenges for colleagues: what is set up, its versions in words, drafts and approvals."""

import uuid
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.programmes.models import Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.setups.cause_form import CauseForm
from rewards.setups.conversion_form import ConversionForm
from rewards.setups.domain import SINGLE, SetupKind
from rewards.setups.forms import ChosenDayForm, EventTypeForm, MomentsForm, ReferralForm, SetupForm
from rewards.setups.models import Setup, SetupVersion
from rewards.setups.plan_form import PlanForm
from rewards.setups.quest_form import QuestForm
from rewards.setups.recognition_form import RecognitionForm
from rewards.setups.services import approve_setup, draft_setup
from rewards.setups.words import sentences_of_setup

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)
_FORMS: dict[SetupKind, type[SetupForm]] = {
    SetupKind.EVENT_TYPE: EventTypeForm,
    SetupKind.QUEST: QuestForm,
    SetupKind.REFERRAL: ReferralForm,
    SetupKind.MOMENTS: MomentsForm,
    SetupKind.CONVERSION: ConversionForm,
    SetupKind.CHOSEN_DAY: ChosenDayForm,
    SetupKind.PLAN: PlanForm,
    SetupKind.CAUSE: CauseForm,
    SetupKind.RECOGNITION: RecognitionForm,
}


@require_safe
@staff_page(*_SEE)
def setups(request: StaffRequest, programme: str) -> HttpResponse:
    """Show everything that is set up, kind by kind, with all its versions in words."""
    found = programme_by_slug(programme)
    rows = SetupVersion.objects.filter(setup__programme=found).select_related("setup", "author", "approver")
    by_setup: dict[Setup, list[SetupVersion]] = {}
    for version in rows.order_by("setup__code", "-version"):
        by_setup.setdefault(version.setup, []).append(version)
    today = clock.business_date(clock.now(), found.time_zone)
    in_force = set(SetupVersion.objects.filter(setup__programme=found).in_force_on(today).values_list("pk", flat=True))
    may_write = may(request.user, Act.PREPARE_RULES)
    kinds = [_kind(kind, by_setup, found, request.user, in_force) for kind in SetupKind]
    return render(request, "rewards/setups/setups.html", {**frame(found, "setups"), "kinds": kinds, "may_write": may_write})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def begin(request: StaffRequest, programme: str, kind: str) -> HttpResponseBase:
    """Set something up; another person approves it."""
    found, of = programme_by_slug(programme), _kind_of(kind)
    if of in SINGLE and Setup.objects.filter(programme=found, kind=of).exists():
        return redirect("staff:setup-draft", found.slug, kind, SINGLE[of])
    form = _FORMS[of](found, posted(request), is_new=of not in SINGLE)
    if form.is_valid():
        code, name = form.cleaned_data.get("code", SINGLE.get(of, "")), form.cleaned_data.get("name", str(Setup.Kind(of).label))
        if _hand_in(request, form, found, of, code, name):
            return redirect("staff:setups", found.slug)
    return _form_page(request, found, form, _("New: %(kind)s") % {"kind": Setup.Kind(of).label})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def draft(request: StaffRequest, programme: str, kind: str, code: str) -> HttpResponseBase:
    """Write the next version; another person approves it."""
    found, of = programme_by_slug(programme), _kind_of(kind)
    setup = Setup.objects.filter(programme=found, kind=of, code=code).first()
    newest = setup.versions.order_by("-version").first() if setup else None
    if setup is None or newest is None:
        return redirect("staff:setups", found.slug)
    form = _FORMS[of](found, posted(request), said=newest.definition)
    if form.is_valid() and _hand_in(request, form, found, of, setup.code, setup.name):
        return redirect("staff:setups", found.slug)
    return _form_page(request, found, form, _("New version of %(name)s") % {"name": setup})


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, version: uuid.UUID) -> HttpResponseBase:
    """Approve a draft that somebody else wrote."""
    found = programme_by_slug(programme)
    row = SetupVersion.objects.filter(pk=version, setup__programme=found).first()
    if row is not None:
        try:
            approve_setup(version=row, approver=request.user, at=clock.now())
        except Problem as problem:
            messages.error(request, problem.detail)
        else:
            messages.success(request, _("Approved. It begins on %(day)s.") % {"day": date_format(row.valid_from, "j F Y")})
    return redirect("staff:setups", found.slug)


def _kind_of(text: str) -> SetupKind:
    value = text.replace("-", "_")
    if value not in set(SetupKind):
        raise Http404
    return SetupKind(value)


def _hand_in(request: StaffRequest, form: SetupForm, programme: Programme, kind: SetupKind, code: str, name: str) -> bool:
    """Draft what the form says; a refusal is shown beside the fields."""
    given = form.cleaned_data
    try:
        draft_setup(
            programme=programme,
            kind=kind,
            code=code,
            name=name,
            definition=form.definition(),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            author=request.user,
        )
    except Problem as problem:
        form.mark(problem)
        return False
    messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
    return True


def _form_page(request: StaffRequest, programme: Programme, form: SetupForm, title: str) -> HttpResponse:
    back = reverse("staff:setups", args=[programme.slug])
    context = {
        "title": title,
        "text": _("What happens from the first day on follows the new version. Everything before keeps its own."),
        "form": form,
        "submit_label": _("Hand in the draft"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": programme.name, "url": back},
            {"label": title},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _kind(
    kind: SetupKind, by_setup: dict[Setup, list[SetupVersion]], programme: Programme, user: User, in_force: set[uuid.UUID]
) -> dict[str, Any]:
    mine = {setup: versions for setup, versions in by_setup.items() if setup.kind == kind}
    slug = kind.value.replace("_", "-")
    return {
        "title": _TITLES[kind](),
        **_list_of(kind, programme, has_any=bool(mine)),
        "new_url": "" if mine and kind in SINGLE else reverse("staff:setup-new", args=[programme.slug, slug]),
        "setups": [
            {
                "name": setup.name_in(get_language() or "en"),
                "draft_url": reverse("staff:setup-draft", args=[programme.slug, slug, setup.code]),
                "versions": [
                    _version(row, before, row.pk in in_force, programme, user) for row, before in zip_longest(versions, versions[1:])
                ],
            }
            for setup, versions in mine.items()
        ],
    }


def _list_of(kind: SetupKind, programme: Programme, *, has_any: bool) -> dict[str, str]:
    """Where what comes of a kind is listed."""
    pages = {
        SetupKind.EVENT_TYPE: ("staff:check-in-points", _("Check-in points")),
        SetupKind.REFERRAL: ("staff:referrals", _("Who brought whom")),
        SetupKind.CONVERSION: ("staff:conversions", _("Runs and rates")),
        SetupKind.PLAN: ("staff:subscriptions", _("Who has them")),
        SetupKind.CAUSE: ("staff:causes", _("Counts and hand-overs")),
        SetupKind.RECOGNITION: ("staff:recognitions", _("Who recognised whom")),
    }
    if not has_any or kind not in pages:
        return {"list_url": "", "list_label": ""}
    name, label = pages[kind]
    return {"list_url": reverse(name, args=[programme.slug]), "list_label": label}


def _version(row: SetupVersion, before: SetupVersion | None, is_current: bool, programme: Programme, user: User) -> dict[str, Any]:
    now = _sentences(row, programme)
    was = _sentences(before, programme) if before else now
    changes = [{"kind": "removed", "mark": "\N{MINUS SIGN}", "label": _("no longer"), "text": text} for text in was if text not in now]
    changes += [{"kind": "added", "mark": "+", "label": _("new"), "text": text} for text in now if text not in was]
    state, label = ("", _("approved")) if row.approved_at else ("awaiting", _("waits for approval"))
    days = {"first": date_format(row.valid_from, "j F Y"), "last": date_format(row.valid_to, "j F Y") if row.valid_to else ""}
    may_approve = row.approved_at is None and may(user, Act.APPROVE_RULES) and row.author_id != user.pk
    return {
        "title": _("Version %(version)s") % {"version": row.version},
        "days": _("%(first)s to %(last)s") % days if row.valid_to else _("from %(first)s") % days,
        "text": " ".join(now),
        "changes": changes,
        "people": people_of(row.author, row.approver),
        "state": "active" if is_current else state,
        "state_label": _("in force") if is_current else label,
        "approve_url": reverse("staff:setup-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def _sentences(row: SetupVersion, programme: Programme) -> list[str]:
    return sentences_of_setup(programme, SetupKind(row.setup.kind), row.definition)


_TITLES = {
    SetupKind.EVENT_TYPE: lambda: _("Event types"),
    SetupKind.QUEST: lambda: _("Cards and challenges"),
    SetupKind.REFERRAL: lambda: _("Members bring friends"),
    SetupKind.MOMENTS: lambda: _("Birthdays, anniversaries and profiles"),
    SetupKind.CONVERSION: lambda: _("Conversions"),
    SetupKind.CHOSEN_DAY: lambda: _("Days that members choose"),
    SetupKind.PLAN: lambda: _("Paid memberships"),
    SetupKind.CAUSE: lambda: _("Causes"),
    SetupKind.RECOGNITION: lambda: _("Recognition of colleagues"),
}
