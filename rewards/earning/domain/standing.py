"""How a purchase stands to a campaign, and the condition that each rule of a campaign begins with. Pure."""

import dataclasses
import enum
from typing import Any

from rewards.earning.domain.conditions import Miss, Sight

PREFIX = "campaign."


class Standing(enum.StrEnum):
    """What the fact `campaign.CODE` may be: kept with the purchase, so that a return is judged by the same."""

    IN = "in"
    NOT_BEGUN = "not_begun"
    OVER = "over"
    PAUSED = "paused"
    BLACKOUT = "blackout"
    NOT_ASKED = "not_asked"
    HOLDOUT = "holdout"
    NOT_CLIPPED = "not_clipped"


@dataclasses.dataclass(frozen=True, slots=True)
class InCampaign:
    """Holds for who may use the campaign. Nobody reads that somebody was held out: to them the offer was not made."""

    code: str

    @property
    def field(self) -> str:
        return PREFIX + self.code

    def miss(self, seen: Sight) -> Miss | None:
        found = seen.value(self.field)
        if found == Standing.IN:
            return None
        told = Standing.NOT_ASKED.value if found == Standing.HOLDOUT else found
        return Miss({"field": self.field, "op": "eq", "value": Standing.IN.value}, told)

    def fields(self) -> frozenset[str]:
        return frozenset({self.field})


def campaign_of(wanted: Any) -> str:
    """Return the campaign whose condition this is, or nothing."""
    name = wanted.get("field", "")
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else ""
