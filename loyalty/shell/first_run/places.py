"""Countries, time zones and currencies to choose from."""

import functools
import zoneinfo
from importlib import resources

CURRENCIES = [
    "AED",
    "AUD",
    "BGN",
    "BRL",
    "CAD",
    "CHF",
    "CLP",
    "CNY",
    "CZK",
    "DKK",
    "EGP",
    "EUR",
    "GBP",
    "HKD",
    "HUF",
    "IDR",
    "ILS",
    "INR",
    "ISK",
    "JOD",
    "JPY",
    "KES",
    "KRW",
    "KWD",
    "KZT",
    "MAD",
    "MXN",
    "MYR",
    "NGN",
    "NOK",
    "NZD",
    "OMR",
    "PEN",
    "PHP",
    "PKR",
    "PLN",
    "QAR",
    "RON",
    "RSD",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TND",
    "TRY",
    "TWD",
    "UAH",
    "USD",
    "VND",
    "ZAR",
]


@functools.cache
def countries() -> list[tuple[str, str]]:
    """Return (code, English name), by name, from the time zone database's own table of ISO 3166."""
    rows = [line.split("\t") for line in _table("iso3166.tab")]
    return sorted(((code, name) for code, name in rows), key=lambda row: row[1])


@functools.cache
def time_zones() -> list[tuple[str, str]]:
    """Return the zones in which people live, as (name, name with spaces)."""
    named = sorted({line.split("\t")[2] for line in _table("zone.tab")} & zoneinfo.available_timezones())
    return [(name, name.replace("_", " ")) for name in [*named, "UTC"]]


def _table(name: str) -> list[str]:
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
