"""What is measured, and what comes of it. A group of measures runs ours and its floors in turn, round by round, in one go."""

import dataclasses
import statistics
from collections.abc import Callable, Sequence

from loyalty.shell.bench.scratch import Scratch


class UnknownMeasure(Exception):
    """No measure has this name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: rounds of each measure, seconds of each slot, movements in the large ledger."""

    rounds: int = 12
    seconds: float = 1.2
    movements: int = 500_000


@dataclasses.dataclass(frozen=True, slots=True)
class Rounds:
    """The figures of each round, of ours and of the floor, in the same unit. A floor of ones makes the figure itself the ratio."""

    ours: Sequence[float]
    floor: Sequence[float]
    detail: str

    @property
    def ratios(self) -> list[float]:
        return [ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)]


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A figure that is told, not judged by a ratio. `met` is None where there is no goal."""

    figure: str
    met: bool | None = None


Found = dict[str, Rounds | Report]


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. `aim` is the goal, `must` what may not be missed; a cost (`at_most`) meets them from below."""

    name: str
    title: str
    aim: float | None = None
    must: float | None = None
    at_most: bool = False

    def meets(self, bound: float | None, ratio: float) -> bool | None:
        """Whether a ratio meets a bound; None where there is none."""
        if bound is None:
            return None
        return ratio <= bound if self.at_most else ratio >= bound


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Measures that share one run: `run` answers the rounds of each by its name."""

    measures: Sequence[Measure]
    run: Callable[[Scratch, Scale], Found]

    def chosen(self, only: Sequence[str]) -> list[Measure]:
        """Return those whose name begins with one of the texts; all if there is none."""
        return [measure for measure in self.measures if not only or any(measure.name.startswith(text) for text in only)]


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a measure found: the median ratio with its interval, and whether it reaches the aim and what it must."""

    measure: Measure
    ratio: float | None
    low: float | None
    high: float | None
    reached: bool | None
    met: bool | None
    detail: str

    def as_json(self) -> dict[str, object]:
        values = {name: getattr(self, name) for name in ("ratio", "low", "high", "reached", "met", "detail")}
        return values | {"title": self.measure.title, "goal": self.measure.must, "aim": self.measure.aim, "at_most": self.measure.at_most}

    def as_row(self) -> str:
        """A row of the table in docs/benchmarks.md."""
        ratio = "" if self.ratio is None else f"{figure(self.ratio)} ({figure(self.low)} to {figure(self.high)})"
        sign = "≤" if self.measure.at_most else "≥"
        goal = "" if self.measure.aim is None else f"{sign} {figure(self.measure.aim)}"
        told = {True: "met", False: "missed", None: ""}[self.met if self.reached is None else self.reached]
        if self.met is False and self.measure.must is not None:
            told = f"**below {figure(self.measure.must)}**"
        return f"| `{self.measure.name}` | {self.measure.title} | {ratio} | {goal} | {told} | {self.detail} |"


def choose(groups: Sequence[Group], only: Sequence[str]) -> list[tuple[Group, list[Measure]]]:
    """Return the groups that have a chosen measure, each with its chosen ones. Raises: UnknownMeasure."""
    names = [measure.name for group in groups for measure in group.measures]
    unknown = [text for text in only if not any(name.startswith(text) for name in names)]
    if unknown:
        raise UnknownMeasure(f"There is no measure {', '.join(unknown)}. There are: {', '.join(names)}.")
    return [(group, measures) for group in groups if (measures := group.chosen(only))]


def judge(measure: Measure, found: Rounds | Report) -> Finding:
    """Judge the median of the rounds' ratios."""
    if isinstance(found, Report):
        return Finding(measure, None, None, None, None, found.met, found.figure)
    median = statistics.median(found.ratios)
    low, high = interval(found.ratios)
    return Finding(measure, median, low, high, measure.meets(measure.aim, median), measure.meets(measure.must, median), found.detail)


def interval(ratios: Sequence[float]) -> tuple[float, float]:
    """Return an interval that holds the median with about 95 % (order statistics: ranks 3 and 10 of twelve)."""
    ordered = sorted(ratios)
    cut = max(0, round(len(ordered) / 2 - 0.98 * len(ordered) ** 0.5) - 1)
    return ordered[cut], ordered[len(ordered) - 1 - cut]


def figure(value: float | None) -> str:
    """Write a ratio with the digits that mean something: 0.034, 0.68, 13.6, 512."""
    if value is None:
        return ""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3  # a scale of four steps
    return f"{value:,.{decimals}f}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
