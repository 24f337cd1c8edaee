"""Cards, challenges and streaks: what fills them, how they stand, and what they give. Pure: no database, no clock."""

from rewards.quests.domain.definition import Counts, MalformedQuest, OnReturn, Prize, Quest, QuestKind, Step, parse_quest
from rewards.quests.domain.standing import Mark, Stand, Stretch, measure, stand

__all__ = [
    "Counts",
    "MalformedQuest",
    "Mark",
    "OnReturn",
    "Prize",
    "Quest",
    "QuestKind",
    "Stand",
    "Step",
    "Stretch",
    "measure",
    "parse_quest",
    "stand",
]
