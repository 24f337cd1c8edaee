"""What a recalculation may be, how it stands, and what a rule may ask of the past. Pure."""

import enum
from collections.abc import Collection

from rewards.earning.domain import GroupMode, Rule
from rewards.earning.domain.basket import RECKONED
from rewards.earning.domain.rules import asks_lines


class RecalculationKind(enum.StrEnum):
    UNDO = "undo"
    """Rules are struck from purchases that they counted for."""
    RETROACTIVE = "retroactive"
    """A rule is added to purchases that were made before it was written."""


class ResultKind(enum.StrEnum):
    """What became of an item."""

    POSTED = "posted"
    UNCHANGED = "unchanged"
    """Something else has changed the purchase since the preview, so that nothing was left to do."""


_FORGOTTEN = ("order.codes", "order.tenders", "order.nth")
_FORGOTTEN_BEGIN = "history."


def asked_too_late(rule: Rule) -> list[str]:
    """Return what the rule asks for that is not stored with purchases, so that nobody can tell it for the past."""
    return sorted(name for name in rule.when.fields() if name in _FORGOTTEN or name.startswith(_FORGOTTEN_BEGIN))


def may_rise(rule: Rule) -> bool:
    """Whether the rule may give more, or keep another rule from giving, when less is kept of a purchase."""
    asked: Collection[str] = rule.when.fields()
    return rule.mode is not GroupMode.ALL or any(name in RECKONED for name in asked) or asks_lines(rule.definition.get("when"))
