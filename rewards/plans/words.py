"""Paid memberships in words, for colleagues and for members."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ledger.points.domain import last_day
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from rewards.plans.domain import FOREVER, STANDARD, Back, Entitlement, Per, PlanTerms, Term, Variant

_UNUSED: dict[Back, Promise] = {
    Back.FULL: gettext_lazy("Given up unused, everything that was paid for the period that runs goes back."),
    Back.BY_DAYS: gettext_lazy("Given up unused, the days that are left go back."),
    Back.NONE: gettext_lazy("Given up unused, nothing goes back."),
}
_USED: dict[Back, Promise] = {
    Back.FULL: gettext_lazy("Given up after it was used, everything that was paid for the period that runs goes back."),
    Back.BY_DAYS: gettext_lazy("Given up after it was used, the days that are left go back."),
    Back.NONE: gettext_lazy("Given up after it was used, nothing goes back."),
}


def sentences_of_plan(currency: str, terms: PlanTerms) -> list[str]:
    """Say what a definition means."""
    said = [_variant(one, currency) for one in terms.variants.values()]
    if terms.trial_days:
        trial = ngettext(
            "A first membership may begin with %(days)s unpaid day.",
            "A first membership may begin with %(days)s unpaid days.",
            terms.trial_days,
        )
        said.append(trial % {"days": terms.trial_days})
    if terms.life_months is not None:
        life = ngettext(
            "A membership for life is expected to last %(months)s month; its price is earned evenly over them.",
            "A membership for life is expected to last %(months)s months; its price is earned evenly over them.",
            terms.life_months,
        )
        said.append(life % {"months": terms.life_months})
    said += [_("It includes %(what)s.") % {"what": entitlement_text(one, currency)} for one in terms.entitlements.values()]
    late = ngettext("A renewal may come %(days)s day late.", "A renewal may come up to %(days)s days late.", terms.late_days)
    return [*said, *refund_sentences(terms), late % {"days": terms.late_days}]


def refund_sentences(terms: PlanTerms) -> list[str]:
    """Say what goes back when it is given up."""
    return [str(_UNUSED[terms.unused]), str(_USED[terms.used])]


def life_sentence(months: int) -> str:
    """Say over which time the days of a membership for life are counted."""
    text = ngettext(
        "Days that are left are counted over %(months)s month.", "Days that are left are counted over %(months)s months.", months
    )
    return text % {"months": months}


def price_text(term: Term, minor: int, currency: str) -> str:
    """Write a price: £14.99 a month."""
    words = {"price": money_text(Money(minor, currency))}
    match term:
        case Term.MONTH:
            return _("%(price)s a month") % words
        case Term.YEAR:
            return _("%(price)s a year") % words
        case Term.LIFE:
            return _("%(price)s once, for life") % words


def last_day_text(to_on: dt.date, form: str) -> str:
    """Write the last day of a membership or a period, given the first one after it."""
    return _("for life") if to_on == FOREVER else date_format(last_day(to_on), form)


def entitlement_text(one: Entitlement, currency: str) -> str:
    """Write what is included: Free delivery (orders from £12.00, 10 times a month)."""
    limits = list(_limits(one, currency))
    name = one.name_in(get_language() or "en")
    return f"{name} ({', '.join(limits)})" if limits else name


def variant_name(code: str) -> str:
    """Name a variant; the ordinary one goes without."""
    return "" if code == STANDARD else code.replace("-", " ").replace("_", " ").capitalize()


def _limits(one: Entitlement, currency: str) -> Iterator[str]:
    if one.least_minor:
        yield _("orders from %(amount)s") % {"amount": money_text(Money(one.least_minor, currency))}
    if one.most is not None:
        times: dict[str, Any] = {"times": one.most}
        if one.per is Per.MONTH:
            yield ngettext("%(times)s time a month", "%(times)s times a month", one.most) % times
        else:
            yield ngettext("%(times)s time in each paid period", "%(times)s times in each paid period", one.most) % times


def _variant(one: Variant, currency: str) -> str:
    prices = _(" or ").join(price_text(term, minor, currency) for term, minor in one.prices.items())
    if not one.attribute:
        return _("%(variant)s costs %(prices)s.") % {"variant": variant_name(one.code) or _("The plan"), "prices": prices}
    words = {"variant": variant_name(one.code) or _("The plan"), "prices": prices, "attribute": one.attribute, "value": one.value}
    return _("%(variant)s costs %(prices)s, for members whose %(attribute)s is %(value)s.") % words
