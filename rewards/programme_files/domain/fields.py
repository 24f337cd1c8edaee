"""Fields of a mapping, read one by one; every fault is collected with its place. Pure."""

import datetime as dt
import difflib
import enum
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from loyalty.kit.money import MalformedAmount, Money, exponent
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import FieldError
from rewards.programme_files.domain.reading import Document, Fault, Path

CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
MOST_WHOLE = 10**12
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,8})?", re.ASCII)
_CODE_RULE = "Write a code: small letters, digits, hyphens and underscores, a letter first, at most 40."
_REQUIRED: Any = object()
Choice = TypeVar("Choice", bound=enum.StrEnum)
Plain = Any
"""What a file may hold: texts, whole numbers, true, false, null, lists and mappings of them."""
Spec = dict[str, Plain]
"""One thing of a section in its one way to be written: what is usual is left out."""


class Faults:
    """Everything that is wrong with one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Fault] = []

    def add(self, path: Path, detail: str, *, of_key: bool = False) -> None:
        self.found.append(Fault(self.document.place_of(path, of_key=of_key), path, detail))

    def add_errors(self, path: Path, errors: Iterable[FieldError], known: Collection[str] = ()) -> None:
        """Take over what a parser of plain data says; its pointers go on from `path`. `known` are keys that could have been meant."""
        for error in errors:
            where, detail = self._located(path, error)
            if known and error.code == "unknown" and where in self.document.keys and where[-1] not in known:
                self.unknown(where, known)
            else:
                self.add(where, detail)

    def unknown(self, path: Path, known: Collection[str]) -> None:
        name = str(path[-1])
        near = difflib.get_close_matches(name, [str(one) for one in known], 1, 0.6)
        hint = f" Did you mean {near[0]}?" if near else f" Known here: {', '.join(sorted(known))}."
        self.add(path, f"{name} is not known.{hint if known else ''}", of_key=True)

    def _located(self, path: Path, error: FieldError) -> tuple[Path, str]:
        full = path
        for part in error.pointer.strip("/").split("/") if error.pointer.strip("/") else ():
            longer: Path = (*full, int(part) if part.isdigit() else part)
            names = [(*full, name) for name in _names_in_a_file(part)]
            full = longer if longer in self.document.values else next((one for one in names if one in self.document.values), names[0])
        return full, error.detail


def _names_in_a_file(part: str) -> list[str | int]:
    """Return how a file may call what a topic keeps in minor units or in units of points; the most likely one first."""
    if part.isdigit():
        return [int(part)]
    return [part.removesuffix("_minor").replace("_units", ""), "points" if part == "units" else part]


class Fields:
    """One mapping of a document. Each reader answers the value in its one way to be written, or the default."""

    def __init__(self, faults: Faults, path: Path, given: Any) -> None:
        self.faults = faults
        self.path = path
        if given is None:
            given = {}
        if not isinstance(given, dict):
            faults.add(path, "Write a mapping: names with values.")
        self.given: dict[str, Any] = given if isinstance(given, dict) else {}
        self._asked: list[str] = []

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Fields":
        """Return the fields of plain data that stands in no file."""
        return cls(Faults(Document(content, {}, {})), (), dict(content))

    def code_of(self, key: str, pattern: re.Pattern[str] = CODE) -> bool:
        """Tell whether a key can be a code; one that cannot is a fault."""
        if pattern.fullmatch(key):
            return True
        self.faults.add((*self.path, key), _CODE_RULE, of_key=True)
        return False

    def wrong(self, key: str, detail: str) -> None:
        self.faults.add((*self.path, key), detail)

    def raw(self, key: str, default: Any = _REQUIRED) -> Any:
        self._asked.append(key)
        if key not in self.given and default is _REQUIRED:
            self.faults.add(self.path, f"{key} is missing.", of_key=True)
            return None
        return self.given.get(key, None if default is _REQUIRED else default)

    def text(self, key: str, default: Any = _REQUIRED, *, most: int = 100) -> Any:
        value = self.raw(key, default)
        if key not in self.given:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= most or any(ord(sign) < 32 and sign not in "\n\t" for sign in value):
            self.wrong(key, f"Write a text of 1 to {most} characters.")
            return None
        return value.strip()

    def code(self, key: str, default: Any = _REQUIRED) -> Any:
        value = self.text(key, default)
        if key in self.given and value is not None and not CODE.fullmatch(value):
            self.wrong(key, _CODE_RULE)
            return None
        return value

    def whole(self, key: str, default: Any = _REQUIRED, *, least: int = 0, most: int = MOST_WHOLE) -> Any:
        value = self.raw(key, default)
        if key in self.given and (type(value) is not int or not least <= value <= most):
            self.wrong(key, f"Write a whole number from {least:,} to {most:,}.")
            return None
        return value

    def flag(self, key: str, default: Any = _REQUIRED) -> Any:
        value = self.raw(key, default)
        if key in self.given and not isinstance(value, bool):
            self.wrong(key, "Write true or false.")
            return None
        return value

    def choice(self, key: str, known: Collection[str], default: Any = _REQUIRED) -> Any:
        value = self.raw(key, default)
        if key in self.given and (not isinstance(value, str) or value not in set(known)):
            near = difflib.get_close_matches(str(value), list(known), 1, 0.6)
            hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(known)}." if known else "There is none."
            self.wrong(key, f"{value} is not known here. {hint}")
            return None
        return value

    def amount(self, key: str, currency: str, default: Any = _REQUIRED) -> Any:
        """Read an amount of money; answered as text with all its decimals."""
        value = self.raw(key, default)
        if key not in self.given:
            return value
        try:
            return str(Money.parse(str(value), currency))
        except MalformedAmount as malformed:
            self.wrong(key, malformed.detail)
            return None

    def number(self, key: str, default: Any = _REQUIRED, *, places: int = 6) -> Any:
        """Read a number of 0 or more; answered as text without needless zeros."""
        value = self.raw(key, default)
        if key not in self.given:
            return value
        text = str(value)
        if isinstance(value, bool) or not _NUMBER.fullmatch(text) or Decimal(text) != round(Decimal(text), places):
            self.wrong(key, f"Write a number of 0 or more with at most {places} decimals." if places else "Write a whole number.")
            return None
        return plain_text(Decimal(text))

    def points(self, key: str, scale: int, default: Any = _REQUIRED, *, least: int = 1, most: int = MOST_POINTS) -> Any:
        """Read points of a currency with so many decimals as people write them; `least` and `most` are in its units."""
        value = self.raw(key, default)
        if key not in self.given:
            return value
        text = str(value)
        if isinstance(value, bool) or not _NUMBER.fullmatch(text) or not _are_units(Decimal(text).scaleb(scale), least, most):
            decimals = f"with at most {scale} decimals" if scale else "without decimals"
            self.wrong(key, f"Write a number of points from {points_of(least, scale)} to {points_of(most, scale)} {decimals}.")
            return None
        return number_value(text)

    def day(self, key: str, default: Any = _REQUIRED) -> Any:
        value = self.raw(key, default)
        if key not in self.given:
            return value
        try:
            return dt.date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "").isoformat()
        except ValueError:
            self.wrong(key, "Write a day as 2026-03-31.")
            return None

    def mapping(self, key: str, read: Callable[["Fields", str], Plain], default: Any = _REQUIRED, *, most: int = 200) -> dict[str, Plain]:
        """Read a mapping of codes to whatever `read` makes of each one's field in it."""
        given = Fields(self.faults, (*self.path, key), self.raw(key, default))
        if len(given.given) > most:
            self.wrong(key, f"Write at most {most}.")
            return {}
        return {name: read(given, name) for name in given.given}

    def inner(self, key: str, default: Any = _REQUIRED) -> "Fields":
        return Fields(self.faults, (*self.path, key), self.raw(key, default))

    def items(self, key: str, default: Any = _REQUIRED, *, most: int = 200) -> "list[Fields]":
        """Read a list of mappings."""
        value = self.raw(key, default)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > most:
            self.wrong(key, f"Write a list of at most {most}.")
            return []
        return [Fields(self.faults, (*self.path, key, place), one) for place, one in enumerate(value)]

    def texts(self, key: str, default: Any = _REQUIRED, *, most: int = 100) -> dict[str, str]:
        """Read texts by language."""
        return self.mapping(key, lambda inner, locale: inner.text(locale, most=most), default, most=20)

    def done(self, *more: str) -> None:
        """Refuse every key that nobody asked for; `more` are read by somebody else."""
        known = {*self._asked, *more}
        for key in self.given:
            if key not in known:
                self.faults.unknown((*self.path, key), known)


def without(spec: Mapping[str, Plain], usual: Mapping[str, Plain]) -> Spec:
    """Leave out what is usual, empty or not said."""
    return {key: value for key, value in spec.items() if value not in (None, {}, [], "") and (key not in usual or value != usual[key])}


def plain_text(number: Decimal) -> str:
    """Write a number without needless zeros and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number_value(value: Any) -> Plain:
    """Return a number as a whole one where it is one, else as text; what is no number stays what it is."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return value
    if isinstance(value, bool) or not number.is_finite() or abs(number.adjusted()) > 30:
        return value
    return int(number) if number == number.to_integral_value() else plain_text(number)


def points_of(units: int, scale: int) -> Plain:
    """Write units of a currency with so many decimals as points."""
    return number_value(Decimal(units).scaleb(-scale))


def units_of(points: Plain, scale: int) -> int:
    """Return the units of points that have been read."""
    return int(Decimal(str(points)).scaleb(scale))


def _are_units(units: Decimal, least: int, most: int) -> bool:
    return units == units.to_integral_value() and least <= units <= most


def minor_of(text: str, currency: str) -> int:
    return Money.parse(text, currency).minor


def short_form(fields: Fields, name: str, key: str) -> Fields:
    """Return the mapping of this name; a plain value stands for its most usual key."""
    value = fields.raw(name)
    return fields.inner(name) if isinstance(value, dict) else Fields(fields.faults, (*fields.path, name), {key: value})


def amount_text(minor: int, currency: str) -> str:
    return str(Money(minor, currency))


def decimals_of(currency: str) -> int:
    return exponent(currency)


def listed(values: Sequence[str]) -> str:
    return ", ".join(values)
