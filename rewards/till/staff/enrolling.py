"""Enrol somebody while they wait, and give them a code for the member pages."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.members.domain import Enrolment
from accounts.members.services import issue_claim_code
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.till.access import Till, till_page, till_response
from rewards.till.forms import EnrolForm, show_problem
from rewards.till.queries import member_at_till, person_of
from rewards.till.services import enrol as enrol_at_till


@require_http_methods(["GET", "HEAD", "POST"])
@till_page
def enrol(request: HttpRequest, till: Till) -> HttpResponse:
    """Ask for a name and perhaps a phone or an e-mail; the card number that the form carries lets it count once."""
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            locale = (get_language() or "").partition("-")[0]
            member = enrol_at_till(
                programme=till.programme, enrolment=_enrolment(form, till, locale), news=form.news, locale=locale, at=clock.now()
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("till:welcome", member=member.pk)
    return till_response(request, till, "rewards/till/enrol.html", status=422 if form.errors else 200, form=form)


@require_safe
@till_page
def welcome(request: HttpRequest, till: Till, member: uuid.UUID) -> HttpResponse:
    """Show the new card's number, large enough to write down."""
    found = member_at_till(till.programme, member)
    can_claim = found.user_id is None
    return till_response(
        request,
        till,
        "rewards/till/welcome.html",
        person=person_of(found),
        card=found.grouped_number,
        can_claim=can_claim,
        code="",
        refusal="",
    )


@require_POST
@till_page
def code(request: HttpRequest, till: Till, member: uuid.UUID) -> HttpResponse:
    """Show a one-time code with which the customer takes the card over online; it is shown once."""
    found = member_at_till(till.programme, member)
    shown, refusal, status = "", "", 200
    try:
        shown = issue_claim_code(member=found, at=clock.now())
    except Problem as problem:
        refusal, status = problem.detail, problem.status
    return till_response(
        request,
        till,
        "rewards/till/welcome.html",
        status=status,
        person=person_of(found),
        card=found.grouped_number,
        can_claim=False,
        code=shown,
        refusal=refusal,
    )


def _enrolment(form: EnrolForm, till: Till, locale: str) -> Enrolment:
    said = form.cleaned_data
    return Enrolment(
        given_name=said["given_name"],
        family_name=said["family_name"],
        phone=said["phone"],
        email=said["email"],
        card=said["card"] or said["number"],
        locale=locale,
        home_store_id=till.store.pk,
    )
