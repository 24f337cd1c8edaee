"""Which texts may come in: what a person cannot see must not tell two texts apart, nor turn what stands beside it."""

import re
import unicodedata

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the direction of reading (the trick of "Trojan Source"), and the byte order mark."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_good_text(text: str) -> bool:
    """Tell whether a text has no NUL, no surrogates and no marks that turn the direction of reading, and is in NFC."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    is_whole = unicodedata.is_normalized("NFC", text) and not any("\ud800" <= letter <= "\udfff" for letter in text)
    return is_whole and not _TURNING.search(text)


def is_good_reference(text: str) -> bool:
    """Tell whether a text can be somebody's number for a thing: seen in full, so no zero-width, format or unassigned characters."""
    if text.isascii():
        return text.isprintable() and not text.isspace()
    return is_good_text(text) and not text.isspace() and not any(unicodedata.category(letter) in _UNSEEN for letter in text)


def file_name(name: str, *, otherwise: str) -> str:
    """Return the last part of the name of a file that came in, without what cannot be seen and 150 letters at most."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-150:] or otherwise
