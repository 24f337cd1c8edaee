"""What the business does with campaigns."""

from rewards.campaigns.services.audience import assign_audience, assign_due_audiences
from rewards.campaigns.services.planning import (
    AnotherPersonMustApproveCampaign,
    CampaignAlreadyApproved,
    CampaignHasBegun,
    CampaignIsOver,
    OfferNotForMember,
    approve_campaign,
    clip_offer,
    draft_campaign,
    open_campaign,
    turn_campaign,
    write_first_campaign,
)
from rewards.campaigns.services.purses import Gift, Purses, give_back

__all__ = [
    "AnotherPersonMustApproveCampaign",
    "CampaignAlreadyApproved",
    "CampaignHasBegun",
    "CampaignIsOver",
    "Gift",
    "OfferNotForMember",
    "Purses",
    "approve_campaign",
    "assign_audience",
    "assign_due_audiences",
    "clip_offer",
    "draft_campaign",
    "give_back",
    "open_campaign",
    "turn_campaign",
    "write_first_campaign",
]
