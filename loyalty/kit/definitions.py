"""Definitions that colleagues write as data: read key by key, with everything that is wrong named by its JSON pointer. Pure."""

import enum
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from loyalty.kit.problems import FieldError
from loyalty.kit.texts import is_good_text

CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
MOST_TEXT = 200
Choice = TypeVar("Choice", bound=enum.StrEnum)


class Reader:
    """Reads one object of a definition; `errors` is shared by the readers of its parts."""

    def __init__(self, given: Any, *, known: Collection[str], at: str = "", errors: list[FieldError] | None = None) -> None:
        self.at = at
        self.errors: list[FieldError] = [] if errors is None else errors
        self.given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        if not isinstance(given, Mapping):
            self.wrong("", "not_an_object", "Write an object.")
        for key in sorted(str(key) for key in self.given if key not in known):
            self.wrong(f"/{_step(key)}", "unknown", f"There is no {key[:60]} here. Known are {', '.join(sorted(known))}.")

    def wrong(self, pointer: str, code: str, detail: str) -> None:
        self.errors.append(FieldError(self.at + pointer, code, detail))

    def part(self, key: str, known: Collection[str]) -> "Reader":
        """Return a reader of the object under a key; what is not given is empty."""
        return Reader(self.given.get(key, {}), known=known, at=f"{self.at}/{key}", errors=self.errors)

    def parts(self, key: str, known: Collection[str], *, most: int, least: int = 1) -> "list[Reader]":
        """Return readers of the objects in the list under a key."""
        found = self.given.get(key, [])
        if not isinstance(found, list) or not least <= len(found) <= most:
            self.wrong(f"/{key}", "not_a_list", f"Write a list of {least} to {most} objects.")
            return []
        return [Reader(one, known=known, at=f"{self.at}/{key}/{place}", errors=self.errors) for place, one in enumerate(found)]

    def whole(self, key: str, *, least: int = 0, most: int = 10**9, default: int | None = None) -> int:
        """Return a whole number; without a default it is needed."""
        value = self.given.get(key, default)
        if type(value) is not int or not least <= value <= most:
            self.wrong(f"/{key}", "out_of_range", f"Write a whole number from {least:,} to {most:,}.")
            return least
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.given.get(key, default)
        if not isinstance(value, bool):
            self.wrong(f"/{key}", "not_a_flag", "Write true or false.")
            return default
        return value

    def text(self, key: str, *, default: str | None = None, most: int = MOST_TEXT) -> str:
        value = self.given.get(key, default)
        if not isinstance(value, str) or len(value) > most or not is_good_text(value) or (default is None and not value.strip()):
            self.wrong(f"/{key}", "not_a_text", f"Write a text of at most {most} characters.")
            return ""
        return value

    def code(self, key: str, *, default: str | None = None) -> str:
        value = self.given.get(key, default)
        if not isinstance(value, str) or not (CODE.fullmatch(value) or value == default):
            self.wrong(f"/{key}", "not_a_code", "Write a code of small letters, digits and hyphens.")
            return ""
        return value

    def choice(self, key: str, kind: type[Choice], default: Choice) -> Choice:
        value = self.given.get(key, default)
        if not isinstance(value, str) or value not in set(kind):
            self.wrong(f"/{key}", "unknown", f"Choose one of {', '.join(kind)}.")
            return default
        return kind(value)

    def codes(self, key: str, *, known: Collection[str] = (), default: Collection[str] = (), most: int = 50) -> tuple[str, ...]:
        """Return a list of texts, all different; of `known` ones where they are named."""
        value = self.given.get(key, list(default))
        are_texts = isinstance(value, list) and len(value) <= most and all(isinstance(one, str) and 0 < len(one) <= 100 for one in value)
        if not are_texts or len(set(value)) < len(value):
            self.wrong(f"/{key}", "not_a_list", f"Write a list of at most {most} texts, each once.")
            return ()
        for place, one in enumerate(value):
            if known and one not in known:
                self.wrong(f"/{key}/{place}", "unknown", f"Choose among {', '.join(known)}.")
        return tuple(value)


def _step(key: str) -> str:
    return key[:60].replace("~", "~0").replace("/", "~1")
