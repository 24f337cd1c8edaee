"""What changes when one state of a programme follows another. Pure."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from rewards.programme_files.domain.reading import Path, dotted

Sections = Mapping[str, Mapping[str, dict[str, Any]]]
"""Specs by code, by section."""


class Turn(enum.StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"


@dataclasses.dataclass(frozen=True, slots=True)
class Leaf:
    """One value that differs; None is: not said."""

    path: Path
    was: Any
    now: Any

    @property
    def name(self) -> str:
        return dotted(self.path)


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What happens to one thing of a section."""

    section: str
    code: str
    turn: Turn
    was: dict[str, Any]
    now: dict[str, Any]

    @property
    def leaves(self) -> list[Leaf]:
        return leaves_between(self.was, self.now)

    @property
    def keys(self) -> set[str]:
        """The first names of what differs."""
        return {str(leaf.path[0]) for leaf in self.leaves}


def changes_between(live: Sections, wanted: Sections) -> list[Change]:
    """Return what to do, section by section in the order of `wanted`, each sorted by code within its turn."""
    found = []
    for section, now in wanted.items():
        was = live.get(section, {})
        found += [Change(section, code, Turn.ADDED, {}, now[code]) for code in now if code not in was]
        found += [Change(section, code, Turn.CHANGED, was[code], now[code]) for code in now if code in was and was[code] != now[code]]
        found += [Change(section, code, Turn.ENDED, was[code], {}) for code in was if code not in now]
    return found


def leaves_between(was: Any, now: Any, path: Path = ()) -> list[Leaf]:
    """Return every value that differs, however deep it lies; lists of plain values are compared as one."""
    if was == now:
        return []
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        names = [*was, *(name for name in now if name not in was)]
        return [leaf for name in names for leaf in leaves_between(was.get(name), now.get(name), (*path, name))]
    if isinstance(was, list) and isinstance(now, list) and any(isinstance(one, Mapping) for one in (*was, *now)):
        longest = max(len(was), len(now))
        pairs = zip(was + [None] * (longest - len(was)), now + [None] * (longest - len(now)), strict=True)
        return [leaf for place, (one, other) in enumerate(pairs) for leaf in leaves_between(one, other, (*path, place))]
    if isinstance(now, Mapping) and now and was is None:
        return [leaf for name, value in now.items() for leaf in leaves_between(None, value, (*path, name))]
    if isinstance(was, Mapping) and was and now is None:
        return [leaf for name, value in was.items() for leaf in leaves_between(value, None, (*path, name))]
    return [Leaf(path, was, now)]
