"""The letter itself: last week against the week before, each figure with a link to its rows."""

import datetime as dt
import uuid
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit.addresses import on_our_host
from reporting.digests.models import DigestSubscription
from reporting.insights import pages
from reporting.insights.domain import Stretch
from reporting.insights.queries import Whom, overview

_TEMPLATE = "reporting/digests/email/digest"
_MOST_LETTERS = 120


def letter_of(subscription: DigestSubscription, week_on: dt.date) -> EmailMultiAlternatives:
    """Write the letter that is due on the Monday `week_on`, in the reader's language. A copy has the same message id."""
    user, programme = subscription.user, subscription.programme
    stop_url = on_our_host(reverse("staff:digest-stop", args=[token_of(subscription)]))
    with translation.override(user.locale), timezone.override(programme.time_zone):
        context = {**content_of(user, programme, week_on), "stop_url": stop_url}
        address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        message = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"{_TEMPLATE}_subject.txt", context).split()),
            body=render_to_string(f"{_TEMPLATE}.txt", context),
            from_email=formataddr((programme.name, address)),
            to=[formataddr((user.name, user.email))],
            headers={
                "Message-ID": f"<digest-{week_on:%Y%m%d}-{subscription.pk.hex}@{address.partition('@')[2]}>",
                "List-Unsubscribe": f"<{stop_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        message.attach_alternative(render_to_string(f"{_TEMPLATE}.html", context), "text/html")
    return message


def content_of(user: User, programme: Programme, week_on: dt.date) -> dict[str, Any]:
    """Return what the letter says of the week before a Monday to somebody, in the active language."""
    week, before = (Stretch.week(week_on - dt.timedelta(weeks=weeks)) for weeks in (1, 2))
    shown = overview(programme, week_on, stretch=week, against=before)
    links = pages.links_of(user, shown, Whom())
    figures = pages.Figures(shown, programme, links, Whom(), sees_books=may(user, Act.SEE_BOOKS))
    rows = [[card | {"url": on_our_host(card["url"]) if card["url"] else ""} for card in row] for row in figures.rows()]
    return {
        "programme_name": programme.name,
        "person": user.get_short_name(),
        "week": pages.stretch_name(week),
        "then": pages.stretch_name(before),
        "monday": date_format(week_on, "j F Y"),
        "is_quiet": not shown.total.purchases,
        "rows": rows,
        "cards": [card for row in rows for card in row],
        "button_url": f"{on_our_host(reverse('staff:home'))}?programme={programme.slug}",
        "button_label": _("Open the overview"),
    }


def token_of(subscription: DigestSubscription) -> str:
    """Return what the link at the end of a letter carries: signed, so that nobody stops another's letters."""
    return _signer().sign(subscription.pk.hex)


def read_token(token: str) -> uuid.UUID | None:
    """Return the subscription that a link names, None for a link that was never in a letter."""
    try:
        return uuid.UUID(_signer().unsign(token[:_MOST_LETTERS]))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(sep=".", salt="reporting.digests.stop")
