"""Sentences of pure code, in the language of whoever reads them: domains ask here, and the product says once who translates."""

from collections.abc import Callable

Translate = Callable[[str], str]
_translators: list[Translate] = []


def translate_with(translate: Translate) -> None:
    """Let `gettext` answer with this function from now on."""
    _translators[:] = [translate]


def gettext(sentence: str) -> str:
    """Return the sentence in the present language, or as it is while nobody translates."""
    return _translators[0](sentence) if _translators else sentence
