"""Recognition: how much a member may give away in a month, and what stands in the way of giving. Pure.

Keys of a definition:
    allowance      code of the currency that is given away (of the kind allowance)
    earned         code of the currency that arrives (with as many decimals)
    monthly_units  what each member may give away in a month
    extra          more for members with a fact: {attribute, each_units, most_units}; the fact is a whole number, for example of direct reports
    prorate        whether who joins within a month gets the part of it that is left (false)
    values         what a recognition is for: {CODE: {name, other_names}}
    least_units    the least of one recognition (1)
    most_units     the most of one; absent: all that is left
    times_a_day    how many recognitions a member gives in a day at most (20)
"""

import dataclasses
import datetime as dt
import enum
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from accounts.programmes.domain.reading import Reader
from loyalty.kit.clock import add_months, month_end, month_start
from loyalty.kit.money import half_up
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Malformed

MESSAGE_LETTERS, REASON_LETTERS, MOST_VALUES, MOST_TIMES = 500, 500, 20, 1_000
_CURRENCY = re.compile(r"[a-z][a-z0-9_-]{0,19}", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_LOCALE = re.compile(r"[a-z]{2}(-[a-z]{2,4})?", re.ASCII)


class MalformedRecognition(Malformed):
    code = "malformed_recognition"


class Obstacle(enum.StrEnum):
    """Why a recognition cannot be given; the code of the refusal's reason."""

    MEMBER_NOT_ACTIVE = "member_not_active"
    UNKNOWN_VALUE = "unknown_value"
    TOO_FEW = "recognition_too_small"
    TOO_MANY = "recognition_too_large"
    TOO_OFTEN = "recognised_too_often"
    NOT_ENOUGH = "not_enough_allowance"


@dataclasses.dataclass(frozen=True, slots=True)
class ValueTag:
    """What somebody is recognised for."""

    code: str
    name: str
    other_names: Mapping[str, str]

    def name_in(self, locale: str) -> str:
        return self.other_names.get(locale, self.name)


@dataclasses.dataclass(frozen=True, slots=True)
class Extra:
    """More for members of whom a fact is a number: so much for each."""

    attribute: str
    each_units: int
    most_units: int

    def of(self, attributes: Mapping[str, Any]) -> int:
        """Return what a member gets more; nothing where the fact is not a whole number of one or more."""
        said = attributes.get(self.attribute)
        text = str(said) if isinstance(said, int | str) and not isinstance(said, bool) else ""
        count = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
        return min(self.most_units, count * self.each_units)


@dataclasses.dataclass(frozen=True, slots=True)
class RecognitionTerms:
    """A checked definition."""

    allowance: str
    earned: str
    monthly_units: int
    extra: Extra | None
    prorate: bool
    values: Mapping[str, ValueTag]
    least_units: int
    most_units: int | None
    times_a_day: int

    def allowance_of(self, attributes: Mapping[str, Any], joined_on: dt.date, month: dt.date) -> int:
        """Return what a member may give away in a month; of the month of joining the part from that day on, halves up."""
        whole = self.monthly_units + (self.extra.of(attributes) if self.extra else 0)
        if not self.prorate or month_start(joined_on) != month:
            return whole
        days = month_end(month).day
        return half_up(Fraction(whole * (days - joined_on.day + 1), days))

    def obstacle(self, *, units: int, value: str, given_today: int) -> Obstacle | None:
        """Name the first thing that stands in the way of giving so many points; whether enough are left, the points say themselves."""
        hindrances = (
            (Obstacle.UNKNOWN_VALUE, value not in self.values if self.values else bool(value)),
            (Obstacle.TOO_FEW, units < self.least_units),
            (Obstacle.TOO_MANY, self.most_units is not None and units > self.most_units),
            (Obstacle.TOO_OFTEN, given_today >= self.times_a_day),
        )
        return next((found for found, stands in hindrances if stands), None)


def lapses_on(month: dt.date) -> dt.date:
    """Return the first day on which the allowance of a month is gone."""
    return add_months(month, 1)


def parse_recognition(given: Any) -> RecognitionTerms:
    """Check a definition. Raises: MalformedRecognition, naming each wrong key."""
    reader = Reader(given)
    known = {"allowance", "earned", "monthly_units", "extra", "prorate", "values", "least_units", "most_units", "times_a_day"}
    reader.only(known)
    terms = RecognitionTerms(
        allowance=reader.name("allowance", _CURRENCY),
        earned=reader.name("earned", _CURRENCY),
        monthly_units=reader.whole("monthly_units", 1, MOST_POINTS),
        extra=_extra(reader.part("extra")) if reader.has("extra") else None,
        prorate=reader.flag("prorate"),
        values=_values(reader),
        least_units=reader.whole("least_units", 1, MOST_POINTS, 1),
        most_units=reader.whole_or_none("most_units", 1, MOST_POINTS),
        times_a_day=reader.whole("times_a_day", 1, MOST_TIMES, 20),
    )
    if terms.most_units is not None and terms.most_units < terms.least_units:
        reader.wrong("most_units", "out_of_range", "The most is not less than the least.")
    if reader.errors:
        raise MalformedRecognition("Correct the marked keys of the recognition.", errors=reader.errors)
    return terms


def _extra(reader: Reader) -> Extra:
    reader.only({"attribute", "each_units", "most_units"})
    each, most = reader.whole("each_units", 1, MOST_POINTS), reader.whole("most_units", 1, MOST_POINTS)
    return Extra(reader.name("attribute", _ATTRIBUTE), each, most)


def _values(reader: Reader) -> dict[str, ValueTag]:
    whole = reader.part("values")
    if len(whole.given) > MOST_VALUES:
        reader.wrong("values", "too_many", f"Write at most {MOST_VALUES}.")
    found = {}
    for code in sorted(map(str, whole.given))[:MOST_VALUES]:
        if not _CODE.fullmatch(code):
            whole.wrong(code[:80], "not_a_name", "Use small letters, digits, hyphens and underscores, a letter first.")
            continue
        part = whole.part(code)
        part.only({"name", "other_names"})
        names = part.part("other_names")
        other = {str(locale): names.text(str(locale), 60) for locale in names.given}
        for locale in other:
            if not _LOCALE.fullmatch(locale):
                names.wrong(locale[:80], "not_a_language", "Write a language like tr.")
        found[code] = ValueTag(code, part.text("name", 60), other)
    return found
