"""What is measured, and what comes of it. A measure runs ours and a floor in turn, round by round, in one go."""

import dataclasses
import statistics
from collections.abc import Callable, Sequence


@dataclasses.dataclass(frozen=True, slots=True)
class Rounds:
    """The figures of each round, of ours and of the floor, in the same unit (things a second)."""

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


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table: what must be reached, what is aimed at, and how it is measured in so many rounds."""

    name: str
    run: Callable[[int], Rounds | Report]
    must: float | None = None
    aim: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a measure found."""

    measure: Measure
    ratio: float | None
    low: float | None
    high: float | None
    met: bool | None
    detail: str

    def as_json(self) -> dict[str, object]:
        return {"ratio": self.ratio, "goal": self.measure.must, "aim": self.measure.aim, "met": self.met, "detail": self.detail}

    def as_row(self) -> str:
        """A row of the table in docs/benchmarks.md."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ({self.low:.2f} to {self.high:.2f})"
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        goals = ["" if goal is None else f"{goal:.2f}" for goal in (self.measure.must, self.measure.aim)]
        return f"| {self.measure.name} | {ratio} | {goals[0]} | {goals[1]} | {met} | {self.detail} |"


def find(measure: Measure, rounds: int) -> Finding:
    """Run a measure and judge its median against what must be reached."""
    found = measure.run(rounds)
    if isinstance(found, Report):
        return Finding(measure, None, None, None, found.met, found.figure)
    median = statistics.median(found.ratios)
    low, high = interval(found.ratios)
    met = None if measure.must is None else median >= measure.must
    return Finding(measure, median, low, high, met, found.detail)


def interval(ratios: Sequence[float]) -> tuple[float, float]:
    """Return an interval that holds the median with about 95 % (order statistics: ranks 3 and 10 of twelve)."""
    ordered = sorted(ratios)
    cut = max(0, round(len(ordered) / 2 - 0.98 * len(ordered) ** 0.5) - 1)
    return ordered[cut], ordered[len(ordered) - 1 - cut]
