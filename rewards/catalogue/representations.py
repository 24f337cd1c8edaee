"""The catalogue as the API shows it."""

import datetime as dt
from typing import Any

from pydantic import BaseModel

from loyalty.kit.money import Money
from rewards.catalogue.models import RewardVersion
from rewards.catalogue.queries import Offer


class MissingAnswer(BaseModel):
    """One thing that stands in the way; `shortfall` in points."""

    code: str
    reason: str
    detail: str
    shortfall: int


class RewardAnswer(BaseModel):
    """A reward; `left` null never runs out, and the last three are null unless a member was named.

    `given_back_on_return` says what comes back of a reward that was taken with a purchase when that is returned: in_proportion, whole (all at once,
    when everything is returned) or never. `next_price_points` and `next_from` tell a price that is decided and begins later; null while none is.
    """

    code: str
    kind: str
    name: str
    description: str
    price_points: int
    next_price_points: int | None = None
    next_from: dt.date | None = None
    value: str
    currency: str
    left: int | None
    limit_per_member: int | None
    min_tier: str | None
    given_back_on_return: str = "in_proportion"
    is_available: bool | None
    limit_left: int | None
    missing: list[MissingAnswer] | None


class RewardsAnswer(BaseModel):
    """A page of the catalogue, in its order."""

    results: list[RewardAnswer]
    next: str | None
    previous: str | None


def reward_answer(version: RewardVersion, currency: str, coming: RewardVersion | None, offer: Offer | None = None) -> dict[str, Any]:
    """Shown as RewardAnswer."""
    reward, stock = version.reward, getattr(version.reward, "stock", None)
    return {
        "code": reward.code,
        "kind": str(reward.kind),
        "name": reward.local_name,
        "description": reward.local_description,
        "price_points": version.price_points,
        "next_price_points": coming.price_points if coming else None,
        "next_from": coming.valid_from if coming else None,
        "value": str(Money(version.value_minor, currency)),
        "currency": currency,
        "left": stock.left if stock else None,
        "limit_per_member": version.limit_per_member,
        "min_tier": version.min_tier.code if version.min_tier else None,
        "given_back_on_return": version.given_back.value,
        "is_available": offer.is_available if offer else None,
        "limit_left": offer.limit_left if offer else None,
        "missing": [_missing(offer, place) for place in range(len(offer.missing))] if offer else None,
    }


def _missing(offer: Offer, place: int) -> dict[str, Any]:
    missing = offer.missing[place]
    return {"code": missing.code, "reason": missing.reason, "detail": missing.detail, "shortfall": missing.shortfall}
