"""The kinds of what can be set up, and how the definition of each is read. Pure."""

import enum
from collections.abc import Callable, Mapping
from typing import Any, Final

from rewards.causes.domain import parse_cause
from rewards.chosen_days.domain import parse_chosen_day
from rewards.conversions.domain import parse_conversion
from rewards.events.domain import parse_event_type, parse_moments
from rewards.plans.domain import parse_plan
from rewards.quests.domain import parse_quest
from rewards.recognition.domain import parse_recognition
from rewards.referrals.domain import parse_referral


class SetupKind(enum.StrEnum):
    EVENT_TYPE = "event_type"
    QUEST = "quest"
    REFERRAL = "referral"
    MOMENTS = "moments"
    CONVERSION = "conversion"
    CHOSEN_DAY = "chosen_day"
    PLAN = "plan"
    CAUSE = "cause"
    RECOGNITION = "recognition"


SINGLE: Final = {SetupKind.REFERRAL: "referral", SetupKind.MOMENTS: "moments", SetupKind.RECOGNITION: "recognition"}
"""Kinds of which a programme has one at most, with its code."""
PARSE: Final[Mapping[SetupKind, Callable[[Any], Any]]] = {
    SetupKind.EVENT_TYPE: parse_event_type,
    SetupKind.QUEST: parse_quest,
    SetupKind.REFERRAL: parse_referral,
    SetupKind.MOMENTS: parse_moments,
    SetupKind.CONVERSION: parse_conversion,
    SetupKind.CHOSEN_DAY: parse_chosen_day,
    SetupKind.PLAN: parse_plan,
    SetupKind.CAUSE: parse_cause,
    SetupKind.RECOGNITION: parse_recognition,
}


def parse(kind: SetupKind, definition: Any) -> Any:
    """Return the compiled definition: EventType, Quest, ReferralTerms, Moments, ConversionTerms, ChosenDayTerms, PlanTerms, CauseTerms or RecognitionTerms. Raises: Malformed with the faults by JSON pointer."""
    return PARSE[kind](definition)
