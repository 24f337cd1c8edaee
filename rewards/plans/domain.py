"""Paid memberships: what a plan says, which days are paid for, and what goes back of them. Pure.

Keys of a definition:
    variants      what it costs, by the variant's code: {month_minor, year_minor, life_minor, attribute, is}. At least one term has a
                  price; with `attribute` the variant is for members of whom that fact has the value `is`
    life_months   months that a membership for life is expected to last; needed where one is sold
    trial_days    days that a first membership may begin with unpaid (0: none)
    unused, used  what goes back of a period that runs: full · by_days · none
    late_days     days after the first unpaid one in which a renewal still continues the membership
    entitlements  what it includes, by code: {name, other_names, least_minor (of the order), most (times, without: no limit), per period · month}
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from accounts.programmes.domain.reading import MOST, Reader
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.money import half_up
from loyalty.kit.problems import Malformed

FACT = "member.plans"
STANDARD = "standard"
FOREVER = dt.date(9999, 12, 31)
"""The first day without a membership for life."""
MOST_VARIANTS, MOST_ENTITLEMENTS, MOST_USES = 10, 20, 10_000
MOST_LIFE_MONTHS = 1_200
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_LOCALE = re.compile(r"[a-z]{2}(-[a-z]{2,4})?", re.ASCII)


class MalformedPlan(Malformed):
    code = "malformed_plan"


class Term(enum.StrEnum):
    MONTH = "month"
    YEAR = "year"
    LIFE = "life"

    @property
    def months(self) -> int:
        """Return how long a period is; a membership for life has no months."""
        return {Term.MONTH: 1, Term.YEAR: 12}[self]


class Back(enum.StrEnum):
    """What goes back of a period that runs."""

    FULL = "full"
    BY_DAYS = "by_days"
    NONE = "none"


class Per(enum.StrEnum):
    """For how long a number of uses is."""

    PERIOD = "period"
    MONTH = "month"


class When(enum.StrEnum):
    """When a subscription ends that is given up."""

    NOW = "now"
    PERIOD_END = "period_end"


class Shortfall(enum.StrEnum):
    """Why an entitlement does not apply."""

    ORDER_TOO_SMALL = "order_too_small"
    USED_UP = "used_up"


@dataclasses.dataclass(frozen=True, slots=True)
class Days:
    """Days that were paid for; `to_on` is the first one without."""

    from_on: dt.date
    to_on: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.from_on <= day < self.to_on

    @property
    def count(self) -> int:
        return (self.to_on - self.from_on).days

    @property
    def are_for_life(self) -> bool:
        return self.to_on == FOREVER

    def left_after(self, day: dt.date) -> int:
        """Return how many of them come after a day."""
        return min(self.count, max(0, (self.to_on - day).days - 1))


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """What a plan costs, by term, and for whom: everybody without an attribute."""

    code: str
    prices: Mapping[Term, int]
    attribute: str = ""
    value: str = ""

    def is_for(self, attributes: Mapping[str, Any]) -> bool:
        return not self.attribute or (self.attribute in attributes and str(attributes[self.attribute]) == self.value)


@dataclasses.dataclass(frozen=True, slots=True)
class Entitlement:
    """Something that a plan includes: on which orders, and how often (None: without limit)."""

    code: str
    name: str
    other_names: Mapping[str, str]
    least_minor: int
    most: int | None
    per: Per

    def name_in(self, locale: str) -> str:
        return self.other_names.get(locale, self.name)

    def window_of(self, day: dt.date, period: Days) -> dt.date:
        """Return the first day of the window that a use of this day counts in; a month counts within the period that was paid for."""
        return period.from_on if self.per is Per.PERIOD else max(period.from_on, month_start(day))

    def next_window(self, day: dt.date, period: Days) -> dt.date:
        """Return when the next window begins."""
        return period.to_on if self.per is Per.PERIOD else min(period.to_on, add_months(month_start(day), 1))

    def left(self, used: int) -> int | None:
        return None if self.most is None else max(0, self.most - used)

    def shortfall(self, used: int, order_minor: int | None) -> Shortfall | None:
        """Say why it does not apply to an order; without an order only whether any is left."""
        if self.left(used) == 0:
            return Shortfall.USED_UP
        return Shortfall.ORDER_TOO_SMALL if order_minor is not None and order_minor < self.least_minor else None


@dataclasses.dataclass(frozen=True, slots=True)
class PlanTerms:
    """A checked definition."""

    variants: Mapping[str, Variant]
    trial_days: int
    unused: Back
    used: Back
    late_days: int
    entitlements: Mapping[str, Entitlement]
    life_months: int | None = None

    def refund(self, paid_minor: int, days: Days, on: dt.date, *, is_unused: bool) -> int:
        """Return what goes back of a period when the membership is given up on a day, which still counts as used.

        Of a membership for life the days are those that it was expected to last when it was paid.
        """
        if on < days.from_on:
            return paid_minor
        if days.are_for_life:
            assert self.life_months is not None
            days = Days(days.from_on, add_months(days.from_on, self.life_months))
        match self.unused if is_unused else self.used:
            case Back.FULL:
                return paid_minor
            case Back.BY_DAYS:
                return half_up(Fraction(paid_minor * days.left_after(on), days.count))
            case Back.NONE:
                return 0


def paid_days(anchor_on: dt.date, term: Term, before: int) -> Days:
    """Return the days of the period that comes after so many paid ones; counted from the first paid day, so that month ends come back."""
    if term is Term.LIFE:
        assert before == 0, before
        return Days(anchor_on, FOREVER)
    return Days(add_months(anchor_on, term.months * before), add_months(anchor_on, term.months * (before + 1)))


def parse_plan(given: Any) -> PlanTerms:
    """Check a definition. Raises: MalformedPlan, naming each wrong key."""
    reader = Reader(given)
    reader.only({"variants", "trial_days", "unused", "used", "late_days", "entitlements", "life_months"})
    variants = {code: _variant(code, part) for code, part in _parts(reader, "variants", MOST_VARIANTS)}
    if not variants:
        reader.wrong("variants", "required", f"Say what the plan costs, for example under {STANDARD}.")
    terms = PlanTerms(
        variants=variants,
        trial_days=reader.whole("trial_days", 0, 366, 0),
        unused=reader.choice("unused", Back, Back.FULL),
        used=reader.choice("used", Back, Back.BY_DAYS),
        late_days=reader.whole("late_days", 0, 60, 3),
        entitlements={code: _entitlement(code, part) for code, part in _parts(reader, "entitlements", MOST_ENTITLEMENTS)},
        life_months=reader.whole_or_none("life_months", 1, MOST_LIFE_MONTHS),
    )
    if terms.life_months is None and any(Term.LIFE in one.prices for one in variants.values()):
        reader.wrong(
            "life_months", "required", "Say how many months a membership for life is expected to last: its price is earned over them."
        )
    if reader.errors:
        raise MalformedPlan("Correct the marked keys of the plan.", errors=reader.errors)
    return terms


def in_order(codes: Iterable[Any]) -> list[Any]:
    """Return codes as they are shown, whatever the order in which they are kept: the ordinary variant first."""
    return sorted(codes, key=lambda code: (code != STANDARD, str(code)))


def fingerprint(*facts: object) -> bytes:
    """Return 16 bytes that tell whether the same number carries the same facts."""
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).digest()


def _parts(reader: Reader, key: str, most: int) -> Iterator[tuple[str, Reader]]:
    """Go through what stands under the codes of a key."""
    whole = reader.part(key)
    if len(whole.given) > most:
        reader.wrong(key, "too_many", f"Write at most {most}.")
    for code in in_order(whole.given)[:most]:
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            whole.wrong(str(code)[:80], "not_a_name", "Use small letters, digits, hyphens and underscores, a letter first.")
            continue
        yield code, whole.part(code)


def _variant(code: str, reader: Reader) -> Variant:
    reader.only({*(f"{term}_minor" for term in Term), "attribute", "is"})
    prices = {term: reader.whole(f"{term}_minor", 1, MOST) for term in Term if reader.has(f"{term}_minor")}
    if not prices:
        reader.wrong("month_minor", "required", "Give the price of a month, of a year or for life.")
    if not (reader.has("attribute") or reader.has("is")):
        return Variant(code, prices)
    return Variant(code, prices, reader.name("attribute", _ATTRIBUTE), reader.text("is", 100))


def _entitlement(code: str, reader: Reader) -> Entitlement:
    reader.only({"name", "other_names", "least_minor", "most", "per"})
    names = reader.part("other_names")
    other = {str(locale): names.text(str(locale), 100) for locale in names.given}
    for locale in other:
        if not _LOCALE.fullmatch(locale):
            names.wrong(locale[:80], "not_a_language", "Write a language like tr.")
    return Entitlement(
        code=code,
        name=reader.text("name", 100),
        other_names=other,
        least_minor=reader.whole("least_minor", 0, MOST, 0),
        most=reader.whole_or_none("most", 1, MOST_USES),
        per=reader.choice("per", Per, Per.PERIOD),
    )
