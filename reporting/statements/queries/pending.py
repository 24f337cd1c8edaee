"""Which points wait, until when, and for which purchase?"""

import dataclasses
import datetime as dt
import uuid

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.points.domain import Reason
from ledger.points.queries import pending_lots
from loyalty.kit.figures import day_text
from reporting.statements.queries import titles
from reporting.statements.queries.wallet import word_writer
from rewards.purchases.story import purchases_of_lots

DAYS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """Points of one grant; `purchase` leads to its receipt."""

    title: str
    detail: str
    units: int
    purchase: uuid.UUID | None


@dataclasses.dataclass(frozen=True, slots=True)
class WaitingDay:
    """What becomes available on a day, and the sum of it."""

    day: str
    points: str
    lots: list[Waiting]


@dataclasses.dataclass(frozen=True, slots=True)
class Schedule:
    """A page of days; `next_after` begins the next one. `rule` says what frees points early or takes them away."""

    days: list[WaitingDay]
    total: str
    scale: int
    rule: str
    next_after: dt.date | None


def schedule_of(member: Member, today: dt.date, *, after: dt.date | None = None, limit: int = DAYS) -> Schedule:
    """Return the pending points of the main currency by the day on which they become available; six queries."""
    currency = currency_of(member.programme_id)
    write = word_writer(currency)
    rows = pending_lots(points_account=member.points_account_id, today=today).filter(unit=currency.unit_id)
    total = rows.aggregate(units=Sum("remaining", default=0))["units"]
    if after is not None:
        rows = rows.filter(matures_on__gt=after)
    sums = list(rows.order_by("matures_on").values_list("matures_on").annotate(units=Sum("remaining"))[: limit + 1])
    days = dict(sums[:limit])
    lots = list(rows.filter(matures_on__in=days))
    purchases = purchases_of_lots(member.points_account_id, [lot.pk for lot in lots])
    by_day: dict[dt.date, list[Waiting]] = {}
    for lot in lots:
        assert lot.matures_on is not None, "only lots with a day were asked for"
        bought = purchases.get(lot.pk)
        title = str(bought.store or bought.channel) if bought else titles.given(Reason(lot.source_kind))
        waiting = Waiting(title, day_text(lot.granted_on, today), lot.remaining, bought.pk if bought else None)
        by_day.setdefault(lot.matures_on, []).append(waiting)
    return Schedule(
        days=[WaitingDay(day_text(day, today), write(units), by_day[day]) for day, units in days.items()],
        total=write(total) if total else "",
        scale=currency.unit.scale,
        rule=_rule(member.programme.return_window_days),
        next_after=max(days) if len(sums) > limit else None,
    )


def _rule(window_days: int) -> str:
    """Say in one sentence what frees points early, and what takes them away."""
    if not window_days:
        return _("Nothing frees them before their day; if goods come back, the points that they earned go with them.")
    return ngettext(
        "Nothing frees them before their day; if goods come back, for which you have %(days)s day, the points that they earned go with them.",
        "Nothing frees them before their day; if goods come back, for which you have %(days)s days, the points that they earned go with them.",
        window_days,
    ) % {"days": window_days}
