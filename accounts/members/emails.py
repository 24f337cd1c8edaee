"""The e-mails that members get; each is the outbox handler of one topic (setting OUTBOX_HANDLERS)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.members.models import ClaimCode, ConsentKind, Member
from accounts.members.queries import granted_now
from accounts.members.services import readable_code
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import PointCurrency
from ledger.points.domain import last_day
from loyalty.kit import clock
from loyalty.kit.figures import ending_text

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
    """Say which points end soon (topic `points.expiring`; payload: `ending`); not what ended meanwhile, nor to who said no meanwhile."""
    member = reachable_member(event)
    if member is None or not granted_now(member)[ConsentKind.EXPIRY]:
        return
    today = clock.business_date(clock.now(), member.programme.time_zone)
    with translation.override(member.locale):
        ending = _ending(event.payload["ending"], member.locale, today)
        if ending:
            more = {"ending": ending, "first": ending[0], "button_label": _("See your rewards"), "choices_url": _choices_url(member)}
            send_letter(event, member, f"{_FOLDER}/expiry", more)


def _ending(told: Sequence[Mapping[str, Any]], locale: str, today: dt.date) -> list[str]:
    """Say of points that still live how many they are and until when."""
    currencies = {
        currency.unit_id: currency
        for currency in PointCurrency.objects.select_related("unit").filter(unit__in={row["unit"] for row in told})
    }
    found = []
    for row in told:
        currency, last_on = currencies[row["unit"]], last_day(dt.date.fromisoformat(row["expires_on"]))
        if last_on >= today:
            points = currency.say(row["units"], locale)
            found.append(ending_text(points, last_on, today))
    return found


def _choices_url(member: Member) -> str:
    return settings.PORTAL_URL.format(programme=member.programme.slug) + "profile/consents/"


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
