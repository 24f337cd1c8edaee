"""Examples as they have been read: what happens on which day, and what must be so afterwards."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from rewards.programme_files.domain.reading import Path

NOON = dt.time(12)


@dataclasses.dataclass(frozen=True, slots=True)
class Expectation:
    """One figure that must be so after a step."""

    path: Path
    name: str
    wanted: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One act on a day, by a member, and what is so afterwards."""

    path: Path
    act: str
    given: Mapping[str, Any]
    on: dt.date
    who: str
    name: str
    expectations: tuple[Expectation, ...]
    time: dt.time = NOON


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    path: Path
    name: str
    begins_on: dt.date
    steps: tuple[Step, ...]
