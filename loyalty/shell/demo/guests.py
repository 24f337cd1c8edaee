"""What the demo's stores sold beside the members' receipts: made up, the same on every machine."""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from accounts.programmes.models import Programme
from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.services import MOST_REPORTS, report_store_days
from loyalty.kit.problems import Problem
from loyalty.shell.demo.people import SEED
from loyalty.shell.trade.reading import Basket

_REPORTING_STORES = 40
_GUEST_TICKETS_A_DAY = (0, 0, 1, 1, 2, 3)
_GUEST_BASKET_PERCENT = 72
"""People without a card buy less at a time."""


def report_guests(programme: Programme, baskets: Sequence[Basket], *, at: dt.datetime) -> None:
    """Let the busiest stores report every day: the members' receipts and some of guests.

    One day is reported too low and corrected, another one is left as it came, so that there is something to ask about.
    """
    days = _days(baskets)
    wrong = [number for number, facts in enumerate(days) if facts.tickets > 2][-40:]
    first = list(days)
    for number in (wrong[0], wrong[-1]) if wrong else ():
        first[number] = StoreDayFacts(days[number].store, days[number].day, days[number].sales_minor // 10, 1)
    _report(programme, first, at)
    _report(programme, [days[number] for number in wrong[:1]], at + dt.timedelta(minutes=5))


def _days(baskets: Sequence[Basket]) -> list[StoreDayFacts]:
    stores = [store for store, _count in Counter(basket.store for basket in baskets).most_common(_REPORTING_STORES)]
    sizes = [basket.cents for basket in baskets]
    bought: defaultdict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for basket in baskets:
        bought[basket.store, basket.at.date()].append(basket.cents)
    first, last = baskets[0].at.date(), baskets[-1].at.date()
    every_day = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    chance = random.Random(f"{SEED} guests")  # noqa: S311 (the same figures on every machine)
    found = []
    for day in every_day:
        for store in stores:
            guests = [chance.choice(sizes) * _GUEST_BASKET_PERCENT // 100 for _ in range(chance.choice(_GUEST_TICKETS_A_DAY))]
            members = bought.get((store, day), [])
            found.append(StoreDayFacts(store, day, sum(guests) + sum(members), len(guests) + len(members)))
    return found


def _report(programme: Programme, days: Sequence[StoreDayFacts], at: dt.datetime) -> None:
    for start in range(0, len(days), MOST_REPORTS):
        answers = report_store_days(programme=programme, reports=days[start : start + MOST_REPORTS], source="demo", at=at)
        for answer in answers:
            if isinstance(answer, Problem):
                raise answer
