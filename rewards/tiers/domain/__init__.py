"""How members reach, keep and lose tiers. Pure: no database, no clock.

`years` is the plain ladder (gross spend of a calendar year), counted inside the statement of a purchase. `definition`, `counting` and
`judging` are every other ladder.
"""

from rewards.tiers.domain.definition import MalformedLadder, compile_ladder
from rewards.tiers.domain.scheme import Scheme
from rewards.tiers.domain.years import (
    FOREVER,
    Amount,
    Fact,
    KeepsThrough,
    Ladder,
    Period,
    StandingReason,
    Stay,
    Step,
    TierChange,
    Turn,
    YearCount,
    best_on,
    crossings,
    days_reached,
    kept_through,
    level,
    losses,
    periods,
    stands_at,
    timeline,
)

__all__ = [
    "FOREVER",
    "Amount",
    "Fact",
    "KeepsThrough",
    "Ladder",
    "MalformedLadder",
    "Period",
    "Scheme",
    "StandingReason",
    "Stay",
    "Step",
    "TierChange",
    "Turn",
    "YearCount",
    "best_on",
    "compile_ladder",
    "crossings",
    "days_reached",
    "kept_through",
    "level",
    "losses",
    "periods",
    "stands_at",
    "timeline",
]
