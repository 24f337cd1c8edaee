"""What stands in the way of sending points, and how people are named to one another. Pure."""

import dataclasses
import datetime as dt
import enum

LIMIT_WINDOW = dt.timedelta(days=30)
MOST_LOOKUPS_AN_HOUR = 10
LOOKUPS_KEPT = dt.timedelta(hours=1)
NOTE_SYMBOLS = 500
_HIDDEN = "•••"


class Obstacle(enum.StrEnum):
    """Why points cannot be sent; the code of the refusal."""

    NOT_OFFERED = "transfers_not_offered"
    MEMBER_NOT_ACTIVE = "member_not_active"
    TOO_NEW = "member_too_new"
    TOO_FEW = "transfer_too_small"
    TOO_MANY = "transfer_too_large"
    TOO_SOON = "transfer_too_soon"
    LIMIT_REACHED = "transfer_limit_reached"


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """A currency's terms for sending points; None is no limit."""

    is_offered: bool
    least_units: int
    most_units: int | None
    most_units_30_days: int | None
    after_days: int
    every_hours: int


@dataclasses.dataclass(frozen=True, slots=True)
class Sender:
    """Who wants to send: since when a member, the last transfer, and the points sent in the last 30 days (without what was undone)."""

    is_active: bool
    joined_at: dt.datetime
    last_at: dt.datetime | None
    sent_units: int


def obstacle(rules: Rules, sender: Sender, units: int, at: dt.datetime) -> Obstacle | None:
    """Name the first thing that stands in the way of sending so many points now."""
    hindrances = (
        (Obstacle.NOT_OFFERED, not rules.is_offered),
        (Obstacle.MEMBER_NOT_ACTIVE, not sender.is_active),
        (Obstacle.TOO_NEW, at < may_send_from(rules, sender)),
        (Obstacle.TOO_FEW, units < rules.least_units),
        (Obstacle.TOO_MANY, rules.most_units is not None and units > rules.most_units),
        (Obstacle.TOO_SOON, at < may_send_again_at(rules, sender)),
        (Obstacle.LIMIT_REACHED, rules.most_units_30_days is not None and units > left_in_window(rules, sender)),
    )
    return next((found for found, stands in hindrances if stands), None)


def may_send_from(rules: Rules, sender: Sender) -> dt.datetime:
    return sender.joined_at + dt.timedelta(days=rules.after_days)


def may_send_again_at(rules: Rules, sender: Sender) -> dt.datetime:
    return sender.last_at + dt.timedelta(hours=rules.every_hours) if sender.last_at else sender.joined_at


def left_in_window(rules: Rules, sender: Sender) -> int:
    """Return how many points may still be sent in these 30 days; call it where there is a limit."""
    assert rules.most_units_30_days is not None
    return max(0, rules.most_units_30_days - sender.sent_units)


def masked_name(given: str, family: str) -> str:
    """Return a name that who knows the person recognises and nobody else learns: A••• L•••."""
    return " ".join(f"{part[:1]}{_HIDDEN}" for part in (given, family) if part) or _HIDDEN
