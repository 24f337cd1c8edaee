"""What a campaign says, who is held out of it, and for how much its budget has room. Pure."""

import dataclasses
import datetime as dt
import enum
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from loyalty.kit.money import half_up
from loyalty.kit.problems import FieldError, Malformed
from rewards.earning.domain.conditions import plain_number
from rewards.earning.domain.standing import Standing
from rewards.segments.domain import CODE

MOST_BLACKOUTS = 366
MOST_FIGURE = 10**15
_KEYS = {"first_on", "last_on", "blackout", "segment", "needs_clip", "holdout_percent", "goal", "budget"}
_PARTS = 10_000


class MalformedCampaign(Malformed):
    code = "malformed_campaign"


class State(enum.StrEnum):
    """What colleagues said of a campaign; its days decide the rest."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Metric(enum.StrEnum):
    """What a goal counts."""

    MEMBERS = "members"
    """Members who got something from it."""
    USES = "uses"
    """Purchases that it counted for."""
    INCREMENTAL_SPEND = "incremental_spend"
    """What members spent more than the holdout, in minor units."""


@dataclasses.dataclass(frozen=True, slots=True)
class Goal:
    metric: Metric
    figure: int
    words: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Budget:
    """The most that a campaign may give altogether; None: no limit of this kind."""

    units: int | None = None
    cost_minor: int | None = None
    uses: int | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(field.name for field in dataclasses.fields(self) if getattr(self, field.name) is not None)

    def __bool__(self) -> bool:
        return bool(self.kinds)


@dataclasses.dataclass(frozen=True, slots=True)
class Used:
    """What a campaign has given: points, their expected cost, purchases."""

    units: int = 0
    cost_minor: int = 0
    uses: int = 0

    def __add__(self, other: "Used") -> "Used":
        return Used(self.units + other.units, self.cost_minor + other.cost_minor, self.uses + other.uses)


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """One version of a campaign, read and checked."""

    first_on: dt.date
    last_on: dt.date
    blackout: frozenset[dt.date]
    segment: str
    needs_clip: bool
    holdout_percent: Decimal
    goal: Goal | None
    budget: Budget


def read_campaign(definition: Mapping[str, Any]) -> Terms:
    """Read a definition. Raises: MalformedCampaign, naming each wrong key.

    Keys: first_on, last_on (days, both included); optional blackout (list of days), segment (a code; none: everybody), needs_clip,
    holdout_percent (0 to 50, default 10, at most two decimals), goal {metric, figure, words}, budget {units | cost_minor | uses}.
    """
    reader = _Reader(definition)
    terms = reader.terms()
    if reader.errors:
        raise MalformedCampaign("Correct the marked fields of the campaign.", errors=reader.errors)
    return terms


class _Reader:
    """Reads one definition and collects what is wrong with it."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.given = definition
        self.errors: list[FieldError] = []

    def wrong(self, pointer: str, code: str, detail: str) -> None:
        self.errors.append(FieldError(pointer, code, detail))

    def terms(self) -> Terms:
        for key in sorted(set(self.given) - _KEYS):
            self.wrong(f"/{key}", "unknown", f"A campaign has no {key}.")
        first_on, last_on = (self.day(f"/{key}", self.given.get(key)) for key in ("first_on", "last_on"))
        if last_on < first_on:
            self.wrong("/last_on", "out_of_order", "A campaign cannot end before it begins.")
        return Terms(first_on, last_on, self.blackout(), self.segment(), self.needs_clip(), self.holdout(), self.goal(), self.budget())

    def day(self, pointer: str, value: Any) -> dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(pointer, "malformed", "Write a day as 2026-05-31.")
            return dt.date.min

    def blackout(self) -> frozenset[dt.date]:
        given = self.given.get("blackout", [])
        if not isinstance(given, list) or len(given) > MOST_BLACKOUTS:
            self.wrong("/blackout", "not_a_list", f"Write a list of at most {MOST_BLACKOUTS} days.")
            return frozenset()
        return frozenset(self.day(f"/blackout/{place}", value) for place, value in enumerate(given))

    def segment(self) -> str:
        given = self.given.get("segment", "")
        if not isinstance(given, str) or (given and not CODE.fullmatch(given)):
            self.wrong("/segment", "malformed", "Write the code of a segment.")
            return ""
        return given

    def needs_clip(self) -> bool:
        given = self.given.get("needs_clip", False)
        if not isinstance(given, bool):
            self.wrong("/needs_clip", "not_a_flag", "Write true or false.")
        return given is True

    def holdout(self) -> Decimal:
        number = plain_number(self.given.get("holdout_percent", 10))
        if number is None or not 0 <= number <= 50 or number != round(number, 2):
            self.wrong("/holdout_percent", "out_of_range", "Write a number from 0 to 50 with at most two decimals.")
            return Decimal(0)
        return number

    def goal(self) -> Goal | None:
        given = self.given.get("goal")
        if given is None:
            return None
        if not isinstance(given, Mapping) or not {"metric", "figure"} <= set(given) <= {"metric", "figure", "words"}:
            self.wrong("/goal", "malformed", "Write metric, figure and, if you like, words.")
            return None
        metric, words = given["metric"], given.get("words", "")
        if not isinstance(metric, str) or metric not in set(Metric):
            self.wrong("/goal/metric", "unknown", f"Choose one of {', '.join(Metric)}.")
        if not isinstance(words, str) or len(words) > 300 or "\0" in words:
            self.wrong("/goal/words", "malformed", "Write a text of at most 300 characters.")
        figure = self.whole("/goal/figure", given["figure"])
        return None if self.errors else Goal(Metric(metric), figure, words)

    def budget(self) -> Budget:
        given = self.given.get("budget", {})
        kinds = {"units", "cost_minor", "uses"}
        if not isinstance(given, Mapping) or not set(given) <= kinds:
            self.wrong("/budget", "malformed", "Write units, cost_minor, uses, or some of them.")
            return Budget()
        return Budget(**{kind: self.whole(f"/budget/{kind}", given[kind]) for kind in sorted(kinds & set(given))})

    def whole(self, pointer: str, value: Any) -> int:
        if type(value) is not int or not 1 <= value <= MOST_FIGURE:
            self.wrong(pointer, "out_of_range", "Write a whole number above 0.")
            return 1
        return value


def is_held_out(key: bytes, member: uuid.UUID, percent: Decimal) -> bool:
    """Tell whether a member belongs to the holdout: by a keyed hash (HMAC-SHA-256), so for ever the same and known before any exposure."""
    digest = hmac.new(key, member.bytes, hashlib.sha256).digest()
    return int.from_bytes(digest, "big") % _PARTS < percent * 100


def standing_on(terms: Terms, state: State, day: dt.date, *, is_asked: bool, is_held_out: bool, has_clipped: bool) -> Standing:
    """Say how a purchase of a member on a day stands to a campaign; `is_asked`: the member belongs to its segment."""
    reasons = (
        (state is State.ENDED or day > terms.last_on, Standing.OVER),
        (day < terms.first_on, Standing.NOT_BEGUN),
        (state is State.PAUSED, Standing.PAUSED),
        (day in terms.blackout, Standing.BLACKOUT),
        (not is_asked, Standing.NOT_ASKED),
        (is_held_out, Standing.HOLDOUT),
        (terms.needs_clip and not has_clipped, Standing.NOT_CLIPPED),
    )
    return next((standing for holds, standing in reasons if holds), Standing.IN)


def room_of(budget: Budget, used: Used, ssp: Decimal) -> int:
    """Return how many units one more purchase may be given; `ssp` is what a unit is expected to cost, in minor units. Rounds down."""
    if budget.uses is not None and used.uses >= budget.uses:
        return 0
    rooms = [MOST_FIGURE]
    if budget.units is not None:
        rooms.append(budget.units - used.units)
    if budget.cost_minor is not None and ssp > 0:
        rooms.append(int(((budget.cost_minor - used.cost_minor) / ssp).to_integral_value(ROUND_DOWN)))
    return max(0, min(rooms))


def cost_of(units: int, ssp: Decimal) -> int:
    """Return the expected cost of points in minor units, rounded half up."""
    return half_up(units * ssp)


def cost_left(was: Used, units: int) -> int:
    """Return the cost of what is left of a purchase's points, in proportion, rounded half up; all of it with all of the points."""
    return half_up(Fraction(was.cost_minor * units, was.units)) if was.units else 0


def is_used_up(budget: Budget, used: Used) -> bool:
    """Tell whether nothing more can be given, whatever it costs."""
    limits = ((budget.units, used.units), (budget.cost_minor, used.cost_minor), (budget.uses, used.uses))
    return any(most is not None and gone >= most for most, gone in limits)
