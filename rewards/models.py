"""Gathers the models of the topics of ``rewards``, so that Django finds them."""

from rewards.catalogue.models import Reward, RewardStock, RewardVersion
from rewards.redemptions.models import Redemption, RedemptionClaim
from rewards.tiers.models import MemberYear, Tier, TierLadder, TierStanding

__all__ = [
    "MemberYear",
    "Redemption",
    "RedemptionClaim",
    "Reward",
    "RewardStock",
    "RewardVersion",
    "Tier",
    "TierLadder",
    "TierStanding",
]
