"""When the letter on Mondays is due. Pure."""

import datetime as dt

FROM_HOUR = 7
"""On the programme's clock."""


def week_of(day: dt.date) -> dt.date:
    """Return the Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def due_week(local: dt.datetime, since: dt.date) -> dt.date | None:
    """Return the Monday of the week whose letter is due at a local moment, for who asked for letters `since` a day; None when none is.

    A letter is due from Monday, seven o'clock; one that could not go out then is due for the rest of the week. The first one comes on the
    Monday after somebody asked.
    """
    monday = week_of(local.date())
    if local < dt.datetime.combine(monday, dt.time(FROM_HOUR), local.tzinfo) or monday <= since:
        return None
    return monday
