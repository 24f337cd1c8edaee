"""What a campaign brought: the spend of those asked against the holdout's, with Welch's interval. Pure, exact sums, decimals.

B. L. Welch, The generalization of "Student's" problem when several different population variances are involved, Biometrika 34 (1947);
the quantile of Student's distribution by M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.5.
"""

import dataclasses
from decimal import Decimal

LEAST_GROUP = 30
"""Smaller groups say too little: no interval is shown for them."""
_Z = Decimal("1.959963984540054")


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """How many members, what they spent altogether, and the sum of the squares of what each spent; in minor units."""

    members: int
    total: Decimal
    squares: Decimal

    @property
    def mean(self) -> Decimal:
        return self.total / self.members if self.members else Decimal(0)

    @property
    def error(self) -> Decimal:
        """The square of the standard error of the mean, from the sample variance."""
        spread = self.squares - self.total * self.total / self.members
        return max(Decimal(0), spread) / (self.members - 1) / self.members


@dataclasses.dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds between which the true one lies with 95 percent; in minor units."""

    figure: Decimal
    low: Decimal
    high: Decimal

    def times(self, count: int) -> "Interval":
        return Interval(self.figure * count, self.low * count, self.high * count)

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0 <= self.high


@dataclasses.dataclass(frozen=True, slots=True)
class Lift:
    """What the asked spent more for each member, and altogether; None where a group is too small to say."""

    asked: Group
    holdout: Group
    for_each: Interval | None

    @property
    def altogether(self) -> Interval | None:
        return self.for_each.times(self.asked.members) if self.for_each else None


def lift_between(asked: Group, holdout: Group) -> Lift:
    """Compare the groups."""
    if min(asked.members, holdout.members) < LEAST_GROUP:
        return Lift(asked, holdout, None)
    figure = asked.mean - holdout.mean
    half = _half_width(asked, holdout)
    return Lift(asked, holdout, Interval(figure, figure - half, figure + half))


def _half_width(asked: Group, holdout: Group) -> Decimal:
    one, other = asked.error, holdout.error
    both = one + other
    if not both:
        return Decimal(0)
    freedom = both * both / (one * one / (asked.members - 1) + other * other / (holdout.members - 1))
    return student(freedom) * both.sqrt()


def student(freedom: Decimal) -> Decimal:
    """Return the 97.5 percent point of Student's distribution; exact to four decimals from 29 degrees of freedom on."""
    z = _Z
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
