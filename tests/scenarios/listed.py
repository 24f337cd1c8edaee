"""Scenarios that the product does not play as they stand, each with the reason; `test_scenarios` proves that none of them would pass."""

import dataclasses
from typing import Any

_PRICES = "What a promotion takes off a price is worked out by the shop; the product is told the price and the discount of each line."
NOT_OURS: dict[str, str] = {
    "OD-SALE-03": _PRICES,
    "OD-SALE-10": _PRICES,
    "OD-GC-01": "In which order discounts and gift cards are taken off is decided where the cart is priced.",
    "OD-NUM-02": _PRICES,
    "SO-05": _PRICES,
    "SA-01": "How much of a discount finds room in goods and shipping is decided where the cart is priced.",
    "VE-01": _PRICES,
    "VE-05": _PRICES,
}
"""By id: why it belongs to a cart-pricing engine, which this product is not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """Another answer on purpose: why, and what the product gives instead."""

    reason: str
    then: tuple[dict[str, Any], ...]


OTHER_READINGS: dict[str, Reading] = {
    "FO-01": Reading(
        "Odd units go to the largest remainders (12, 1.2 and 1.8 become 12, 1 and 2), not to the first shares.",
        ({"parts": [12, 1, 2]},),
    ),
    "SQ-05": Reading(
        "A correction never takes more than there is, and no switch allows it; only a return can leave points owed.",
        ({"results": ["error BAD_REQUEST", "error BAD_REQUEST"]}, {"balance": {"member": "M1", "points": 30}}),
    ),
}

ELSEWHERE: dict[str, tuple[str, str]] = {
    "CJ-01": (
        "tests/trade/test_replay.py",
        "Compares every figure of such a replay; `TRADE_BASKETS`, `TRADE_PARAMS` and `TRADE_EXPECTED` name the whole year.",
    ),
    "CJ-03": (
        "tests/trade/test_replay.py",
        "Compares points by local month and by member; `test_lines.py` beside it proves that floats, rounded sums and UTC days would differ.",
    ),
}
"""By id: the tests that hold the product to it, and how."""
