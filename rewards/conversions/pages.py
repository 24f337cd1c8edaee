"""What members read of what they gather."""

import dataclasses
import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.members.models import Member
from rewards.conversions.domain import ConversionKind
from rewards.conversions.queries import Expected, expected_of
from rewards.conversions.words import units_text


@dataclasses.dataclass(frozen=True, slots=True)
class Gathering:
    """One conversion in words; `value` of `maximum` are there for the next step, both 0 where there are no steps."""

    title: str
    text: str
    value: int = 0
    maximum: int = 0


def gatherings(member: Member, today: dt.date) -> list[Gathering]:
    """Return what a member gathers and what becomes of it when; empty in programmes without conversions."""
    return [_gathering(one) for one in expected_of(member, today)]


def _gathering(one: Expected) -> Gathering:
    words = {"gathered": units_text(one.source, one.gathered), "day": date_format(one.on, "j F"), "target": one.target.word(2)}
    title = one.setup.name_in(get_language() or "en")
    if one.terms.kind is ConversionKind.RATE:
        text = _("%(gathered)s so far. We turn it into %(target)s from %(day)s on, at the rate of the year.") % words
        return Gathering(title, text)
    step = one.terms.step_units
    words |= {"given": units_text(one.target, one.given), "step": units_text(one.source, step)}
    words |= {"each": units_text(one.target, one.terms.gives_units), "missing": units_text(one.source, step - one.gathered % step)}
    if one.given:
        text = _("%(gathered)s so far; turns into %(given)s on %(day)s, the rest stays.") % words
    else:
        text = _("%(gathered)s so far; from %(step)s on it turns into %(each)s. What is there on %(day)s counts, the rest stays.") % words
    return Gathering(title, text, one.gathered % step, step)
