"""Earning rules for colleagues: what each says in words, its versions, drafts and approvals."""

import uuid
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page, typed
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import Key
from rewards.earning.approved import compiled
from rewards.earning.forms import NewRuleForm, RuleForm, further_caps, initial_of
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.services import approve_rule, draft_rule
from rewards.earning.words import terms_in_sentences, writer_of
from rewards.setups.queries import chosen_day_names, event_kinds

RULES_AT_ONCE = 20
_BY_CODE = (Key("code", str),)
_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)


@require_safe
@staff_page(*_SEE)
def rules(request: StaffRequest, programme: str) -> HttpResponse:
    """Show the rules of a programme by code, each with all its versions, in words; ?q= is a part of a code or a name."""
    found = programme_by_slug(programme)
    words = typed(request, "q")
    wanted = EarningRule.objects.filter(programme=found)
    if words:
        wanted = wanted.filter(Q(code__icontains=words) | Q(name__icontains=words))
    page = list_page(request, wanted, _BY_CODE, limit=RULES_AT_ONCE)
    rows = EarningRuleVersion.objects.filter(rule__in=page.rows).select_related(
        "rule__currency__unit", "rule__programme", "rule__campaign", "author", "approver"
    )
    by_rule: dict[EarningRule, list[EarningRuleVersion]] = {}
    for version in rows.order_by("rule__code", "-version"):
        by_rule.setdefault(version.rule, []).append(version)
    in_force = set(EarningRuleVersion.objects.filter(rule__in=page.rows).in_force_on(_today(found)).values_list("pk", flat=True))
    context = {
        **frame(found, "rules"),
        "words": words,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "rules": [_rule(rule, versions, in_force, found, request.user) for rule, versions in by_rule.items()],
        "new_url": reverse("staff:rule-new", args=[found.slug]),
        "may_write": may(request.user, Act.PREPARE_RULES),
    }
    return render(request, "rewards/earning/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def draft(request: StaffRequest, programme: str, rule: str) -> HttpResponseBase:
    """Write the next version of a rule; another person approves it."""
    found = programme_by_slug(programme)
    of = EarningRule.objects.select_related("currency").filter(programme=found, code=rule).first()
    if of is None:
        return redirect("staff:rules", found.slug)
    newest = of.versions.order_by("-version").first()
    said = newest.definition if newest else {}
    initial = initial_of(said, found.currency) if newest else {}
    form = RuleForm(found.currency, posted(request), initial=initial, further_caps=further_caps(said), **_offered(found))
    if form.is_valid() and _hand_in(request, form, found, of.code, of.name, of.currency):
        return redirect("staff:rules", found.slug)
    return _form_page(request, found, form, _("New version of %(rule)s") % {"rule": of})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def begin(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Write the first version of a new rule; another person approves it."""
    found = programme_by_slug(programme)
    form = NewRuleForm(found, posted(request), **_offered(found))
    if form.is_valid():
        given = form.cleaned_data
        if _hand_in(request, form, found, given["code"], given["name"], given["currency"]):
            return redirect("staff:rules", found.slug)
    return _form_page(request, found, form, _("New rule"))


def _offered(programme: Programme) -> dict[str, Any]:
    """What else conditions may ask for here."""
    return {"events": event_kinds(programme), "chosen_days": chosen_day_names(programme)}


def _hand_in(request: StaffRequest, form: RuleForm, programme: Programme, code: str, name: str, currency: PointCurrency) -> bool:
    """Draft what the form says; a refusal is shown beside the fields."""
    given = form.cleaned_data
    try:
        draft_rule(
            programme=programme,
            code=code,
            name=name,
            currency=currency,
            definition=form.definition(),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            author=request.user,
            campaign=given.get("campaign"),
        )
    except Problem as problem:
        form.mark(problem)
        return False
    messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
    return True


def _form_page(request: StaffRequest, programme: Programme, form: RuleForm, title: str) -> HttpResponse:
    back = reverse("staff:rules", args=[programme.slug])
    context = {
        "title": title,
        "form": form,
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": programme.name, "url": back},
            {"label": title},
        ],
    }
    return render(request, "rewards/earning/rule_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, version: uuid.UUID) -> HttpResponseBase:
    """Approve a draft that somebody else wrote."""
    found = programme_by_slug(programme)
    row = EarningRuleVersion.objects.filter(pk=version, rule__programme=found).first()
    if row is not None:
        try:
            approve_rule(version=row, approver=request.user, at=clock.now())
        except Problem as problem:
            messages.error(request, problem.detail)
        else:
            messages.success(request, _("Approved. The rule begins on %(day)s.") % {"day": date_format(row.valid_from, "j F Y")})
    return redirect("staff:rules", found.slug)


def _rule(
    rule: EarningRule, versions: list[EarningRuleVersion], in_force: set[uuid.UUID], programme: Programme, user: User
) -> dict[str, Any]:
    return {
        "name": rule.name_in(get_language() or "en"),
        "draft_url": reverse("staff:rule-draft", args=[programme.slug, rule.code]),
        "versions": [
            _version(row, row.pk in in_force, programme, user) | {"changes": _changes(before, row, programme.currency)}
            for row, before in zip_longest(versions, versions[1:])
        ],
    }


def _version(row: EarningRuleVersion, is_current: bool, programme: Programme, user: User) -> dict[str, Any]:
    if row.approved_at is None:
        state, label = "awaiting", _("waits for approval")
    elif is_current:
        state, label = "active", _("in force")
    else:
        state, label = "", _("approved")
    may_approve = row.approved_at is None and may(user, Act.APPROVE_RULES) and row.author_id != user.pk
    days = {"first": date_format(row.valid_from, "j F Y"), "last": date_format(row.valid_to, "j F Y") if row.valid_to else ""}
    return {
        "title": _("Version %(version)s") % {"version": row.version},
        "days": _("%(first)s to %(last)s") % days if row.valid_to else _("from %(first)s") % days,
        "text": " ".join(sentences_of(row, programme.currency)),
        "people": people_of(row.author, row.approver),
        "state": state,
        "state_label": label,
        "approve_url": reverse("staff:rule-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def _changes(before: EarningRuleVersion | None, after: EarningRuleVersion, money: str) -> list[dict[str, str]]:
    """Say in words what a version leaves out of the one before, and what it says in its place."""
    if before is None:
        return []
    was, now = sentences_of(before, money), sentences_of(after, money)
    gone = [{"kind": "removed", "mark": "\N{MINUS SIGN}", "label": _("no longer"), "text": text} for text in was if text not in now]
    return gone + [{"kind": "added", "mark": "+", "label": _("new"), "text": text} for text in now if text not in was]


def sentences_of(version: EarningRuleVersion, money: str) -> list[str]:
    """Say what the version gives and what it counts."""
    return terms_in_sentences(compiled(version), lambda minor: money_text(Money(minor, money)), writer_of(version.rule.currency))


def _today(programme: Programme) -> Any:
    return clock.business_date(clock.now(), programme.time_zone)
