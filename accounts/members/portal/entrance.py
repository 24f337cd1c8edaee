"""Join a programme, or connect a card that exists."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.members.access import portal_page, public_programme
from accounts.members.forms import CardForm, CodeForm, JoinForm, show_problem
from accounts.members.models import ConsentKind, Member
from accounts.members.queries import membership_of
from accounts.members.services import Enrolment, claim_card, join_programme, record_consent, request_claim_code
from accounts.programmes.models import JoinPolicy, Programme, ProgrammeState
from accounts.programmes.queries import programme_terms_on
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.problems import Problem

_CARD = "card_to_claim"


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, programme: str) -> HttpResponseBase:
    """Offer the programme; who is signed in joins here."""
    found = public_programme(programme)
    if not isinstance(request.user, User):
        return redirect_to_login(request.path) if request.method == "POST" else _offer(request, found)
    if membership_of(request.user, found):
        return redirect("portal:home", programme=programme)
    if found.state != ProgrammeState.LIVE:
        return _offer(request, found)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (member := _joined(form, found, request.user)):
        messages.success(request, _("Welcome, %(name)s. Your card is ready.") % {"name": member.name})
        return redirect("portal:home", programme=programme)
    asks_for_card = found.join_policy == JoinPolicy.CARD
    return portal_page(request, found, "accounts/members/join.html", status=_status(form), form=form, asks_for_card=asks_for_card)


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, programme: str) -> HttpResponseBase:
    """Connect a card: its number, then the one-time code that goes to the address kept with it."""
    found = public_programme(programme)
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    if membership_of(request.user, found):
        return redirect("portal:home", programme=programme)
    if request.method == "POST" and "code" in request.POST:
        return _take_code(request, found, request.user)
    if request.method == "POST":
        return _send_code(request, found)
    number = request.session.get(_CARD, "") if "sent" in request.GET else ""
    form = CodeForm(initial={"card": number}) if number else CardForm()
    return _claim_page(request, found, form)


def _offer(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show the programme to somebody who is not signed in, or cannot join."""
    here = urlencode({"next": reverse("portal:join", kwargs={"programme": programme.slug})})
    return portal_page(
        request,
        programme,
        "accounts/members/offer.html",
        is_open=programme.state == ProgrammeState.LIVE,
        asks_for_card=programme.join_policy == JoinPolicy.CARD,
        sign_up_url=f"{reverse('account_signup')}?{here}",
        sign_in_here_url=f"{reverse('account_login')}?{here}",
    )


def _joined(form: JoinForm, programme: Programme, user: User) -> Member | None:
    """Join with what the form says; a refusal is written into the form."""
    now, said = clock.now(), form.cleaned_data
    enrolment = Enrolment(
        given_name=said["given_name"], family_name=said["family_name"], phone=said["phone"], locale=(get_language() or "").partition("-")[0]
    )
    terms = programme_terms_on(programme, clock.business_date(now, programme.time_zone), enrolment.locale)
    try:
        member = join_programme(programme=programme, user=user, enrolment=enrolment, terms=terms, at=now)
    except Problem as problem:
        show_problem(form, problem)
        return None
    if said["news"]:
        record_consent(member=member, kind=ConsentKind.EMAIL, granted=True, at=now)
    return member


def _send_code(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Ask for a code; the answer is the same whether the card exists or not."""
    form = CardForm(request.POST)
    if not form.is_valid():
        return _claim_page(request, programme, form)
    request_claim_code(programme=programme, card=form.cleaned_data["card"], at=clock.now())
    request.session[_CARD] = form.cleaned_data["card"]
    return redirect(f"{request.path}?sent")


def _take_code(request: HttpRequest, programme: Programme, user: User) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            member = claim_card(programme=programme, user=user, at=clock.now(), **form.cleaned_data)
        except Problem as problem:
            form.add_error("code", problem.detail)
        else:
            request.session.pop(_CARD, None)
            messages.success(request, _("Your card %(card)s is connected.") % {"card": member.grouped_number})
            return redirect("portal:home", programme=programme.slug)
    return _claim_page(request, programme, form)


def _claim_page(request: HttpRequest, programme: Programme, form: CardForm | CodeForm) -> HttpResponse:
    template = "accounts/members/claim_code.html" if isinstance(form, CodeForm) else "accounts/members/claim.html"
    return portal_page(request, programme, template, status=_status(form), form=form)


def _status(form: JoinForm | CardForm | CodeForm) -> int:
    return 422 if form.errors else 200
