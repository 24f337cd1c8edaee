"""Conversions for colleagues: periods that wait for a rate, runs and how far they are."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.pages import frame, people_of
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.figures import points_text
from loyalty.kit.problems import Problem
from rewards.conversions import services
from rewards.conversions.domain import Period
from rewards.conversions.forms import RateForm
from rewards.conversions.models import ConversionRate, ConversionRun
from rewards.conversions.queries import NEWEST_FIRST, OpenPeriod, conversion_of, open_periods, runs_of
from rewards.conversions.words import units_text
from rewards.setups.queries import parsed

_SEE = ("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)


@require_safe
@staff_page(*_SEE)
def conversions(request: StaffRequest, programme: str) -> HttpResponse:
    """Show what waits for a rate and what was converted, newest period first."""
    found = programme_by_slug(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    currencies = {row.code: row for row in PointCurrency.objects.filter(programme=found).select_related("unit", "programme")}
    page = list_page(request, runs_of(found), NEWEST_FIRST)
    context = {
        **frame(found, "setups"),
        "waiting": [_waiting(one, found, request.user, currencies) for one in open_periods(found, today)],
        "may_write": may(request.user, Act.PREPARE_RULES),
        "running": [_progress(run) for run in page.rows if not run.is_done],
        "columns": [
            {"label": _("Conversion")},
            {"label": _("Period")},
            {"label": _("State")},
            *({"label": label, "number": True} for label in (_("Members"), _("Taken"), _("Given"), _("Rate"))),
        ],
        "rows": [_row(run, currencies) for run in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/conversions/conversions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def propose(request: StaffRequest, programme: str, conversion: str) -> HttpResponseBase:
    """Propose the rate of the newest period that is over; another person approves it."""
    found = programme_by_slug(programme)
    setup, at = conversion_of(found, conversion), clock.now()
    today = clock.business_date(at, found.time_zone)
    waiting = next((one for one in open_periods(found, today) if one.setup == setup), None)
    back = reverse("staff:conversions", args=[found.slug])
    if waiting is None:
        messages.error(request, _("No period of this conversion waits for a rate."))
        return redirect(back)
    form = RateForm(posted(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.propose_rate(
                setup=setup, on=waiting.period.first_on, rate=said["rate"], evidence=said["evidence"], author=request.user, at=at
            )
        except Problem as problem:
            form.add_error("rate", problem.errors[0].detail if problem.errors else problem.detail)
        else:
            messages.success(request, _("The rate waits for another person's approval. Nothing has changed yet."))
            return redirect(back)
    title = _("Rate of %(period)s") % {"period": _period(waiting.period)}
    context = {
        "title": title,
        "text": _("All that gathered through the last day of the period is converted at this rate, once."),
        "form": form,
        "submit_label": _("Propose the rate"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Programmes"), "url": reverse("staff:programmes")},
            {"label": found.name, "url": back},
            {"label": title},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, programme: str, rate: uuid.UUID) -> HttpResponseBase:
    """Approve a rate that somebody else proposed."""
    found = programme_by_slug(programme)
    row = ConversionRate.objects.filter(pk=rate, setup__programme=found).first()
    if row is not None:
        try:
            services.approve_rate(rate=row, approver=request.user, at=clock.now())
        except Problem as problem:
            messages.error(request, problem.detail)
        else:
            messages.success(request, _("Approved. What has gathered is converted on its day, or within the hour."))
    return redirect("staff:conversions", found.slug)


def _waiting(one: OpenPeriod, programme: Programme, user: User, currencies: dict[str, PointCurrency]) -> dict[str, Any]:
    return {
        "title": one.setup.name,
        "period": _period(one.period),
        "gathered": units_text(currencies[one.terms.from_code], one.units),
        "due": date_format(one.terms.converts_on(one.period), "j F Y"),
        "propose_url": reverse("staff:conversion-rate", args=[programme.slug, one.setup.code]),
        "proposals": [_proposal(rate, programme, user) for rate in one.proposals],
    }


def _proposal(rate: ConversionRate, programme: Programme, user: User) -> dict[str, Any]:
    may_approve = may(user, Act.APPROVE_RULES) and rate.author_id != user.pk
    return {
        "title": _("One unit becomes %(rate)s") % {"rate": rate},
        "days": date_format(rate.proposed_at, "j F Y"),
        "text": rate.evidence,
        "people": people_of(rate.author, rate.approver),
        "state": "awaiting",
        "state_label": _("waits for approval"),
        "approve_url": reverse("staff:conversion-rate-approve", args=[programme.slug, rate.pk]) if may_approve else "",
    }


def _progress(run: ConversionRun) -> dict[str, Any]:
    words = {"seen": points_text(min(run.seen, run.expected)), "all": points_text(run.expected)}
    return {
        "label": f"{run.setup.name}, {_period(run.period)}",
        "done": run.percent,
        "text": _("%(seen)s of %(all)s members") % words,
    }


def _row(run: ConversionRun, currencies: dict[str, PointCurrency]) -> list[Any]:
    terms = parsed(run.version)
    state = {"value": run.get_state_display(), "state": "posted" if run.is_done else "pending"}
    return [
        {"value": run.setup.name, "hint": _("version %(version)s") % {"version": run.version.version}},
        {"value": _period(run.period), "hint": _("converted on %(day)s") % {"day": date_format(run.business_on, "j F Y")}},
        state,
        run.wallets,
        units_text(currencies[terms.from_code], run.units),
        units_text(currencies[terms.to_code], run.given),
        str(run.rate) if run.rate else "",
    ]


def _period(period: Period) -> str:
    words = {"first": date_format(period.first_on, "j F Y"), "last": date_format(period.through_on, "j F Y")}
    return _("%(first)s to %(last)s") % words
