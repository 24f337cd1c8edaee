"""The sections of a programme file: how each is read, what of it is live, and how a change to it is written through the topics' own services."""

from rewards.programme_files.parts.base import Hand, Part
from rewards.programme_files.parts.campaigns import CampaignsPart
from rewards.programme_files.parts.catalogue import RewardsPart
from rewards.programme_files.parts.currencies import CurrenciesPart
from rewards.programme_files.parts.programme import ProgrammePart
from rewards.programme_files.parts.rules import RulesPart
from rewards.programme_files.parts.segments import SegmentsPart
from rewards.programme_files.parts.setups import (
    CAUSES,
    CHOSEN_DAYS,
    CONVERSIONS,
    EVENT_TYPES,
    MOMENTS,
    PLANS,
    QUESTS,
    RECOGNITION,
    REFERRAL,
)
from rewards.programme_files.parts.tiers import LaddersPart

PARTS: tuple[Part, ...] = (
    ProgrammePart(),
    CurrenciesPart(),
    CONVERSIONS,
    LaddersPart(),
    EVENT_TYPES,
    CHOSEN_DAYS,
    PLANS,
    CAUSES,
    RECOGNITION,
    MOMENTS,
    REFERRAL,
    SegmentsPart(),
    CampaignsPart(),
    RulesPart(),
    RewardsPart(),
    QUESTS,
)
"""In the order in which they are read and written: each is written when what it names is there."""

__all__ = ["PARTS", "Hand", "Part"]
