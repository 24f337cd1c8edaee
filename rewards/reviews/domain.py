"""What becomes of a review. Pure."""

import enum
from decimal import Decimal

from rewards.earning.domain.basket import Value

TRIGGER = "review"
MOST_TEXT = 4_000
MOST_STARS = 5


class ReviewState(enum.StrEnum):
    """waiting -> accepted | refused; each of them -> withdrawn."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Refusal(enum.StrEnum):
    """Why a review is not accepted."""

    ADVERTISING = "advertising"
    INSULTING = "insulting"
    OFF_TOPIC = "off_topic"
    COPIED = "copied"
    NOT_OWN = "not_own"


def values_of(*, stars: int, text: str, product: str) -> dict[str, Value]:
    """Return what conditions of rules may ask of a review."""
    return {"event.stars": Decimal(stars), "event.length": Decimal(len(text.strip())), "event.product": product}
