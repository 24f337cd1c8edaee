"""Definitions as a file writes them: amounts as 12.50 under a key without _minor, conditions as text. Pure.

What a definition may hold is known to its topic alone; here it is only turned from one way of writing into the other.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from rewards.earning.domain import expressions
from rewards.earning.domain.fields import Kind
from rewards.programme_files.domain.fields import (
    Fields,
    Plain,
    Spec,
    amount_text,
    decimals_of,
    minor_of,
    number_value,
    points_of,
    units_of,
)
from rewards.programme_files.domain.reading import Path

CONDITIONS = {"where": True, "when": False}
"""Whether each is asked of lines."""
EventKinds = Mapping[str, Mapping[str, Kind]]
"""The fields that events of each trigger have."""


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """How definitions of one kind are written: keys that are amounts (without _minor in a file), keys that are numbers."""

    amounts: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def definition_in(fields: Fields, own: set[str], currency: str, form: Form, kinds: EventKinds) -> dict[str, Any]:
    """Return the definition that a mapping holds beside the keys of its `own`; what cannot be read is a fault."""
    rest = {key: value for key, value in fields.given.items() if key not in own}
    read: dict[str, Any] = _Reading(fields, currency, form, kinds).mapping(fields.path, rest)
    return read


def written(definition: Mapping[str, Any], currency: str, form: Form) -> Spec:
    """Return a definition as a file writes it."""
    said: Spec = {}
    for key, value in definition.items():
        if key.endswith("_minor") and key.removesuffix("_minor") in form.amounts and type(value) is int:
            said[key.removesuffix("_minor")] = amount_text(value, currency)
        elif key in form.numbers:
            said[key] = number_value(value)
        elif key in CONDITIONS and isinstance(value, Mapping):
            said[key] = expressions.write(value, of_lines=CONDITIONS[key], decimals=decimals_of(currency))
        else:
            said[key] = _written(value, currency, form)
    return said


def in_units(fields: Fields, names: Mapping[str, str], scale: int) -> dict[str, Any]:
    """Return what a mapping says, with points as units under the names of its topic: {least: 0.5} as {least_units: 500}."""
    said = {key: value for key, value in fields.given.items() if key not in names}
    for key, topic in names.items():
        if topic in said:  # the topic's own name is none in a file
            fields.faults.unknown((*fields.path, topic), names)
        if key in fields.given and (points := fields.points(key, scale)) is not None:
            said[topic] = units_of(points, scale)
    return said


def in_points(said: Mapping[str, Any], names: Mapping[str, str], scale: int) -> Spec:
    """Return the same the other way about: {least_units: 500} as {least: 0.5}."""
    written_as = {topic: key for key, topic in names.items()}
    return {written_as.get(key, key): points_of(value, scale) if key in written_as else value for key, value in said.items()}


def _written(value: Any, currency: str, form: Form) -> Plain:
    if isinstance(value, Mapping):
        return written(value, currency, form)
    return [_written(one, currency, form) for one in value] if isinstance(value, list | tuple) else value


@dataclasses.dataclass(frozen=True, slots=True)
class _Reading:
    """Goes through what a file says, however deep; `fields` hears of the faults."""

    fields: Fields
    currency: str
    form: Form
    kinds: EventKinds

    def mapping(self, path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key, value in given.items():
            where = (*path, key)
            if key.endswith("_minor") and key.removesuffix("_minor") in self.form.amounts:
                self.fields.faults.unknown(where, self.form.amounts)
            if key in self.form.amounts and not isinstance(value, dict | list):
                amount = Fields(self.fields.faults, path, dict(given)).amount(key, self.currency)
                read[f"{key}_minor"] = minor_of(amount, self.currency) if amount is not None else 1
            elif key in self.form.numbers:
                read[key] = number_value(value)
            elif key in CONDITIONS and value is not None:
                read[key] = self.condition(where, value, of_lines=CONDITIONS[key], trigger=given.get("trigger"))
            else:
                read[key] = self.value(where, value)
        return read

    def value(self, path: Path, value: Any) -> Any:
        if isinstance(value, dict):
            return self.mapping(path, value)
        return [self.value((*path, place), one) for place, one in enumerate(value)] if isinstance(value, list) else value

    def condition(self, path: Path, text: Any, *, of_lines: bool, trigger: Any) -> Any:
        if not isinstance(text, str):
            self.fields.faults.add(path, "Write a condition as text, for example order.price >= 50.00.")
            return {}
        try:
            return expressions.read(text, of_lines=of_lines, decimals=decimals_of(self.currency), **self.event(trigger))
        except expressions.MalformedExpression as malformed:
            for error in malformed.errors:
                self.fields.faults.add(path, error.detail)
            return {}

    def event(self, trigger: Any) -> dict[str, Any]:
        return {"event": self.kinds[trigger]} if isinstance(trigger, str) and trigger in self.kinds else {}
