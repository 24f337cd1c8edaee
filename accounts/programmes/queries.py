"""Questions about programmes, their currencies and their terms."""

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme, ProgrammeTerms
from loyalty.kit.problems import NotFound


class ProgrammeNotFound(NotFound):
    code = "programme_not_found"


class CurrencyNotFound(NotFound):
    code = "currency_not_found"


class TermsNotFound(NotFound):
    code = "terms_not_found"


def programme_by_slug(slug: str) -> Programme:
    """Return a programme with its company. Raises: ProgrammeNotFound."""
    programme = Programme.objects.select_related("legal_entity").filter(slug=slug).first()
    if programme is None:
        raise ProgrammeNotFound(_("There is no such programme."))
    return programme


def currency_of(programme: Programme | uuid.UUID, code: str | None = None) -> PointCurrency:
    """Return the currency with this code, or the main one, with its unit. Raises: CurrencyNotFound."""
    chosen = PointCurrency.objects.select_related("unit").filter(programme=programme)
    currency = chosen.filter(is_default=True).first() if code is None else chosen.filter(code=code).first()
    if currency is None:
        raise CurrencyNotFound(_("The programme has no such point currency."))
    return currency


def currency_terms_on(currency: PointCurrency, day: dt.date) -> CurrencyTerms:
    """Return the approved terms under which points of `currency` are given on `day`. Raises: TermsNotFound."""
    terms = currency.terms.in_force_on(day).first()
    if terms is None:
        raise TermsNotFound(_("No approved terms of %(currency)s are valid on that day.") % {"currency": currency})
    return terms


def programme_terms_on(programme: Programme, day: dt.date, locale: str) -> ProgrammeTerms | None:
    """Return the terms and conditions in force, in `locale`, else in the programme's language, else in any."""
    texts = {terms.locale: terms for terms in programme.terms.in_force_on(day)}
    return texts.get(locale) or texts.get(programme.locale) or next(iter(texts.values()), None)
