"""Recognise a colleague, and see by whom one was recognised."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.members.access import portal_member, portal_page
from accounts.members.forms import show_problem
from accounts.members.models import Member
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.recognition import queries
from rewards.recognition.forms import RecognitionForm
from rewards.recognition.models import Recognition
from rewards.recognition.pages import card_of, left_text, name_of
from rewards.recognition.queries import Offered
from rewards.recognition.services import Giving, recognise
from rewards.recognition.words import limit_sentences, value_names
from rewards.transfers.services import find_receiver

SOURCE = "portal"
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@portal_member
def recognition(request: HttpRequest, member: Member) -> HttpResponse:
    """Ask whom, how many, for what and why, and give; below, what one received."""
    today = clock.business_date(clock.now(), member.programme.time_zone)
    offered = queries.offered_on(member.programme, today)
    form = RecognitionForm(
        request.POST or None,
        initial={"token": uuid.uuid4()},
        scale=offered.allowance.unit.scale,
        values=value_names(offered.terms),
    )
    if form.is_valid():
        try:
            row = _give(member, form.cleaned_data)
        except Problem as problem:
            show_problem(form, problem)
        else:
            words = {"name": name_of(row.receiver), "points": offered.earned.say(row.units)}
            messages.success(request, _("%(name)s received %(points)s from you.") % words)
            return redirect("portal:recognition", programme=member.programme.slug)
    return _page(request, member, offered, form)


def _give(member: Member, said: dict[str, Any]) -> Recognition:
    """Find the colleague and give. Raises: Problem."""
    at = clock.now()
    receiver = find_receiver(sender=member, text=said["to"], at=at)
    receiver.programme = member.programme
    number = f"{member.pk}:{said['token']}"
    giving = Giving(
        receiver=receiver, units=said["units"], message=said["message"], value=said.get("value", ""), source=SOURCE, external_id=number
    )
    return recognise(giver=member, giving=giving, at=at)


def _page(request: HttpRequest, member: Member, offered: Offered, form: RecognitionForm) -> HttpResponse:
    today = clock.business_date(clock.now(), member.programme.time_zone)
    received = queries.received_by(member).order_by("-pk")[:SHOWN]
    given = queries.given_by(member).order_by("-pk")[:SHOWN]
    return portal_page(
        request,
        member.programme,
        "rewards/recognition/recognition.html",
        status=422 if form.errors else 200,
        form=form,
        left=left_text(member, offered, today),
        limits=limit_sentences(offered.allowance, offered.terms),
        unchanged=_("No points were given."),
        received=[card_of(row, for_receiver=True) for row in received],
        given=[card_of(row, for_receiver=False) for row in given],
        back_url=reverse("portal:home", kwargs={"programme": member.programme.slug}),
    )
