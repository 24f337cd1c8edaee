"""Pages about tiers for colleagues."""

from rewards.tiers.staff.awards import ask, award, awards
from rewards.tiers.staff.checks import checks
from rewards.tiers.staff.ladders import approve, begin, draft, tiers

__all__ = ["approve", "ask", "award", "awards", "begin", "checks", "draft", "tiers"]
