"""What stands between a member and a reward. Pure."""

import dataclasses
import datetime as dt
import enum
import sys
from collections.abc import Iterable
from typing import Protocol


class RewardKind(enum.StrEnum):
    GOODS = "goods"
    VOUCHER = "voucher"
    DONATION = "donation"
    THIRD_PARTY = "third_party"


class GivenBack(enum.StrEnum):
    """How much of a reward that was taken with a purchase comes back when the purchase is returned."""

    IN_PROPORTION = "in_proportion"
    WHOLE = "whole"
    NEVER = "never"


_LESS_AND_LESS = (GivenBack.IN_PROPORTION, GivenBack.WHOLE, GivenBack.NEVER)


class Asked(Protocol):
    """What a version of a reward asks and gives; `rank` of the tier it begins with, None without one."""

    @property
    def price_points(self) -> int: ...
    @property
    def value_minor(self) -> int: ...
    @property
    def limit_per_member(self) -> int | None: ...
    @property
    def voucher_days(self) -> int | None: ...
    @property
    def given_back_on_return(self) -> str: ...
    @property
    def rank(self) -> int | None: ...


def asks_more(old: Asked, new: Asked) -> bool:
    """Tell whether members get less for their points: it costs more, is worth less, ends sooner, gives less back, or not everybody gets as many."""
    forever = sys.maxsize
    return (
        new.price_points > old.price_points
        or new.value_minor < old.value_minor
        or (new.voucher_days or forever) < (old.voucher_days or forever)
        or (new.limit_per_member or forever) < (old.limit_per_member or forever)
        or _LESS_AND_LESS.index(GivenBack(new.given_back_on_return)) > _LESS_AND_LESS.index(GivenBack(old.given_back_on_return))
        or (-1 if new.rank is None else new.rank) > (-1 if old.rank is None else old.rank)
    )


class Obstacle(enum.StrEnum):
    """Why a reward cannot be taken."""

    OUTSIDE_WINDOW = "outside_window"
    MEMBER_NOT_ACTIVE = "member_not_active"
    TIER_TOO_LOW = "tier_too_low"
    LIMIT_REACHED = "limit_reached"
    SOLD_OUT = "sold_out"
    NOT_ENOUGH_POINTS = "not_enough_points"

    @property
    def code(self) -> str:
        """The code of the refusal; what lies in the member is one code, with the obstacle as its reason."""
        in_the_member = self in (Obstacle.MEMBER_NOT_ACTIVE, Obstacle.TIER_TOO_LOW)
        return "not_eligible" if in_the_member else self.value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a reward asks on a day. None is: no such condition; `left` counts pieces, `limit` pieces per member."""

    price_points: int
    is_offered: bool
    left: int | None
    limit: int | None
    min_rank: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: points that can be spent, pieces taken within the limit's window, rank of the tier (None without one)."""

    is_active: bool
    spendable: int
    taken: int
    rank: int | None


def obstacles(conditions: Conditions, asker: Asker, quantity: int = 1) -> list[Obstacle]:
    """Return everything that stands between the asker and the reward, in the order in which it is refused."""
    assert quantity > 0, quantity
    found: list[Obstacle] = []
    if not conditions.is_offered:
        found.append(Obstacle.OUTSIDE_WINDOW)
    if not asker.is_active:
        found.append(Obstacle.MEMBER_NOT_ACTIVE)
    if conditions.min_rank is not None and (asker.rank is None or asker.rank < conditions.min_rank):
        found.append(Obstacle.TIER_TOO_LOW)
    if conditions.limit is not None and asker.taken + quantity > conditions.limit:
        found.append(Obstacle.LIMIT_REACHED)
    if conditions.left is not None and conditions.left < quantity:
        found.append(Obstacle.SOLD_OUT)
    if asker.spendable < conditions.price_points * quantity:
        found.append(Obstacle.NOT_ENOUGH_POINTS)
    return found


def units_given_back(policy: GivenBack, units: int, *, back_minor: int, of_minor: int, is_all: bool) -> int:
    """Return how many points of a reward come back altogether once so much of its receipt's value is returned.

    In proportion: rounded down on everything that is back, so that several returns add up to what one of everything gives. All of them come
    back with the last piece (`is_all`), also of a receipt that was worth nothing.
    """
    assert 0 <= back_minor <= of_minor, (back_minor, of_minor)
    if policy is GivenBack.NEVER:
        return 0
    if is_all:
        return units
    return units * back_minor // of_minor if policy is GivenBack.IN_PROPORTION and of_minor else 0


def taken_within(takings: Iterable[tuple[dt.date, int]], on: dt.date, window_days: int | None) -> int:
    """Return the pieces taken in the `window_days` days that end with `on`; without a window, ever."""
    begins = None if window_days is None else on - dt.timedelta(days=window_days - 1)
    return sum(pieces for day, pieces in takings if begins is None or day >= begins)
