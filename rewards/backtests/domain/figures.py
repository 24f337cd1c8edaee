"""Figures that add up: parts worked out apart come to the same as the whole. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

Figures = dict[str, Any]
"""Whole numbers by name, in any depth. Lists hold extremes: what stands at the ends of an order."""
Counted = Mapping[tuple[str, ...], int]
"""Whole numbers by all the names under which they stand: one look-up adds to one."""
MOST_EXTREMES = 20


def added(parts: Iterable[Figures]) -> Figures:
    """Add figures up, name by name; of lists the largest by their first entry are kept, without regard to sign."""
    total: Figures = {}
    for part in parts:
        _add(total, part)
    return total


def _add(total: Figures, part: Mapping[str, Any]) -> None:
    for name, value in part.items():
        if isinstance(value, Mapping):
            _add(total.setdefault(name, {}), value)
        elif isinstance(value, list):
            total[name] = extremes([*total.get(name, []), *value])
        else:
            total[name] = total.get(name, 0) + value


def extremes(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Keep the rows whose first number is farthest from 0; of equal ones those whose second entry comes first."""
    return sorted(rows, key=lambda row: (-abs(row[0]), str(row[1])))[:MOST_EXTREMES]


def nested(counted: Counted) -> Figures:
    """Return what was counted as figures."""
    figures: Figures = {}
    for (*names, last), value in counted.items():
        of = figures
        for name in names:
            of = of.setdefault(name, {})
        of[last] = value
    return figures
