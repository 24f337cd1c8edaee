"""The choices that a rule makes: what it gives, which amount it counts, how it is rounded, when it takes its turn. Pure."""

import enum


class RuleKind(enum.StrEnum):
    PER_STEP = "per_step"
    FIXED = "fixed"
    PER_UNIT = "per_unit"
    RATE = "rate"
    BANDS = "bands"
    MULTIPLIER = "multiplier"
    CEILING = "ceiling"


class Basis(enum.StrEnum):
    """Which amount a rule counts."""

    PAID = "paid"
    """What was paid in money: after discounts, without the part paid with points."""
    GROSS = "gross"
    """The price after discounts, whatever it was paid with."""
    NET_OF_TAX = "net_of_tax"
    """What was paid in money, without tax."""
    BEFORE_DISCOUNT = "before_discount"
    """The price before discounts, whatever it was paid with."""


class Rounding(enum.StrEnum):
    FLOOR = "floor"
    HALF_UP = "half_up"
    CEILING = "ceiling"


class Scope(enum.StrEnum):
    """Where steps are counted and fractions are rounded."""

    PURCHASE = "purchase"
    LINE = "line"


class Phase(enum.StrEnum):
    """Multipliers count what base rules gave; bonus rules come after them; ceilings cut what all of them came to."""

    BASE = "base"
    MULTIPLIER = "multiplier"
    BONUS = "bonus"
    CEILING = "ceiling"


class GroupMode(enum.StrEnum):
    ALL = "all"
    FIRST = "first"
    BEST = "best"
    EXCLUSIVE = "exclusive"
    """The best of the group, and no rule of the same phase outside it."""
