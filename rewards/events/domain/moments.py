"""The definition of a programme's own moments, and when they come. Pure.

birthday_window_days      who joins, or tells the birthday, up to so many days after it still has it this year (0 to 60; 7)
anniversary_window_days   the same for the day of joining (0 to 60; 7)
profile_fields            what a whole profile holds: some of PROFILE_FIELDS, and attributes.NAME for further facts
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from loyalty.kit.definitions import Reader
from loyalty.kit.problems import Malformed

PROFILE_FIELDS = ("given_name", "family_name", "email", "phone", "birth_date", "home_store")
DEFAULT_PROFILE = ("given_name", "family_name", "birth_date")
MOST_WINDOW = 60
_ATTRIBUTE = re.compile(r"attributes\.[a-z][a-z0-9_]{0,39}", re.ASCII)


class MalformedMoments(Malformed):
    code = "malformed_moments"


@dataclasses.dataclass(frozen=True, slots=True)
class Moments:
    """A compiled definition."""

    birthday_window_days: int = 7
    anniversary_window_days: int = 7
    profile_fields: tuple[str, ...] = DEFAULT_PROFILE


def parse_moments(definition: Any) -> Moments:
    """Check a definition. Raises: MalformedMoments, naming each wrong key."""
    reader = Reader(definition, known={"birthday_window_days", "anniversary_window_days", "profile_fields"})
    birthday, anniversary = (reader.whole(f"{name}_window_days", most=MOST_WINDOW, default=7) for name in ("birthday", "anniversary"))
    fields = reader.codes("profile_fields", default=DEFAULT_PROFILE, most=20)
    for place, name in enumerate(fields):
        if name not in PROFILE_FIELDS and not _ATTRIBUTE.fullmatch(name):
            reader.wrong(f"/profile_fields/{place}", "unknown", f"Choose among {', '.join(PROFILE_FIELDS)}, attributes.NAME.")
    if not fields and not reader.errors:
        reader.wrong("/profile_fields", "required", "Name at least one field.")
    if reader.errors:
        raise MalformedMoments("Correct the marked parts.", errors=reader.errors)
    return Moments(birthday, anniversary, fields)


def is_whole(profile: Mapping[str, Any], fields: tuple[str, ...]) -> bool:
    """Tell whether a profile (`attributes` a mapping in it) holds all of these fields."""
    return all(_known(profile, name) for name in fields)


def yearly_day(day: dt.date, year: int) -> dt.date:
    """Return the day's return in a year; 29 February comes on the 28th in other years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)


def latest_return(day: dt.date, today: dt.date) -> dt.date:
    """Return the last time that a yearly day came, today included."""
    this_year = yearly_day(day, today.year)
    return this_year if this_year <= today else yearly_day(day, today.year - 1)


def month_days_between(first: dt.date, last: dt.date) -> set[tuple[int, int]]:
    """Return (month, day) of all days whose yearly return lies from `first` to `last`."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    found = {(day.month, day.day) for day in days}
    is_short = any((day.month, day.day) == (2, 28) and yearly_day(dt.date(2000, 2, 29), day.year) == day for day in days)
    return found | ({(2, 29)} if is_short else set())


def _known(profile: Mapping[str, Any], name: str) -> bool:
    if name.startswith("attributes."):
        return bool(profile.get("attributes", {}).get(name.removeprefix("attributes.")))
    return bool(profile.get(name))
