"""Who a member is, what they agree to, and the card that they show."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import portal_member, portal_page, public_programme
from accounts.members.forms import CHOICES_OF_CONSENT, ConsentsForm, ProfileForm, show_problem
from accounts.members.models import ConsentKind, Member
from accounts.members.queries import consent_history, consents_now, granted_now, membership_of
from accounts.members.services import record_consent, update_member
from accounts.programmes.queries import programme_terms_on
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.barcode import barcode_svg
from loyalty.kit.problems import Problem
from loyalty.kit.qr import qr_svg


@require_safe
@portal_member
def card(request: HttpRequest, member: Member) -> HttpResponse:
    qr = qr_svg(member.number)
    return portal_page(request, member.programme, "accounts/members/card.html", member=member, qr=qr, barcode=barcode_svg(member.number))


@require_http_methods(["GET", "HEAD", "POST"])
@portal_member
def profile(request: HttpRequest, member: Member) -> HttpResponse:
    today = clock.business_date(clock.now(), member.programme.time_zone)
    form = ProfileForm(request.POST or None, member=member, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            changed = update_member(member=member, changes=form.changes, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("Saved."))
            response = redirect("portal:profile", programme=member.programme.slug)
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, changed.locale, samesite="Lax")
            return response
    return portal_page(
        request, member.programme, "accounts/members/profile.html", status=422 if form.errors else 200, form=form, member=member
    )


@require_http_methods(["GET", "HEAD", "POST"])
@portal_member
def consents(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what a member agreed to with its history; every change adds a row."""
    now = granted_now(member)
    granted = {kind.value: now[kind] for kind in CHOICES_OF_CONSENT}
    form = ConsentsForm(request.POST if request.method == "POST" else None, initial=granted)
    if request.method == "POST" and form.is_valid():
        for kind, was in granted.items():
            if form.cleaned_data[kind] != was:
                record_consent(member=member, kind=kind, granted=form.cleaned_data[kind], at=clock.now())
        messages.success(request, _("Saved. You can change this at any time."))
        return redirect("portal:consents", programme=member.programme.slug)
    return portal_page(request, member.programme, "accounts/members/consents.html", form=form, history=consent_history(member))


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, programme: str) -> HttpResponseBase:
    """Show the terms in force to everybody; a member who has not accepted this version can do so here."""
    found = public_programme(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    text = programme_terms_on(found, today, (get_language() or "").partition("-")[0])
    member = membership_of(request.user, found) if isinstance(request.user, User) else None
    accepted = consents_now(member).get(ConsentKind.TERMS) if member else None
    is_accepted = bool(accepted and text and accepted.terms and accepted.terms.version == text.version and accepted.granted)
    if request.method == "POST" and member and text and not is_accepted:
        record_consent(member=member, kind=ConsentKind.TERMS, granted=True, at=clock.now(), terms=text)
        messages.success(request, gettext("Thank you. You accepted version %(version)s.") % {"version": text.version})
        return redirect("portal:terms", programme=programme)
    return portal_page(
        request,
        found,
        "accounts/members/terms.html",
        text=text,
        accepted_at=accepted.at if accepted and is_accepted else None,
        may_accept=bool(member and text and not is_accepted),
    )
