"""The names that conditions may use, and of what kind each is. Nothing else can be asked. Pure."""

import enum
import re
from typing import NamedTuple


class Kind(enum.StrEnum):
    MONEY = "money"
    """Minor units of the programme's currency; written as an amount (12.50)."""
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    """A set of texts."""
    DAY = "day"


class Field(NamedTuple):
    name: str
    kind: Kind


LINE_FIELDS = {
    "category": Kind.TEXT,
    "sku": Kind.TEXT,
    "brand": Kind.TEXT,
    "flags": Kind.TEXTS,
    "price": Kind.MONEY,
    "paid": Kind.MONEY,
    "discount": Kind.MONEY,
    "quantity": Kind.NUMBER,
}
"""What can be asked of one line: amounts are those of the whole line."""

BASKET_FIELDS = {
    "order.price": Kind.MONEY,
    "order.paid": Kind.MONEY,
    "order.net": Kind.MONEY,
    "order.before_discount": Kind.MONEY,
    "order.items": Kind.NUMBER,
    "order.nth": Kind.NUMBER,
    "order.channel": Kind.TEXT,
    "order.store": Kind.TEXT,
    "order.codes": Kind.TEXTS,
    "order.tenders": Kind.TEXTS,
    "time.day": Kind.DAY,
    "time.weekday": Kind.TEXT,
    "time.hour": Kind.NUMBER,
    "time.month": Kind.NUMBER,
    "time.day_of_month": Kind.NUMBER,
    "time.week_of_month": Kind.NUMBER,
    "member.tier": Kind.TEXT,
    "member.days": Kind.NUMBER,
    "member.birthday_in": Kind.NUMBER,
    "member.birthday_ago": Kind.NUMBER,
    "member.segments": Kind.TEXTS,
    "member.plans": Kind.TEXTS,
    "member.referred_days": Kind.NUMBER,
}
"""What can be asked of the purchase, the time, the member. `order.nth` is 1 for a member's first purchase; `member.days` counts from
joining; `member.birthday_in` and `member.birthday_ago` count days to the next and since the last birthday;
`member.plans` are the codes of the paid memberships that hold on the day; `member.referred_days` counts from the day on which the member
named a friend's code."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

HISTORY = {"spend": Kind.MONEY, "purchases": Kind.NUMBER, "days": Kind.NUMBER, "categories": Kind.TEXTS}
CATEGORIES = "history.categories."
"""What was bought before, by category: those of the lines that did not come back whole, and all that stand above them."""
_HISTORY = re.compile(r"history\.(spend|purchases|days|categories)\.(?:([1-9][0-9]{0,2})d|month|year|lifetime)", re.ASCII)
_EVENT = re.compile(r"event\.[a-z][a-z0-9_]{0,39}", re.ASCII)
EVENT_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DAY, Kind.TEXTS)
_CAMPAIGN = re.compile(r"campaign\.[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_CHOSEN = re.compile(r"chosen_day\.[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_NAMED = re.compile(r"member\.(?:attributes|tiers)\.[a-z][a-z0-9_]{0,39}", re.ASCII)


def is_event_field(name: str) -> bool:
    """Tell whether this is a field of an event's payload: `event.distance`. Its kind stands where it is asked for."""
    return _EVENT.fullmatch(name) is not None


def field_of(name: str, event_kind: Kind | None = None) -> Field | None:
    """Return the field of the basket's surroundings with this name: fixed ones, `history.spend.30d`, `member.attributes.colour`.

    `member.tiers.CODE` is the tier of another ladder. `chosen_day.CODE` is `today` on the day that the member chose, on other days of the
    period the day that was chosen, and nothing without a choice. A field of an event is of the kind that is named beside it; without one it is a text.
    """
    if is_event_field(name):
        return Field(name, event_kind or Kind.TEXT)
    kind = BASKET_FIELDS.get(name)
    if kind is None and (window := _HISTORY.fullmatch(name)):
        kind = HISTORY[window[1]]
    if kind is None and any(one.fullmatch(name) for one in (_NAMED, _CAMPAIGN, _CHOSEN)):
        kind = Kind.TEXT
    return Field(name, kind) if kind else None


def line_field_of(name: str) -> Field | None:
    """Return the field of a line with this name."""
    kind = LINE_FIELDS.get(name)
    return Field(name, kind) if kind else None
