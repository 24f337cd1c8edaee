"""What of a list's address a saved filter keeps, what it may be called, and which columns a list shows."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

MOST_SAVED = 20
"""Filters that one colleague keeps for one list."""
NAME_SYMBOLS = 40
QUERY_SYMBOLS = 500
_READ_SYMBOLS = 4_000
_READ_FIELDS = 50
_EVERYWHERE = ("programme",)


class TooMuchToRead(ValueError):
    """An address longer than any that a list's own form makes."""


def kept_of(query: str, filters: Collection[str]) -> str:
    """Return the filters of a list that an address carries, in the order of their names; everything else is left out.

    Addresses that choose the same rows give the same text. Raises TooMuchToRead.
    """
    given = _read(query.removeprefix("?"))
    kept = sorted((name, given[name]) for name in {*filters, *_EVERYWHERE} & given.keys())
    text = urlencode(kept) if any(name in filters for name, _value in kept) else ""
    if len(text) > QUERY_SYMBOLS:
        raise TooMuchToRead
    return text


def readable(query: str) -> str:
    """Write what stands behind a question mark once more, as an address can hold it; nothing if it is too much."""
    try:
        return urlencode(sorted(_read(query).items()))
    except TooMuchToRead:
        return ""


def hidden_after(before: Collection[str], *, listed: Collection[str], shown: Collection[str], known: Sequence[str]) -> list[str]:
    """Return which columns are hidden once somebody chose `shown` of those that were `listed`; others stay as they were.

    Only columns that the list knows count, and its first one always stays.
    """
    hidden = (set(before) - set(listed)) | (set(listed) - set(shown))
    return [key for key in known[1:] if key in hidden]


def is_plain(name: str) -> bool:
    """Tell whether a name can be read as it is written: no line breaks, nothing that hides or turns letters round."""
    return name.isprintable() and 0 < len(name) <= NAME_SYMBOLS


def _read(query: str) -> Mapping[str, str]:
    if len(query) > _READ_SYMBOLS:
        raise TooMuchToRead
    try:
        return {name: value for name, value in parse_qsl(query, max_num_fields=_READ_FIELDS) if value.strip()}
    except ValueError as error:
        raise TooMuchToRead from error
