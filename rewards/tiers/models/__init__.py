"""Ladders, standings, and the runs that judge and check them."""

from rewards.tiers.models.ladders import Tier, TierLadder, TierLadderVersion
from rewards.tiers.models.runs import TierCheck, TierFinding, TierRun
from rewards.tiers.models.standings import MemberYear, TierAward, TierCount, TierStanding

__all__ = [
    "MemberYear",
    "Tier",
    "TierAward",
    "TierCheck",
    "TierCount",
    "TierFinding",
    "TierLadder",
    "TierLadderVersion",
    "TierRun",
    "TierStanding",
]
