"""Addresses: of this page with other filters, and of pages that an installation may lack."""

from typing import Any

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse


def query_with(query: QueryDict, **changes: str | None) -> str:
    """Return "?..." with these values changed, or left out where they are None or empty; pages begin anew unless `cursor` is given."""
    copy = query.copy()
    for name, value in {"cursor": None, **changes}.items():
        copy.pop(name, None)
        if value:
            copy[name] = value
    return "?" + copy.urlencode()


def routed(name: str, *args: Any) -> str:
    """Return the address of a page, or nothing if it is not among the pages of this installation."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
