"""Causes in words, for colleagues and for members."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from rewards.causes.domain import CauseTerms, Standing


def sentences_of_cause(currency: str, terms: CauseTerms) -> list[str]:
    """Say what a definition means."""
    said = [step_text(terms)]
    if terms.of:
        said.append(_("The field %(field)s says how many; without it an event counts one.") % {"field": terms.of})
    cost = {"unit": terms.word(1, get_language() or "en"), "amount": money_text(Money(terms.cost_minor, currency))}
    said.append(_("One %(unit)s costs %(amount)s.") % cost)
    return [*said, _("At most %(units)s are given.") % {"units": units_text(terms, terms.pledge)}]


def step_text(terms: CauseTerms) -> str:
    """Say what counts: 3 of "meeting" make 1 tree."""
    words = {"count": points_text(terms.every), "event": terms.event, "unit": units_text(terms, 1)}
    return ngettext("%(count)s event %(event)s makes %(unit)s.", "%(count)s events %(event)s make %(unit)s.", terms.every) % words


def units_text(terms: CauseTerms, count: int) -> str:
    """Write a number of units: 333,333 trees."""
    return f"{points_text(count)} {terms.word(count, get_language() or 'en')}"


def progress_text(terms: CauseTerms, standing: Standing) -> str:
    return _("%(given)s of %(pledge)s") % {"given": points_text(standing.given), "pledge": units_text(terms, standing.pledge)}


def rest_text(terms: CauseTerms, standing: Standing) -> str:
    """Say what is left towards the next unit, or that the pledge is reached."""
    if standing.is_reached:
        return _("The pledge is reached. Thank you.")
    missing = terms.every - standing.rest
    words = {"count": points_text(missing), "unit": terms.word(1, get_language() or "en")}
    return ngettext("%(count)s more makes the next %(unit)s.", "%(count)s more make the next %(unit)s.", missing) % words
