"""What the sections of a file need to know of one another: names that are there, and names that are asked for. Pure."""

import dataclasses
import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from rewards.earning.domain.fields import Kind
from rewards.earning.domain.triggers import SYSTEM
from rewards.programme_files.domain.definitions import CONDITIONS
from rewards.programme_files.domain.fields import Faults
from rewards.programme_files.domain.reading import Path

TIER, LADDER, SEGMENT, CAMPAIGN, PLAN, CAUSE = "tier", "ladder", "segment", "campaign", "plan", "cause"
_OF_LADDER = "member.tiers."


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """Something that the file names, and where."""

    path: Path
    what: str
    code: str


@dataclasses.dataclass(slots=True)
class Outline:
    """What later sections need to know of earlier ones while a file is read."""

    currency: str = "EUR"
    scales: dict[str, int] = dataclasses.field(default_factory=dict)
    """The decimals of each point currency."""
    kinds: dict[str, str] = dataclasses.field(default_factory=dict)
    """What each point currency is for."""
    converted: set[str] = dataclasses.field(default_factory=set)
    """Currencies that a conversion takes from."""
    main: str = ""
    ladder: str = ""
    """The main ladder."""
    events: dict[str, Mapping[str, Kind]] = dataclasses.field(default_factory=lambda: dict(SYSTEM))
    """The fields of events, by trigger."""
    chosen_days: set[str] = dataclasses.field(default_factory=set)
    """Days that members choose."""
    rewards: set[str] = dataclasses.field(default_factory=set)
    lists: set[str] = dataclasses.field(default_factory=set)
    """Segments that are lists of members."""
    given_by: dict[str, str] = dataclasses.field(default_factory=dict)
    """The currency that the rules of each campaign give."""
    names: dict[str, set[str]] = dataclasses.field(default_factory=lambda: defaultdict(set))
    """What the file has: ladders, the tiers of each, segments, campaigns, plans, causes."""
    references: list[Reference] = dataclasses.field(default_factory=list)

    @property
    def tiers(self) -> set[str]:
        """The tiers of the main ladder."""
        return self.names[TIER]

    def scale(self, code: str | None = None) -> int:
        """Return the decimals of a currency, or of the main one; none of one that is not there, which is told elsewhere."""
        return self.scales.get(code or self.main, 0)

    def scale_of_campaign(self, code: str) -> int:
        return self.scale(self.given_by.get(code))

    def refer(self, path: Path, what: str, code: str) -> None:
        self.references.append(Reference(path, what, code))

    def refer_all(self, definition: Mapping[str, Any], path: Path) -> None:
        """Note what the conditions of a definition name, however deep they lie."""
        for where, tree in _conditions_in(definition, path):
            for what, code in _named(tree):
                self.refer(where, what, code)

    def check(self, faults: Faults) -> None:
        """Refuse what the file names and does not have."""
        for one in self.references:
            known = self.names.get(one.what, set())
            if one.code not in known:
                near = difflib.get_close_matches(one.code, known, 1, 0.6)
                faults.add(one.path, f"The file has no {one.what} {one.code}.{f' Did you mean {near[0]}?' if near else ''}")


def tier_of(ladder: str) -> str:
    """Return what a tier of another ladder than the main one is."""
    return f"tier of {ladder}"


def _conditions_in(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in CONDITIONS:
                yield (*path, key), inner
            else:
                yield from _conditions_in(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _conditions_in(inner, (*path, place))


def _named(tree: Any) -> Iterator[tuple[str, str]]:
    """Return what a condition names; its text has been read, so that it is a tree."""
    if not isinstance(tree, Mapping):
        return
    for key in ("all", "any", "none"):
        for part in tree.get(key, ()):
            yield from _named(part)
    field, value = str(tree.get("field", "")), tree.get("value")
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if field == "member.segments":
        yield from ((SEGMENT, code) for code in values)
    elif field == "member.plans":
        yield from ((PLAN, code) for code in values)
    elif field == "member.tier":
        yield from ((TIER, code) for code in values)
    elif field.startswith(_OF_LADDER):
        ladder = field.removeprefix(_OF_LADDER)
        yield LADDER, ladder
        yield from ((tier_of(ladder), code) for code in values)
