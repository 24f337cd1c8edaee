"""Send points to another member: say to whom, look at it, confirm, see the receipt."""

import uuid
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.forms import show_problem
from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.transfers import queries, services
from rewards.transfers.domain import masked_name
from rewards.transfers.forms import SendForm
from rewards.transfers.pages import rules_in_words

SOURCE = "portal"
_PREVIEW = "sending"
"""Where the session keeps what was looked at: the confirmation sends that, whatever its form says."""


@require_http_methods(["GET", "HEAD", "POST"])
@portal_member
def send(request: HttpRequest, member: Member) -> HttpResponse:
    """Ask to whom and how many; then show it for confirmation."""
    services.check_offered(programme=member.programme, at=clock.now())
    scale = currency_of(member.programme_id).unit.scale
    form = SendForm(request.POST or None, scale=scale)
    if form.is_valid():
        try:
            seen = services.preview_sending(sender=member, text=form.cleaned_data["to"], units=form.cleaned_data["units"], at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            token = uuid.uuid4().hex
            request.session[_PREVIEW] = {"token": token, "to": str(seen.receiver.pk), "units": seen.units}
            return _page(
                request,
                member,
                "confirm",
                token=token,
                name=_name(seen.receiver),
                points=_points(member, seen.units),
                rest=_points(member, seen.rest),
            )
    limits = rules_in_words(queries.rules_on(member.programme, clock.business_date(clock.now(), member.programme.time_zone)), scale)
    return _page(request, member, "send", form=form, limits=limits, unchanged=_("No points were sent."), status=422 if form.errors else 200)


@require_http_methods(["POST"])
@portal_member
def confirm(request: HttpRequest, member: Member) -> HttpResponse:
    """Send what was looked at last. A second tap is the same transfer."""
    seen: dict[str, Any] = request.session.get(_PREVIEW, {"token": "", "to": None})
    receiver = Member.objects.filter(programme=member.programme_id, pk=seen["to"]).first()
    if receiver is None or request.POST.get("token") != seen["token"]:  # nothing was looked at, or in another programme or window
        return redirect("portal:send", programme=member.programme.slug)
    number = f"{member.pk}:{seen['token']}"
    try:
        sent = services.send_points(
            sender=member, receiver=receiver, units=seen["units"], source=SOURCE, external_id=number, at=clock.now()
        )
    except Problem as problem:
        scale = currency_of(member.programme_id).unit.scale
        form = SendForm({"to": "", "units": Decimal(seen["units"]).scaleb(-scale)}, scale=scale)
        form.errors.clear()
        show_problem(form, problem)
        return _page(request, member, "send", form=form, unchanged=_("No points were sent."), status=problem.status)
    return redirect("portal:sent", programme=member.programme.slug, transfer=sent.pk)


@require_safe
@portal_member
def sent(request: HttpRequest, member: Member, transfer: uuid.UUID) -> HttpResponse:
    """Show the receipt of a transfer that the member sent."""
    row = queries.transfer_of_member(member, transfer)
    facts = [
        {"label": _("Receiver"), "value": _name(row.receiver)},
        {"label": _("When"), "value": date_format(localtime(row.occurred_at), "j F Y, H:i")},
        {"label": _("Taken back by us"), "value": _points(member, row.undone_units) if row.undone_units else ""},
        {"label": _("Number"), "value": str(row.pk)},
    ]
    shown = [fact for fact in facts if fact["value"]]
    return _page(request, member, "sent", points=_points(member, row.units), name=_name(row.receiver), facts=shown)


def _page(request: HttpRequest, member: Member, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    home = reverse("portal:home", kwargs={"programme": member.programme.slug})
    return portal_page(request, member.programme, f"rewards/transfers/{template}.html", status=status, back_url=home, **context)


def _name(member: Member) -> str:
    return masked_name(member.given_name, member.family_name)


def _points(member: Member, units: int) -> str:
    currency = currency_of(member.programme_id)
    return currency.say(units)
