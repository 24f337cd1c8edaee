"""Earning rules for colleagues: what each says in words, its versions, drafts and approvals."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import MalformedAmount, Money
from loyalty.kit.problems import Problem
from rewards.earning.domain import Basis, compile_rule
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.services import approve_rule, draft_rule
from rewards.earning.words import terms_of

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)
_BASES = [
    (Basis.PAID.value, gettext_lazy("what was paid in money")),
    (Basis.GROSS.value, gettext_lazy("the whole price, however it was paid")),
    (Basis.NET_OF_TAX.value, gettext_lazy("what was paid in money, without tax")),
]


class RuleForm(forms.Form):
    """The next version of a rule: so many points for every full step of an amount."""

    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=1_000_000)
    step = forms.CharField(label=gettext_lazy("for every"), max_length=14, help_text=gettext_lazy("An amount, for example 1.00."))
    basis = forms.ChoiceField(label=gettext_lazy("counted on"), choices=_BASES)
    except_categories = forms.CharField(
        label=gettext_lazy("Categories that do not count"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("Separated by commas, as the tills write them."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Tomorrow or later."),
    )
    valid_to = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), required=False)

    def __init__(self, money: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.money = money

    def clean_step(self) -> int:
        try:
            minor = Money.parse(self.cleaned_data["step"].strip().replace(",", "."), self.money).minor
        except MalformedAmount as problem:
            raise forms.ValidationError(_("Write an amount, for example 1.00.")) from problem
        if not minor:
            raise forms.ValidationError(_("The step must be more than nothing."))
        return minor

    def definition(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = [name for part in given["except_categories"].split(",") if (name := part.strip())]
        found = {"points": given["points"], "step_minor": given["step"], "basis": given["basis"]}
        return {**found, "except_categories": names} if names else found


@require_safe
@staff_page(*_SEE)
def rules(request: StaffRequest, programme: str) -> HttpResponse:
    """Show every rule of a programme with all its versions, in words."""
    found = programme_by_slug(programme)
    rows = EarningRuleVersion.objects.filter(rule__programme=found).select_related("rule__currency__unit", "author", "approver")
    by_rule: dict[EarningRule, list[EarningRuleVersion]] = {}
    for version in rows.order_by("rule__code", "-version"):
        by_rule.setdefault(version.rule, []).append(version)
    in_force = set(EarningRuleVersion.objects.filter(rule__programme=found).in_force_on(_today(found)).values_list("pk", flat=True))
    context = {
        **frame(found, "rules"),
        "rules": [_rule(rule, versions, in_force, found, request.user) for rule, versions in by_rule.items()],
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
    form = RuleForm(found.currency, posted(request), initial=_initial(of, found.currency))
    if form.is_valid():
        given = form.cleaned_data
        try:
            draft_rule(
                programme=found,
                code=of.code,
                name=of.name,
                currency=of.currency,
                definition=form.definition(),
                valid_from=given["valid_from"],
                valid_to=given["valid_to"],
                author=request.user,
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
            return redirect("staff:rules", found.slug)
    title, back = _("New version of %(rule)s") % {"rule": of}, reverse("staff:rules", args=[found.slug])
    context = {
        "title": title,
        "text": _(
            "Purchases from the first day on follow the new version. Earlier purchases keep the version that they were evaluated with."
        ),
        "form": form,
        "submit_label": _("Hand in the draft"),
        "cancel_url": back,
        "crumbs": [{"label": _("Programmes"), "url": reverse("staff:programmes")}, {"label": found.name, "url": back}, {"label": title}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


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
        "versions": [_version(row, row.pk in in_force, programme, user) for row in versions],
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
        "text": sentence_of(row, programme.currency),
        "people": people_of(row.author, row.approver),
        "state": state,
        "state_label": label,
        "approve_url": reverse("staff:rule-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def sentence_of(version: EarningRuleVersion, money: str) -> str:
    """Say what the version gives and what it counts."""
    currency: PointCurrency = version.rule.currency
    rule = compile_rule(
        version_id=version.pk, code=version.rule.code, version=version.version, currency=currency.code, definition=version.definition
    )
    return terms_of(
        rule,
        lambda minor: money_text(Money(minor, money)),
        lambda units: f"{points_text(units, currency.unit.scale)} {currency.word(units)}",
    )


def _initial(rule: EarningRule, money: str) -> dict[str, Any]:
    newest = rule.versions.order_by("-version").first()
    if newest is None:
        return {}
    said = newest.definition
    return {
        "points": said["points"],
        "step": str(Money(said["step_minor"], money)),
        "basis": said.get("basis", Basis.PAID.value),
        "except_categories": ", ".join(said.get("except_categories", [])),
    }


def _today(programme: Programme) -> Any:
    return clock.business_date(clock.now(), programme.time_zone)
