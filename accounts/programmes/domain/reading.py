"""Reads a JSON definition key by key and collects what is wrong with it, each with its JSON pointer. Pure."""

import datetime as dt
import enum
import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from loyalty.kit.problems import FieldError

Choice = TypeVar("Choice", bound=enum.StrEnum)
MOST = 10**12


class Reader:
    """One mapping of a definition. Whatever is wrong is noted in `errors` and replaced by a harmless value, so that reading goes on."""

    def __init__(self, given: Any, pointer: str = "", errors: list[FieldError] | None = None) -> None:
        self.pointer = pointer
        self.errors: list[FieldError] = [] if errors is None else errors
        self.given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        if not isinstance(given, Mapping):
            self.errors.append(FieldError(pointer or "/", "not_an_object", "Write an object with named keys."))

    def wrong(self, key: str, code: str, detail: str) -> None:
        self.errors.append(FieldError(f"{self.pointer}/{key}", code, detail))

    def only(self, known: Collection[str]) -> None:
        """Refuse keys that nobody reads: they are mistakes."""
        for key in sorted(map(str, set(self.given) - set(known))):
            self.wrong(key[:80], "unknown", f"Leave this out. Known here: {', '.join(sorted(known))}.")

    def part(self, key: str) -> "Reader":
        """Return the reader of a nested object; an absent one is empty."""
        return Reader(self.given.get(key, {}), f"{self.pointer}/{key}", self.errors)

    def has(self, key: str) -> bool:
        return self.given.get(key) is not None

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        value = self.given.get(key, default)
        if not isinstance(value, str) or value not in set(kind):
            self.wrong(key, "unknown", f"Choose one of {', '.join(kind)}.")
            return next(iter(kind))
        return kind(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.given.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, "not_a_flag", "Write true or false.")
            return default
        return value

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        value = self.given.get(key, default)
        if type(value) is not int or not least <= value <= most:
            self.wrong(key, "out_of_range", f"Write a whole number from {least} to {most}.")
            return least
        return value

    def whole_or_none(self, key: str, least: int, most: int) -> int | None:
        return self.whole(key, least, most) if self.has(key) else None

    def number(self, key: str, places: int, *, most: int = MOST, default: str | None = None) -> Decimal:
        """Read a number of 0 or more, written as a text or a whole number (no float), with at most so many decimals."""
        value = self.given.get(key, default)
        try:
            number = Decimal(value) if type(value) in (int, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or not 0 <= number <= most or number != round(number, places):
            self.wrong(key, "out_of_range", f"Write a number of 0 or more as text, with at most {places} decimals.")
            return Decimal(0)
        return number

    def text(self, key: str, longest: int, default: str | None = None) -> str:
        value = self.given.get(key, default)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest or "\x00" in value:
            self.wrong(key, "not_a_text", f"Write a text of 1 to {longest} letters.")
            return ""
        return value.strip()

    def name(self, key: str, pattern: re.Pattern[str]) -> str:
        value = self.given.get(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self.wrong(key, "not_a_name", "Use small letters, digits, hyphens and underscores, a letter first.")
            return ""
        return value

    def day(self, key: str) -> dt.date:
        value = self.given.get(key)
        try:
            return dt.date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else self._no_day(key)
        except ValueError:
            return self._no_day(key)

    def _no_day(self, key: str) -> dt.date:
        self.wrong(key, "not_a_date", "Write a date, for example 2027-01-31.")
        return dt.date(2000, 1, 1)
