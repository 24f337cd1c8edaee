"""The words in which scenarios are written, each with the one function that plays it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Handler = Callable[[Any, Any], Any]


class NotSpoken(Exception):
    """A scenario uses a word, a fact or a sentence that nobody has taught the stage."""


class Vocabulary:
    """Handlers by what they serve (given, when, then) and by word; a word may be a regular expression."""

    def __init__(self) -> None:
        self._handlers: dict[str, dict[str, Handler]] = {"given": {}, "when": {}, "then": {}}

    def given(self, word: str) -> Callable[[Handler], Handler]:
        return self._learn("given", word)

    def when(self, word: str) -> Callable[[Handler], Handler]:
        return self._learn("when", word)

    def then(self, word: str) -> Callable[[Handler], Handler]:
        return self._learn("then", word)

    def find(self, part: str, word: str) -> Handler:
        """Raises: NotSpoken."""
        for pattern, handler in self._handlers[part].items():
            if re.fullmatch(pattern, word):
                return handler
        raise NotSpoken(f"{part}: {word}")

    def _learn(self, part: str, word: str) -> Callable[[Handler], Handler]:
        def learn(handler: Handler) -> Handler:
            assert word not in self._handlers[part], f"{part} {word} is taught twice"
            self._handlers[part][word] = handler
            return handler

        return learn


def only(facts: Mapping[str, Any], *known: str) -> Mapping[str, Any]:
    """Return the facts if each of them is known. Raises: NotSpoken."""
    if not isinstance(facts, Mapping):
        raise NotSpoken(f"{facts!r} where facts by name were expected")
    unknown = sorted(str(name) for name in set(facts) - set(known))
    if unknown:
        raise NotSpoken(f"facts: {', '.join(unknown)}")
    return facts


SHOP = Vocabulary()
BOOKS = Vocabulary()
TRADE = Vocabulary()


def spoken_in(area: str) -> Vocabulary:
    return {"accounting": BOOKS, "replay": TRADE}.get(area, SHOP)
