"""How members would have redeemed other points: each goes on taking the share of what they had that they took. Pure.

Months are counted from the first of the back-test; wallets begin empty, because what was earned before is the same under all rules.
"""

import dataclasses
import math
from collections import deque
from collections.abc import Sequence
from fractions import Fraction


@dataclasses.dataclass(frozen=True, slots=True)
class Followed:
    """Points redeemed and lapsed by month, and what is left in the end."""

    redeemed: tuple[int, ...]
    lapsed: tuple[int, ...]
    left: int


class _Wallet:
    """Points by the month in which they were earned; the oldest go first."""

    def __init__(self, lives_months: int | None) -> None:
        self.lots: deque[list[int]] = deque()
        self.lives_months = lives_months

    @property
    def points(self) -> int:
        return sum(units for _month, units in self.lots)

    def lapse(self, month: int) -> int:
        """Let points end in the month that begins so many months after the one in which they were earned."""
        lapsed = 0
        while self.lives_months is not None and self.lots and self.lots[0][0] + self.lives_months < month:
            lapsed += self.lots.popleft()[1]
        return lapsed

    def earn(self, month: int, units: int) -> None:
        if units > 0:
            self.lots.append([month, units])
        else:
            self.take(-units, newest=True)

    def take(self, units: int, *, newest: bool = False) -> int:
        """Take so many points, or all there are; return how many."""
        wanted, place = units, -1 if newest else 0
        while wanted and self.lots:
            lot = self.lots[place]
            part = min(wanted, lot[1])
            lot[1] -= part
            wanted -= part
            if not lot[1]:
                self.lots.pop() if newest else self.lots.popleft()
        return units - wanted


def follow(
    live: Sequence[int], draft: Sequence[int], redeemed: Sequence[int], *, lives_months: tuple[int | None, int | None]
) -> tuple[Followed, Followed]:
    """Return what becomes of the points of both rules, month by month; `lives_months` of both.

    Under the live rules the member redeems what they redeemed, as far as the points were earned in these months; under the draft the same
    share of what they would have had, rounded down. Who had nothing to redeem from redeems nothing.
    """
    wallets = _Wallet(lives_months[0]), _Wallet(lives_months[1])
    told: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for month, (earned, other, wanted) in enumerate(zip(live, draft, redeemed, strict=True)):
        lapsed = [wallet.lapse(month) for wallet in wallets]
        for wallet, units in zip(wallets, (earned, other), strict=True):
            wallet.earn(month, units)
        had = wallets[0].points
        taken = wallets[0].take(max(0, wanted))
        share = Fraction(taken, had) if had else Fraction(0)
        told[0].append((taken, lapsed[0]))
        told[1].append((wallets[1].take(int(wallets[1].points * share)), lapsed[1]))
    first, second = (
        Followed(tuple(taken for taken, _lapsed in of), tuple(gone for _taken, gone in of), wallet.points)
        for of, wallet in zip(told, wallets, strict=True)
    )
    return first, second


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """A share between 0 and 1, with the bounds that hold it with about 95 %; None where members are too few to tell."""

    value: float
    low: float | None
    high: float | None


def rate_of(sums: dict[str, int]) -> Rate:
    """Return which share of their points members redeem, from sums over members: n, x (earned), y (redeemed), xx, xy, yy.

    The interval is that of a ratio estimator: the spread of each member's redemptions around their share.
    """
    members, earned, taken = sums.get("n", 0), sums.get("x", 0), sums.get("y", 0)
    if not earned:
        return Rate(0.0, None, None)
    share = taken / earned
    if members < 2:
        return Rate(share, None, None)
    spread = sums["yy"] - 2 * share * sums["xy"] + share * share * sums["xx"]
    error = math.sqrt(max(0.0, spread) * members / (members - 1)) / earned
    return Rate(share, max(0.0, share - 1.96 * error), min(1.0, share + 1.96 * error))


def sums_of(earned: int, taken: int) -> dict[str, int]:
    """Return what one member adds to the sums."""
    return {"n": 1, "x": earned, "y": taken, "xx": earned * earned, "xy": earned * taken, "yy": taken * taken} if earned > 0 else {}
