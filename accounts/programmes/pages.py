"""What every staff page about a programme shows, and terms in words."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.programmes.domain import Activity, Ending, ExpiryKind, Policy, policy_of
from accounts.programmes.models import CurrencyTerms, Programme
from ledger.points.domain import last_day
from loyalty.kit.figures import money_text, said_points_text
from loyalty.kit.money import Money

STATES = {"draft": "draft", "live": "live", "paused": "pending", "closed": "closed"}


def frame(programme: Programme, tab: str) -> dict[str, Any]:
    """Return what all pages about a programme show: heading, state and tabs."""
    tabs = (
        ("settings", _("Settings and terms"), "staff:programme"),
        ("rules", _("Earning rules"), "staff:rules"),
        ("setups", _("Events and cards"), "staff:setups"),
        ("tiers", _("Tiers"), "staff:tiers"),
        ("playbooks", _("Playbooks"), "staff:playbooks"),
        ("campaigns", _("Campaigns"), "staff:campaigns"),
        ("segments", _("Segments"), "staff:segments"),
        ("back-tests", _("Back-tests"), "staff:back-tests"),
        ("recalculations", _("Recalculations"), "staff:recalculations"),
        ("imports", _("Imports"), "staff:imports"),
        ("partners", _("Partners"), "staff:partner-prices"),
        ("file", _("From a file"), "staff:programme-file"),
    )
    return {
        "programme": programme,
        "state": STATES[programme.state],
        "crumbs": [{"label": _("Programmes"), "url": reverse("staff:programmes")}, {"label": programme.name}],
        "tabs": [{"label": label, "url": reverse(name, args=[programme.slug]), "current": code == tab} for code, label, name in tabs],
    }


def sentence_of(terms: CurrencyTerms, programme: Programme) -> str:
    """Say what the terms mean: when points lapse, when they can be spent, and what a hundred are worth."""
    worth = money_text(Money(int(terms.point_value_minor * 100 * 10**terms.currency.unit.scale), programme.currency))
    waits = ngettext("They can be spent after %(days)s day.", "They can be spent after %(days)s days.", terms.pending_days) % {
        "days": terms.pending_days
    }
    sentences = [
        _expiry_sentence(terms),
        waits if terms.pending_days else _("They can be spent at once."),
        _("100 are worth %(worth)s.") % {"worth": worth},
    ]
    if terms.tender_step_units > 1:
        sentences.append(
            _("They pay in steps of %(points)s.") % {"points": said_points_text(terms.tender_step_units, terms.currency.unit.scale)}
        )
    if terms.may_be_sent:
        sentences.append(_sending_sentence(terms))
    return " ".join(sentences)


def _sending_sentence(terms: CurrencyTerms) -> str:
    """Say that members may send points, and within which limits."""
    limits = [_("at least %(points)s") % {"points": said_points_text(terms.send_least_units, terms.currency.unit.scale)}]
    if terms.send_most_units is not None:
        limits.append(_("at most %(points)s at once") % {"points": said_points_text(terms.send_most_units, terms.currency.unit.scale)})
    if terms.send_most_units_30_days is not None:
        limits.append(_("%(points)s in 30 days") % {"points": said_points_text(terms.send_most_units_30_days, terms.currency.unit.scale)})
    if terms.send_after_days:
        days = terms.send_after_days
        limits.append(ngettext("after %(days)s day of membership", "after %(days)s days of membership", days) % {"days": days})
    if terms.send_every_hours:
        hours = terms.send_every_hours
        limits.append(ngettext("once in %(hours)s hour", "once in %(hours)s hours", hours) % {"hours": hours})
    return _("Members may send points to one another: %(limits)s.") % {"limits": ", ".join(limits)}


def people_of(author: Any, approver: Any) -> str:
    """Say who wrote and who approved; a first version may need nobody."""
    parts = []
    if author:
        parts.append(_("written by %(who)s") % {"who": author})
    if approver:
        parts.append(_("approved by %(who)s") % {"who": approver})
    return ", ".join(parts)


def _expiry_sentence(terms: CurrencyTerms) -> str:
    """Say when points lapse: by themselves, unless something happens, and for members of a tier."""
    by_tier = (
        _("%(tier)s: %(sentence)s") % {"tier": tier, "sentence": policy_sentence(policy_of(terms, tier))} for tier in terms.tier_expiry
    )
    return " ".join((policy_sentence(policy_of(terms)), *by_tier))


def policy_sentence(policy: Policy) -> str:
    """Say when points lapse; of two ends the earlier one counts."""
    if policy.slide is None:
        return _fixed_sentence(policy.fixed)
    sliding = _("Points lapse %(when)s %(activity)s.") % {"when": _span(policy.slide), "activity": _ACTIVITIES[policy.by]}
    if policy.fixed.kind is ExpiryKind.NONE:
        return sliding
    return _("%(sliding)s At the latest: %(fixed)s") % {"sliding": sliding, "fixed": _fixed_sentence(policy.fixed)}


_ACTIVITIES = {
    Activity.EARN: gettext_lazy("after points were last earned"),
    Activity.REDEEM: gettext_lazy("after points were last spent"),
    Activity.ANY: gettext_lazy("after points were last earned or spent"),
}


def _span(ending: Ending) -> str:
    """Say how long after a day something ends."""
    number = ending.number
    match ending.kind:
        case ExpiryKind.DAYS:
            return ngettext("%(n)s day", "%(n)s days", number) % {"n": number_format(number)}
        case ExpiryKind.MONTHS:
            return ngettext("%(n)s month", "%(n)s months", number) % {"n": number}
        case ExpiryKind.END_OF_QUARTER:
            return _("at the end of quarter %(n)s") % {"n": number}
        case ExpiryKind.END_OF_YEAR:
            return _("at the end of year %(n)s") % {"n": number}
        case _:
            return _("at the end of month %(n)s") % {"n": number}


def _fixed_sentence(ending: Ending) -> str:
    number = ending.number
    match ending.kind:
        case ExpiryKind.NONE:
            return _("Points never lapse.")
        case ExpiryKind.DAYS:
            return ngettext("Points lapse %(n)s day after earning.", "Points lapse %(n)s days after earning.", number) % {
                "n": number_format(number)
            }
        case ExpiryKind.MONTHS:
            return ngettext("Points lapse %(n)s month after earning.", "Points lapse %(n)s months after earning.", number) % {"n": number}
        case ExpiryKind.FIXED_DAY | ExpiryKind.FIXED_DATE | ExpiryKind.MEMBER_YEAR:
            return _yearly_sentence(ending)
        case _:
            return _period_sentence(ending.kind, number)


def _yearly_sentence(ending: Ending) -> str:
    match ending.kind:
        case ExpiryKind.FIXED_DAY:
            last_on = last_day(dt.date(2001, ending.month or 1, ending.day or 1))
            return _("The last day of points is %(day)s of a year.") % {"day": date_format(last_on, "j F")}
        case ExpiryKind.FIXED_DATE:
            assert ending.date is not None, "a fixed date has its date"
            return _("The last day of points is %(day)s.") % {"day": date_format(last_day(ending.date), "j F Y")}
    return _member_year_sentence(ending.number)


def _member_year_sentence(number: int) -> str:
    if not number:
        return _("Points lapse when the member's year is over: on the next anniversary of joining.")
    text = ngettext(
        "Points lapse %(n)s year after the next anniversary of joining.",
        "Points lapse %(n)s years after the next anniversary of joining.",
        number,
    )
    return text % {"n": number}


_THIS_PERIOD = {
    ExpiryKind.END_OF_MONTH: gettext_lazy("Points lapse at the end of the month of earning."),
    ExpiryKind.END_OF_QUARTER: gettext_lazy("Points lapse at the end of the quarter of earning."),
    ExpiryKind.END_OF_YEAR: gettext_lazy("Points lapse at the end of the year of earning."),
}


def _period_sentence(period: ExpiryKind, number: int) -> str:
    """Say at the end of which calendar period points lapse; 0 is the one of earning."""
    match period:
        case _ if not number:
            return str(_THIS_PERIOD[period])
        case ExpiryKind.END_OF_QUARTER:
            text = ngettext(
                "Points lapse at the end of the next quarter.", "Points lapse at the end of the %(n)sth quarter after earning.", number
            )
        case ExpiryKind.END_OF_YEAR:
            text = ngettext(
                "Points lapse at the end of the next year.", "Points lapse at the end of the %(n)sth year after earning.", number
            )
        case _:
            text = ngettext(
                "Points lapse at the end of the next month.", "Points lapse at the end of the %(n)sth month after earning.", number
            )
    return text % {"n": number}
