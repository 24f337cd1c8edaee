"""Campaigns and offers as the API shows them."""

import datetime as dt
import uuid
from typing import Any

from pydantic import BaseModel

from loyalty.kit.money import Money
from rewards.campaigns.domain import Terms, Used
from rewards.campaigns.models import Campaign, CampaignClip
from rewards.campaigns.offers import Offer


class BudgetAnswer(BaseModel):
    """The most that a campaign gives altogether, where it says so; `cost` is the expected cost of its points in money."""

    units: int | None
    cost: str | None
    uses: int | None


class UsedAnswer(BaseModel):
    """What a campaign has given so far: points, their expected cost in money, purchases."""

    units: int
    cost: str
    uses: int


class CampaignAnswer(BaseModel):
    """A campaign as it was last approved. `stage` is `ahead`, `running`, `paused` or `over`."""

    code: str
    name: str
    stage: str
    first_on: dt.date
    last_on: dt.date
    blackout: list[dt.date]
    segment: str | None
    must_be_taken: bool
    budget: BudgetAnswer
    used: UsedAnswer


class CampaignsAnswer(BaseModel):
    """A page of campaigns, by code."""

    results: list[CampaignAnswer]
    next: str | None
    previous: str | None


class OfferAnswer(BaseModel):
    """A campaign that a member can use: `can_be_taken` if it counts only once it is taken, and is not."""

    code: str
    name: str
    first_on: dt.date
    last_on: dt.date
    can_be_taken: bool
    rules: list[str]


class OffersAnswer(BaseModel):
    """A page of offers, by code."""

    results: list[OfferAnswer]
    next: str | None
    previous: str | None


class TakenAnswer(BaseModel):
    """An offer that a member has taken."""

    member: uuid.UUID
    campaign: str
    taken_at: str


def campaign_answer(campaign: Campaign, terms: Terms, used: Used, stage: str, currency: str) -> dict[str, Any]:
    """Shown as CampaignAnswer."""
    budget = terms.budget
    return {
        "code": campaign.code,
        "name": campaign.name,
        "stage": stage,
        "first_on": terms.first_on.isoformat(),
        "last_on": terms.last_on.isoformat(),
        "blackout": [day.isoformat() for day in sorted(terms.blackout)],
        "segment": terms.segment or None,
        "must_be_taken": terms.needs_clip,
        "budget": {
            "units": budget.units,
            "cost": None if budget.cost_minor is None else str(Money(budget.cost_minor, currency)),
            "uses": budget.uses,
        },
        "used": {"units": used.units, "cost": str(Money(used.cost_minor, currency)), "uses": used.uses},
    }


def offer_answer(offer: Offer, locale: str) -> dict[str, Any]:
    """Shown as OfferAnswer."""
    return {
        "code": offer.campaign.code,
        "name": offer.campaign.name_in(locale),
        "first_on": offer.terms.first_on.isoformat(),
        "last_on": offer.terms.last_on.isoformat(),
        "can_be_taken": offer.can_be_taken,
        "rules": offer.rules,
    }


def taken_answer(clip: CampaignClip, campaign: Campaign) -> dict[str, Any]:
    """Shown as TakenAnswer."""
    at = clip.clipped_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return {"member": str(clip.member_id), "campaign": campaign.code, "taken_at": at}
