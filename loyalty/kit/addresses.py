"""Addresses: of this page with other filters, of pages that an installation may lack, and with our host for letters."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
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


def on_our_host(address: str) -> str:
    """Return the whole address of a page: on the host that visitors type."""
    origin = urlsplit(settings.PORTAL_URL)
    return f"{origin.scheme}://{origin.netloc}{address}"
