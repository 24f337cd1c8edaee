"""What every staff page about a programme shows, and terms in words."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.programmes.domain import ExpiryKind
from accounts.programmes.models import CurrencyTerms, Programme
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money

STATES = {"draft": "draft", "live": "live", "paused": "pending", "closed": "closed"}


def frame(programme: Programme, tab: str) -> dict[str, Any]:
    """Return what all pages about a programme show: heading, state and tabs."""
    tabs = (
        ("settings", _("Settings and terms"), "staff:programme"),
        ("rules", _("Earning rules"), "staff:rules"),
        ("tiers", _("Tiers"), "staff:tiers"),
    )
    return {
        "programme": programme,
        "state": STATES[programme.state],
        "crumbs": [{"label": _("Programmes"), "url": reverse("staff:programmes")}, {"label": programme.name}],
        "tabs": [{"label": label, "url": reverse(name, args=[programme.slug]), "current": code == tab} for code, label, name in tabs],
    }


def sentence_of(terms: CurrencyTerms, programme: Programme) -> str:
    """Say what the terms mean: when points lapse, when they can be spent, and what a hundred are worth."""
    worth = money_text(Money(int(terms.point_value_minor * 100), programme.currency))
    waits = ngettext("They can be spent after %(days)s day.", "They can be spent after %(days)s days.", terms.pending_days) % {
        "days": terms.pending_days
    }
    sentences = [
        _expiry_sentence(terms),
        waits if terms.pending_days else _("They can be spent at once."),
        _("100 are worth %(worth)s.") % {"worth": worth},
    ]
    return " ".join(sentences)


def people_of(author: Any, approver: Any) -> str:
    """Say who wrote and who approved; a first version may need nobody."""
    parts = []
    if author:
        parts.append(_("written by %(who)s") % {"who": author})
    if approver:
        parts.append(_("approved by %(who)s") % {"who": approver})
    return ", ".join(parts)


def _expiry_sentence(terms: CurrencyTerms) -> str:
    number = terms.expiry_number
    match ExpiryKind(terms.expiry_kind):
        case ExpiryKind.NONE:
            return _("Points never lapse.")
        case ExpiryKind.DAYS:
            return ngettext("Points lapse %(n)s day after earning.", "Points lapse %(n)s days after earning.", number) % {
                "n": number_format(number)
            }
        case ExpiryKind.MONTHS:
            return ngettext("Points lapse %(n)s month after earning.", "Points lapse %(n)s months after earning.", number) % {"n": number}
        case ExpiryKind.END_OF_MONTH:
            return ngettext(
                "Points lapse at the end of the next month.", "Points lapse at the end of the %(n)sth month after earning.", number
            ) % {"n": number}
        case ExpiryKind.FIXED_DAY:
            day = dt.date(2001, terms.expiry_month or 1, terms.expiry_day or 1)
            return _("Points lapse every year on %(day)s.") % {"day": date_format(day, "j F")}
