"""Programmes for colleagues: how one is set up, under which terms, and whether it runs."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.members.models import MemberStatus
from accounts.programmes.domain import Terms
from accounts.programmes.forms import EXPIRY, NEVER, SENDING, UNITS, CurrencyForm, StateForm, TermsForm, TextsForm
from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme, ProgrammeState
from accounts.programmes.pages import STATES, frame, people_of, sentence_of
from accounts.programmes.queries import programme_by_slug
from accounts.programmes.services import (
    approve_currency_terms,
    change_programme_state,
    draft_currency_terms,
    open_currency,
    publish_terms,
)
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.figures import points_text
from loyalty.kit.problems import Problem

_SEE = ("accounts.view_programme",)


@require_safe
@staff_page(*_SEE)
def programmes(request: StaffRequest) -> HttpResponse:
    """Show all programmes as cards; a single one is opened at once."""
    active = Count("members", filter=Q(members__status=MemberStatus.ACTIVE))
    found = list(Programme.objects.select_related("legal_entity").annotate(active=active).order_by("opened_at", "pk"))
    if len(found) == 1:
        return redirect("staff:programme", found[0].slug)
    cards = [
        {
            "name": programme.name,
            "company": programme.legal_entity.name,
            "state": STATES[programme.state],
            "state_label": programme.get_state_display(),
            "members": ngettext("%(number)s member", "%(number)s members", programme.active) % {"number": points_text(programme.active)},
            "url": reverse("staff:programme", args=[programme.slug]),
        }
        for programme in found
    ]
    return render(request, "accounts/programmes/programmes.html", {"cards": cards, "may_manage": may(request.user, Act.MANAGE_PROGRAMMES)})


@require_safe
@staff_page(*_SEE)
def programme(request: StaffRequest, programme: str) -> HttpResponse:
    """Show how a programme is set up, and every version of its terms."""
    found = programme_by_slug(programme)
    currencies = list(found.currencies.select_related("unit").order_by("-is_default", "code"))
    context = {
        **frame(found, "settings"),
        "facts": _facts(found),
        "currencies": [_currency(currency, found, request.user) for currency in currencies],
        "terms_columns": [{"label": _("Version")}, {"label": _("Language")}, {"label": _("In force from")}, {"label": _("Text")}],
        "texts": list(found.terms.order_by("-version", "locale")[:20]),
        "may_write": may(request.user, Act.PREPARE_RULES),
        "may_manage": may(request.user, Act.MANAGE_PROGRAMMES) and found.state != ProgrammeState.CLOSED,
    }
    return render(request, "accounts/programmes/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def draft_terms(request: StaffRequest, programme: str, currency: str) -> HttpResponseBase:
    """Write the next version of a currency's terms; another person approves it."""
    found = programme_by_slug(programme)
    of = found.currencies.select_related("unit").filter(code=currency).first()
    if of is None:
        return redirect("staff:programme", found.slug)
    newest = of.terms.order_by("-version").first()
    form = TermsForm(posted(request), scale=of.unit.scale, initial=_initial(newest, of.unit.scale))
    if form.is_valid():
        terms = form.terms(newest.tier_expiry if newest else None)
        try:
            draft_currency_terms(currency=of, terms=terms, valid_from=form.cleaned_data["valid_from"], author=request.user)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
            return redirect("staff:programme", found.slug)
    text = _("The new terms count for points given from their first day on. What members hold keeps the terms under which it was given.")
    return _form(request, found, form, title=_("New terms of %(points)s") % {"points": of.plural}, submit=_("Hand in the draft"), text=text)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def add_currency(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Add a currency to a programme; while it is live, another person approves the terms before anything is given."""
    found = programme_by_slug(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    form = CurrencyForm(posted(request), initial={**_initial(None), "valid_from": today})
    if form.is_valid():
        try:
            open_currency(
                programme=found,
                words=form.words(),
                terms=form.terms(),
                valid_from=form.cleaned_data["valid_from"],
                at=clock.now(),
                unit_policies=form.unit_policies(),
                author=request.user if found.is_live else None,
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            waits = _("The currency is there. Its terms wait for another person's approval; nothing is given before.")
            messages.success(request, waits if found.is_live else _("The currency is there. Write rules that give it."))
            return redirect("staff:programme", found.slug)
    text = _("Qualifying points count for tiers and are never spent. An accrual is converted into another currency later.")
    return _form(request, found, form, title=_("New currency"), submit=_("Open the currency"), text=text)


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve_terms(request: StaffRequest, programme: str, terms: int) -> HttpResponseBase:
    """Approve a draft that somebody else wrote."""
    found = programme_by_slug(programme)
    row = CurrencyTerms.objects.select_related("currency__programme").filter(pk=terms, currency__programme=found).first()
    if row is not None:
        try:
            approve_currency_terms(terms=row, approver=request.user, at=clock.now())
        except Problem as problem:
            messages.error(request, problem.detail)
        else:
            messages.success(request, _("Approved. The terms begin on %(day)s.") % {"day": date_format(row.valid_from, "j F Y")})
    return redirect("staff:programme", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PROGRAMMES)
def publish_texts(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Publish the next text that new members agree to."""
    found = programme_by_slug(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    newest = {terms.locale: terms.text for terms in found.terms.in_force_on(today)}
    form = TextsForm(posted(request), initial={"effective_on": today, **newest})
    if form.is_valid():
        publish_terms(programme=found, texts=form.texts(), effective_on=form.cleaned_data["effective_on"], at=clock.now())
        messages.success(request, _("Published. Members who joined earlier keep the version that they agreed to."))
        return redirect("staff:programme", found.slug)
    return _form(request, found, form, title=_("New terms and conditions"), submit=_("Publish the text"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PROGRAMMES)
def change_state(request: StaffRequest, programme: str) -> HttpResponseBase:
    """Set a programme live, or pause it."""
    found = programme_by_slug(programme)
    form = StateForm(found, posted(request))
    if form.is_valid():
        try:
            changed = change_programme_state(programme=found, state=form.cleaned_data["state"])
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("%(name)s: %(state)s.") % {"name": changed, "state": changed.get_state_display().lower()})
            return redirect("staff:programme", found.slug)
    return _form(request, found, form, title=_("Pause or set live"), submit=_("Do it"))


def _facts(programme: Programme) -> list[dict[str, Any]]:
    days = programme.return_window_days
    return [
        {"label": _("Company"), "value": programme.legal_entity.name},
        {"label": _("Country"), "value": programme.legal_entity.country},
        {"label": _("Money"), "value": programme.currency},
        {"label": _("Clock"), "value": programme.time_zone},
        {"label": _("Language"), "value": programme.get_locale_display()},
        {"label": _("Goods can be returned within"), "value": ngettext("%(days)s day", "%(days)s days", days) % {"days": days}},
        {"label": _("Members hear of points that end"), "value": _notices(programme.expiry_notice_days)},
        {
            "label": _("Notice of devaluations"),
            "value": _devaluation_notice(programme.devaluation_notice_days),
            "hint": _former_notice(programme),
        },
        {"label": _("Who may join"), "value": programme.get_join_policy_display()},
        {"label": _("Opened"), "value": date_format(localtime(programme.opened_at), "j F Y")},
        {"label": _("Address of the portal"), "value": f"/p/{programme.slug}/"},
    ]


def _devaluation_notice(days: int | None) -> str:
    """Say how long before points buy less members hear of it, or that they never do."""
    if days is None:
        return _("never happens: the terms promise it")
    return ngettext("%(days)s day before", "%(days)s days before", days) % {"days": days} if days else _("without notice")


def _former_notice(programme: Programme) -> str:
    """Say that a longer notice still counts, while it does."""
    today = clock.business_date(clock.now(), programme.time_zone)
    days, former = programme.notice_days_on(today), programme.former_notice
    if former is None or days == programme.devaluation_notice_days:
        return ""
    return _("until %(day)s: %(notice)s") % {"day": date_format(former.until, "j F Y"), "notice": _devaluation_notice(days)}


def _notices(leads: list[int]) -> str:
    """Say how long before the end e-mails go out: 30 and 7 days before."""
    if not leads:
        return _("no e-mails")
    numbers = [str(days) for days in sorted(leads, reverse=True)]
    listed = _("%(first)s and %(last)s") % {"first": ", ".join(numbers[:-1]), "last": numbers[-1]} if len(numbers) > 1 else numbers[0]
    return ngettext("%(days)s day before", "%(days)s days before", max(leads)) % {"days": listed}


def _currency(currency: PointCurrency, programme: Programme, user: Any) -> dict[str, Any]:
    words = [_("%(one)s, %(many)s") % {"one": currency.singular, "many": currency.plural}]
    words += [f"{locale}: {', '.join(dict.fromkeys(pair))}" for locale, pair in sorted(currency.other_words.items())]
    versions = list(currency.terms.select_related("author", "approver").order_by("-version"))
    today = clock.business_date(clock.now(), programme.time_zone)
    current = next((row for row in versions if row.approved_at and row.valid_from <= today), None)
    unit = currency.unit
    return {
        "name": currency.plural.capitalize(),
        "facts": [
            {"label": _("What it is for"), "value": currency.get_kind_display()},
            {"label": _("Words"), "value": "; ".join(words)},
            {"label": _("Spent first"), "value": unit.get_consumption_order_display()},
            {"label": _("Spent points of returned goods"), "value": unit.get_arrears_policy_display()},
        ],
        "versions": [_version(row, row is current, programme, user) for row in versions],
        "draft_url": reverse("staff:terms-draft", args=[programme.slug, currency.code]),
    }


def _version(row: CurrencyTerms, is_current: bool, programme: Programme, user: Any) -> dict[str, Any]:
    if row.approved_at is None:
        state, label = "awaiting", _("waits for approval")
    elif is_current:
        state, label = "active", _("in force")
    else:
        state, label = "", _("approved")
    may_approve = row.approved_at is None and may(user, Act.APPROVE_RULES) and row.author_id != user.pk
    return {
        "title": _("Version %(version)s, from %(day)s") % {"version": row.version, "day": date_format(row.valid_from, "j F Y")},
        "text": sentence_of(row, programme),
        "people": people_of(row.author, row.approver),
        "state": state,
        "state_label": label,
        "approve_url": reverse("staff:terms-approve", args=[programme.slug, row.pk]) if may_approve else "",
    }


def _initial(newest: CurrencyTerms | None, scale: int = 0) -> dict[str, Any]:
    """Return what the form shows at first: points, and the value of a whole one."""
    terms: Terms | CurrencyTerms = newest or Terms()
    never = [tier for tier, stored in terms.tier_expiry.items() if stored == NEVER]
    return {
        **{name: getattr(terms, name) for name in EXPIRY},
        "never_tiers": ", ".join(never),
        "pending_days": terms.pending_days,
        "point_value_minor": f"{terms.point_value_minor.scaleb(scale).normalize():f}",
        **{name: getattr(terms, name) for name in SENDING},
        **{name: _points(getattr(terms, name), scale) for name in UNITS},
    }


def _points(units: int | None, scale: int) -> int | Decimal | None:
    return Decimal(units).scaleb(-scale) if units is not None and scale else units


def _form(request: StaffRequest, programme: Programme, form: forms.Form, *, title: str, submit: str, text: str = "") -> HttpResponse:
    back = reverse("staff:programme", args=[programme.slug])
    crumbs = [{"label": _("Programmes"), "url": reverse("staff:programmes")}, {"label": programme.name, "url": back}, {"label": title}]
    context = {"title": title, "text": text, "form": form, "submit_label": submit, "cancel_url": back, "crumbs": crumbs}
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)
