"""The only code that writes ladders, what is counted for them, and who stands where."""

from rewards.tiers.services.awards import (
    AnotherPersonMustDecideOnAward,
    AwardDecided,
    AwardEndsTooSoonOrLate,
    MemberIsClosed,
    UnknownTier,
    grant_award,
    refuse_award,
    request_award,
)
from rewards.tiers.services.checks import reperform
from rewards.tiers.services.days import judge_day, programmes_with_ladders
from rewards.tiers.services.versions import (
    FROM_THE_BEGINNING,
    AnotherPersonMustApproveLadder,
    LadderAlreadyApproved,
    LadderIsNotNew,
    TiersChangePlaces,
    approve_ladder,
    write_first_ladder,
    write_ladder_version,
)
from rewards.tiers.services.years import (
    COUNT,
    DailySpend,
    MemberInYear,
    Spend,
    TiersDoNotRise,
    TierTerms,
    note_turns,
    open_ladder,
    plain_definition,
    record_spend,
)

__all__ = [
    "COUNT",
    "FROM_THE_BEGINNING",
    "AnotherPersonMustApproveLadder",
    "AnotherPersonMustDecideOnAward",
    "AwardDecided",
    "AwardEndsTooSoonOrLate",
    "DailySpend",
    "LadderAlreadyApproved",
    "LadderIsNotNew",
    "MemberInYear",
    "MemberIsClosed",
    "Spend",
    "TierTerms",
    "TiersChangePlaces",
    "TiersDoNotRise",
    "UnknownTier",
    "approve_ladder",
    "grant_award",
    "judge_day",
    "note_turns",
    "open_ladder",
    "plain_definition",
    "programmes_with_ladders",
    "record_spend",
    "refuse_award",
    "reperform",
    "request_award",
    "write_first_ladder",
    "write_ladder_version",
]
