"""Gathers the models of the topics of ``rewards``, so that Django finds them."""

from rewards.adjustments.models import Adjustment, AdjustmentLimit
from rewards.catalogue.models import Reward, RewardStock, RewardVersion
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.purchases.models import Purchase, PurchaseClaim, PurchaseLine, Return, ReturnLine
from rewards.redemptions.models import Redemption, RedemptionClaim
from rewards.tiers.models import MemberYear, Tier, TierLadder, TierStanding

__all__ = [
    "Adjustment",
    "AdjustmentLimit",
    "EarningRule",
    "EarningRuleVersion",
    "MemberYear",
    "Purchase",
    "PurchaseClaim",
    "PurchaseLine",
    "Redemption",
    "RedemptionClaim",
    "Return",
    "ReturnLine",
    "Reward",
    "RewardStock",
    "RewardVersion",
    "Tier",
    "TierLadder",
    "TierStanding",
]
