"""The e-mails that members get; each is the outbox handler of one topic (setting OUTBOX_HANDLERS)."""

import datetime as dt
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.members.models import ClaimCode, Member
from accounts.members.services import readable_code
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import PointCurrency

_FOLDER = "accounts/members/email"


def send_welcome(event: OutboxEvent) -> None:
    """Welcome a new member (topic `member.enrolled`)."""
    member = reachable_member(event)
    if member is not None:
        with translation.override(member.locale):
            send_letter(event, member, f"{_FOLDER}/welcome", {"button_label": _("Open your card")})


def send_claim_code(event: OutboxEvent) -> None:
    """Send the one-time code that connects a card with a login (topic `member.claim_code_requested`)."""
    member = reachable_member(event)
    code = ClaimCode.objects.filter(pk=event.payload["claim_code"], used_at__isnull=True).first()
    if member is not None and code is not None:
        with translation.override(member.locale), timezone.override(member.programme.time_zone):
            send_letter(event, member, f"{_FOLDER}/claim_code", {"code": readable_code(code), "expires_at": code.expires_at})


def send_expiry_notice(event: OutboxEvent) -> None:
    """Say that points end soon (topic `points.expiring`; payload: unit, units, first_on)."""
    member = reachable_member(event)
    if member is not None:
        units = event.payload["units"]
        currency = PointCurrency.objects.get(unit=event.payload["unit"])
        with translation.override(member.locale):
            points = f"{units} {currency.word(units, member.locale)}"
            first_on = dt.date.fromisoformat(event.payload["first_on"])
            send_letter(event, member, f"{_FOLDER}/expiry", {"points": points, "first_on": first_on, "button_label": _("See your rewards")})


def reachable_member(event: OutboxEvent) -> Member | None:
    """Return the member if there still is one with an e-mail address."""
    return Member.objects.select_related("programme").filter(pk=event.member_id, email__isnull=False).first() if event.member_id else None


def send_letter(event: OutboxEvent, member: Member, template: str, more: dict[str, Any]) -> None:
    """Send text and HTML in the active language, from TEMPLATE_subject.txt, TEMPLATE.txt and TEMPLATE.html.

    The message id is the event's, so that a copy is recognised as one. A button leads to `button_url`, or else to the member's home.
    """
    programme = member.programme
    context = {"member": member, "programme_name": programme.name, "card": member.grouped_number, **more}
    if "button_label" in more and "button_url" not in more:
        context["button_url"] = settings.PORTAL_URL.format(programme=programme.slug)
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{template}_subject.txt", context).split()),
        body=render_to_string(f"{template}.txt", context),
        from_email=formataddr((programme.name, address)),
        to=[formataddr((member.name, str(member.email)))],
        headers={"Message-ID": f"<{event.pk}@{address.partition('@')[2]}>"},
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    message.send()
