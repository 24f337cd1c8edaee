"""Facts about places. Pure."""

import functools
import re
import zoneinfo

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@functools.cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_time_zone(name: str) -> bool:
    """Tell whether `name` is a time zone of the IANA database, for example Europe/Istanbul."""
    return name in _time_zones()


def is_currency(code: str) -> bool:
    """Tell whether `code` has the shape of an ISO 4217 code."""
    return _CURRENCY.fullmatch(code) is not None


def is_country(code: str) -> bool:
    """Tell whether `code` has the shape of an ISO 3166-1 alpha-2 code."""
    return _COUNTRY.fullmatch(code) is not None
