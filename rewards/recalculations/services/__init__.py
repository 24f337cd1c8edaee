"""Ask for recalculations, decide on them, work them out, post them: the only code that writes them."""

from rewards.recalculations.services.planning import (
    AnotherPersonMustApproveRecalculation,
    NotKnownAfterwards,
    RecalculationDecided,
    RecalculationNotReady,
    RuleIsNoneOfThePast,
    approve_recalculation,
    refuse_recalculation,
    request_retroactive,
    request_undo,
)
from rewards.recalculations.services.preview import sweep
from rewards.recalculations.services.run import post, work_on_all

__all__ = [
    "AnotherPersonMustApproveRecalculation",
    "NotKnownAfterwards",
    "RecalculationDecided",
    "RecalculationNotReady",
    "RuleIsNoneOfThePast",
    "approve_recalculation",
    "post",
    "refuse_recalculation",
    "request_retroactive",
    "request_undo",
    "sweep",
    "work_on_all",
]
