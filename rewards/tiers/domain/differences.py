"""Which rows must be added so that the recorded standings say what was judged. Pure."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from rewards.tiers.domain.judging import Mark, following
from rewards.tiers.domain.years import FOREVER, Fact, Period, StandingReason, best_on, periods

_ONE_DAY = dt.timedelta(days=1)
Stand = tuple[int | None, bool]
NOWHERE: Stand = (None, False)


def stands(standing: Sequence[Period]) -> list[tuple[dt.date, Stand]]:
    """Return from which day on what is recorded: the tier, and whether it is only lent by grace."""
    days = sorted({period.from_on for period in standing} | {period.to_on + _ONE_DAY for period in standing if period.to_on < FOREVER})
    found: list[tuple[dt.date, Stand]] = []
    for day in days:
        best = best_on(standing, day)
        stand = (best.tier, best.reason is StandingReason.GRACE) if best else NOWHERE
        if stand != (found[-1][1] if found else NOWHERE):
            found.append((day, stand))
    return found


def first_difference(was: Sequence[tuple[dt.date, Stand]], now: Sequence[tuple[dt.date, Stand]]) -> dt.date | None:
    """Return the first day for which two accounts of the same standings differ."""
    return next((day for day in sorted({day for day, _stand in (*was, *now)}) if _on(was, day) != _on(now, day)), None)


def rows_to_add(
    facts: Sequence[Fact], marks: Sequence[Mark], tiers: Mapping[str, int], *, otherwise: uuid.UUID
) -> list[tuple[Fact, uuid.UUID]]:
    """Return the facts that make the recorded ones say what the marks say, each with its evidence.

    Nothing of the days before the first difference is said again. `tiers` are ids by code; `otherwise` is the evidence of what nobody
    can have held.
    """
    standing = periods(facts)
    now = [(mark.on, (tiers[mark.tier] if mark.tier else None, mark.reason is StandingReason.GRACE)) for mark in marks]
    day = first_difference(stands(standing), now)
    if day is None:
        return []
    cause = next((mark.evidence for mark in reversed(marks) if mark.on <= day), otherwise)
    ended = {(period.tier, period.year, period.rank) for period in standing if period.to_on >= day}
    found = [(Fact(tier, rank, year, day, None, StandingReason.ENDED), cause) for tier, year, rank in sorted(ended)]
    for mark, to_on in following(marks):
        if mark.tier is not None and to_on >= day:
            found.append((Fact(tiers[mark.tier], 0, 0, max(day, mark.on), to_on, mark.reason), mark.evidence))
    return found


def _on(account: Sequence[tuple[dt.date, Stand]], day: dt.date) -> Stand:
    return next((stand for since, stand in reversed(account) if since <= day), NOWHERE)
