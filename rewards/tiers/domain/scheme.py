"""A version of a tier ladder as it runs: what counts, over which time, and what each tier asks. Pure."""

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from typing import Any

from rewards.earning.domain.conditions import ALWAYS, Condition

PIECES = 1_000
"""Elements are counted in thousandths: quantities have three decimals."""


class MetricKind(enum.StrEnum):
    SPEND = "spend"
    UNITS = "units"
    VISITS = "visits"
    ELEMENTS = "elements"


class WindowKind(enum.StrEnum):
    CALENDAR_YEAR = "calendar_year"
    ROLLING = "rolling"
    ANNIVERSARY = "anniversary"
    """The member's year, from the day of joining."""
    MEMBERSHIP_YEAR = "membership_year"
    """The member's year; reaching or keeping a tier begins a new one with nothing counted."""
    LIFETIME = "lifetime"


class KeepsKind(enum.StrEnum):
    END_OF_YEAR = "end_of_year"
    END_OF_NEXT_YEAR = "end_of_next_year"
    MONTHS = "months"


class DowngradeKind(enum.StrEnum):
    FULL = "full"
    """To the tier that what was counted gives."""
    ONE_STEP = "one_step"
    """One step down for a period, then to the tier that what was counted gives."""
    SOFT_LANDING = "soft_landing"
    """One step down each period."""
    NONE = "none"


class Base(enum.StrEnum):
    FIRST_PURCHASE = "first_purchase"
    JOINING = "joining"


@dataclasses.dataclass(frozen=True, slots=True)
class Metric:
    """Something that counts; `key` names what is counted day by day, the same for all ladders that count alike."""

    name: str
    kind: MetricKind
    key: str
    currency: str = ""
    of_days: bool = False
    where: Condition = ALWAYS
    tree: Any = None


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    kind: WindowKind
    days: int = 0
    months: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Keeps:
    kind: KeepsKind
    months: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Downgrade:
    kind: DowngradeKind
    grace_days: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Threshold:
    """So much of each metric (`needs_all`) or of one of them, in counted units."""

    needs_all: bool
    least: tuple[tuple[str, int], ...]

    @property
    def asks_nothing(self) -> bool:
        return all(amount == 0 for _name, amount in self.least) if self.needs_all else any(amount == 0 for _name, amount in self.least)

    def is_met(self, found: Mapping[str, int]) -> bool:
        met = (found[name] >= amount for name, amount in self.least)
        return all(met) if self.needs_all else any(met)


@dataclasses.dataclass(frozen=True, slots=True)
class Benefit:
    """What a tier entitles to: a code for shops, words for people."""

    code: str
    text: str
    other_texts: Mapping[str, str]

    def text_in(self, locale: str) -> str:
        return self.other_texts.get(locale, self.text)


@dataclasses.dataclass(frozen=True, slots=True)
class Level:
    """A tier of the version. Without `reach` it is only given by hand."""

    code: str
    name: str
    other_names: Mapping[str, str]
    reach: Threshold | None
    keep: Threshold | None
    benefits: tuple[Benefit, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Scheme:
    """A checked version of a ladder: `levels` lowest first."""

    metrics: Mapping[str, Metric]
    window: Window
    keeps: Keeps
    downgrade: Downgrade
    base: Base
    levels: tuple[Level, ...]
    definition: Mapping[str, Any]

    @property
    def plain_keys(self) -> list[int] | None:
        """The thresholds of a plain ladder, lowest first: gross spend of a calendar year, kept as reached. None for any other."""
        [*metrics] = self.metrics.values()
        plain = (
            [metric.key for metric in metrics] == ["gross"]
            and self.window.kind is WindowKind.CALENDAR_YEAR
            and self.keeps.kind is not KeepsKind.MONTHS
            and self.downgrade == Downgrade(DowngradeKind.FULL)
            and self.base is Base.FIRST_PURCHASE
            and all(level.reach is not None and level.keep == level.reach for level in self.levels)
        )
        return [level.reach.least[0][1] for level in self.levels if level.reach] if plain else None


def order_with(order: Sequence[str], codes: Sequence[str]) -> list[str]:
    """Return the tiers that a ladder has or had, and those of a version, from the lowest up: a new one stands above the one before it."""
    merged, place = list(order), 0
    for code in codes:
        if code not in merged:
            merged.insert(place, code)
        place = merged.index(code) + 1
    return merged
