"""Causes: how many counted events make one unit that is given, and what is owed for it. Pure.

Keys of a definition:
    event       the event type that counts
    of          a whole-number field of it that says how many; without it each event counts one
    every       so many make one unit
    singular, plural, other_words {language: [singular, plural]}: what is given, in words (tree, trees)
    cost_minor  what one unit costs
    pledge      at most so many units are given
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from accounts.programmes.domain.reading import MOST, Reader
from loyalty.kit.clock import add_months, month_end
from loyalty.kit.problems import Malformed

MOST_EVERY, MOST_PLEDGE, WORD_LETTERS = 1_000_000, 1_000_000_000, 30
MOST_AT_ONCE = 1_000_000_000
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_LOCALE = re.compile(r"[a-z]{2}(-[a-z]{2,4})?", re.ASCII)


class MalformedCause(Malformed):
    code = "malformed_cause"


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How far a cause is: what was counted, the units that it makes, what is left towards the next, and what came after the pledge was reached."""

    counted: int
    given: int
    rest: int
    beyond: int
    pledge: int

    @property
    def is_reached(self) -> bool:
        return self.given == self.pledge


@dataclasses.dataclass(frozen=True, slots=True)
class CauseTerms:
    """A checked definition."""

    event: str
    of: str
    every: int
    singular: str
    plural: str
    other_words: Mapping[str, tuple[str, str]]
    cost_minor: int
    pledge: int

    def word(self, count: int, locale: str) -> str:
        one, many = self.other_words.get(locale, (self.singular, self.plural))
        return one if count == 1 else many

    def standing(self, counted: int) -> Standing:
        """Return what so many make: whole units up to the pledge; the remainder is carried on."""
        counted = max(0, counted)
        given = min(self.pledge, counted // self.every)
        left = counted - given * self.every
        reached = given == self.pledge
        return Standing(counted, given, 0 if reached else left, left if reached else 0, self.pledge)

    def kept(self) -> tuple[object, ...]:
        """Return what a cause keeps for life: what counted before would mean something else otherwise."""
        return (self.event, self.of, self.every, self.cost_minor)


@dataclasses.dataclass(frozen=True, slots=True)
class CauseMonth:
    """A month of a cause: what it counted, the units that were added by it, what was carried into the next, and what is owed for the units."""

    month: dt.date
    counted: int
    given: int
    rest: int
    owed_minor: int
    given_so_far: int

    @property
    def last_on(self) -> dt.date:
        return month_end(self.month)


def months_of(counted: Mapping[dt.date, int], through_on: dt.date, terms_on: Callable[[dt.date], CauseTerms]) -> list[CauseMonth]:
    """Return the months of a cause from its first count through a day, oldest first, without gaps.

    A month's units are what all that was counted through its last day makes, less what the months before made: nothing is rounded away.
    """
    found: list[CauseMonth] = []
    month, total, given = min(counted, default=dt.date.max), 0, 0
    while counted and month <= through_on:
        terms = terms_on(min(month_end(month), through_on))
        total += counted.get(month, 0)
        now = terms.standing(total)
        added, given = now.given - given, now.given
        found.append(CauseMonth(month, counted.get(month, 0), added, now.rest, added * terms.cost_minor, given))
        month = add_months(month, 1)
    return found


def parse_cause(given: Any) -> CauseTerms:
    """Check a definition. Raises: MalformedCause, naming each wrong key."""
    reader = Reader(given)
    reader.only({"event", "of", "every", "singular", "plural", "other_words", "cost_minor", "pledge"})
    terms = CauseTerms(
        event=reader.name("event", _CODE),
        of=reader.name("of", _FIELD) if reader.has("of") else "",
        every=reader.whole("every", 1, MOST_EVERY),
        singular=reader.text("singular", WORD_LETTERS),
        plural=reader.text("plural", WORD_LETTERS),
        other_words=_other_words(reader),
        cost_minor=reader.whole("cost_minor", 0, MOST),
        pledge=reader.whole("pledge", 1, MOST_PLEDGE),
    )
    if reader.errors:
        raise MalformedCause("Correct the marked keys of the cause.", errors=reader.errors)
    return terms


def _other_words(reader: Reader) -> dict[str, tuple[str, str]]:
    whole = reader.part("other_words")
    found = {}
    for locale, pair in whole.given.items():
        is_pair = (
            isinstance(pair, list | tuple)
            and len(pair) == 2
            and all(isinstance(one, str) and 0 < len(one.strip()) <= WORD_LETTERS for one in pair)
        )
        if not _LOCALE.fullmatch(str(locale)) or not is_pair:
            whole.wrong(str(locale)[:80], "not_words", "Write a language like tr with two words: [one, many].")
        else:
            found[str(locale)] = (pair[0].strip(), pair[1].strip())
    return found
