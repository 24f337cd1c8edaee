"""Conditions are a tree of plain data, checked and compiled once per rule version. Pure; nothing is ever executed from text.

A node is one of
    {"all": [...]}, {"any": [...]}, {"none": [...]}                                 of other nodes
    {"field": "order.price", "op": "ge", "value": 5000}                             a comparison
    {"field": "event.distance", "kind": "number", "op": "ge", "value": 5}           ... with a field of an event, which names its kind
    {"lines": "count", "where": node, "op": "ge", "value": 2}                       how many lines meet a condition
    {"lines": "sum" | "least" | "most", "of": "quantity", "where": ..., "op": ..., "value": ...}
    {"lines": "any" | "every" | "no", "where": node}
Money stands in minor units, days as ISO texts, numbers as whole numbers or decimal texts.
"""

import dataclasses
import datetime as dt
import math
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from loyalty.kit.problems import FieldError
from loyalty.kit.sentences import gettext as _
from rewards.earning.domain.basket import Basket, Line, Value
from rewards.earning.domain.fields import EVENT_KINDS, Field, Kind, field_of, is_event_field, line_field_of

Tree = Mapping[str, Any]
MOST_NODES = 100
MOST_DEPTH = 6
MOST_VALUES = 1_000
MOST_TEXT = 100
_DIGITS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)

_ORDERED = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
OPERATORS: dict[Kind, tuple[str, ...]] = {
    Kind.MONEY: tuple(_ORDERED),
    Kind.NUMBER: tuple(_ORDERED),
    Kind.DAY: tuple(_ORDERED),
    Kind.TEXT: ("eq", "ne", "in", "not_in", "under"),
    Kind.TEXTS: ("has", "lacks"),
}
"""What can be asked of a field of each kind. `under` holds for a category and all that stand below it: food/bread is under food."""

COUNTS = ("count", "sum", "least", "most")
QUANTIFIERS = ("any", "every", "no", *COUNTS)


class Miss(NamedTuple):
    """Why a condition did not hold: the node that failed, what was found, and how much was missing where that can be said."""

    wanted: Tree
    found: Value | None
    missing: int | Decimal | None = None

    def as_json(self) -> dict[str, Any]:
        found = sorted(self.found) if isinstance(self.found, frozenset) else self.found
        plain = found if found is None or isinstance(found, str | int | list) else str(found)
        told = {"wanted": dict(self.wanted), "found": plain}
        return told if self.missing is None else told | {"missing": self.missing if isinstance(self.missing, int) else str(self.missing)}


class Sight(Protocol):
    """What a comparison looks at: a basket or one line."""

    def value(self, name: str) -> Value | None: ...


class Condition(Protocol):
    """A compiled node."""

    def miss(self, seen: Any) -> Miss | None:
        """Return why the node does not hold, or None when it does."""

    def fields(self) -> frozenset[str]:
        """The fields of the surroundings that the node asks for."""


@dataclasses.dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]

    def miss(self, seen: Any) -> Miss | None:
        return next((miss for part in self.parts if (miss := part.miss(seen)) is not None), None)

    def fields(self) -> frozenset[str]:
        return _fields_of(self.parts)


@dataclasses.dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def miss(self, seen: Any) -> Miss | None:
        misses = [part.miss(seen) for part in self.parts]
        return None if None in misses else misses[0]

    def fields(self) -> frozenset[str]:
        return _fields_of(self.parts)


@dataclasses.dataclass(frozen=True, slots=True)
class NoneOf:
    parts: tuple[Condition, ...]
    trees: tuple[Tree, ...]

    def miss(self, seen: Any) -> Miss | None:
        for part, tree in zip(self.parts, self.trees, strict=True):
            if part.miss(seen) is None:
                return Miss({"none": [tree]}, None)
        return None

    def fields(self) -> frozenset[str]:
        return _fields_of(self.parts)


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    tree: Tree
    name: str
    kind: Kind
    op: str
    value: Any
    is_of_line: bool

    def miss(self, seen: Sight) -> Miss | None:
        found = seen.value(self.name)
        if found is None:
            return None if self.op in ("ne", "not_in", "lacks") else Miss(self.tree, None)
        return None if _holds(self.op, found, self.value) else Miss(self.tree, found, _missing(self.op, found, self.value))

    def fields(self) -> frozenset[str]:
        """A question for one segment asks for this segment only."""
        if self.name == "member.segments":
            return frozenset({self.name, f"{self.name}.{self.value}"})
        return frozenset() if self.is_of_line else frozenset({self.name})


@dataclasses.dataclass(frozen=True, slots=True)
class OfLines:
    """A question to all lines of a basket."""

    tree: Tree
    quantifier: str
    where: Condition
    of: str
    op: str
    value: Any

    def miss(self, seen: Basket) -> Miss | None:
        meeting = [line for line in seen.lines if self.where.miss(line) is None]
        if self.quantifier in COUNTS:
            return self._compare(meeting)
        holds = {"any": bool(meeting), "every": len(meeting) == len(seen.lines), "no": not meeting}[self.quantifier]
        return None if holds else Miss(self.tree, len(meeting))

    def _compare(self, lines: Sequence[Line]) -> Miss | None:
        if self.quantifier == "count":
            found: Any = len(lines)
        else:
            values: list[Any] = [line.value(self.of) for line in lines] or [0]
            found = sum(values) if self.quantifier == "sum" else min(values) if self.quantifier == "least" else max(values)
        return None if _holds(self.op, found, self.value) else Miss(self.tree, found, _missing(self.op, found, self.value))

    def fields(self) -> frozenset[str]:
        return self.where.fields()


ALWAYS = AllOf(())


def compile_condition(tree: Any, *, of_lines: bool, pointer: str) -> tuple[Condition, list[FieldError]]:
    """Check a tree and make it runnable; `of_lines`: it is asked of single lines. Returns it with what is wrong, each by pointer."""
    compiler = _Compiler(of_lines)
    condition = compiler.node(tree, pointer, 1)
    return condition, compiler.errors


def kind_of(tree: Tree) -> Kind:
    """Return of what kind the values of a comparison, or of a question to the lines, are."""
    if "lines" in tree:
        of = line_field_of(tree["of"]) if tree["lines"] in ("sum", "least", "most") else None
        return of.kind if of else Kind.NUMBER
    name = tree.get("field", "")
    field = field_of(name, Kind(tree["kind"]) if "kind" in tree else None) or line_field_of(name)
    return field.kind if field else Kind.TEXT


class _Compiler:
    """Walks a tree once, counting its nodes, and collects what is wrong."""

    def __init__(self, of_lines: bool) -> None:
        self.of_lines = of_lines
        self.errors: list[FieldError] = []
        self.nodes = 0

    def wrong(self, pointer: str, code: str, detail: str) -> Condition:
        self.errors.append(FieldError(pointer, code, detail))
        return ALWAYS

    def node(self, tree: Any, pointer: str, depth: int) -> Condition:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > MOST_DEPTH:
            return self.too_large(pointer, depth)
        if not isinstance(tree, Mapping):
            return self.wrong(pointer, "not_a_condition", _("Write a condition."))
        keys = set(tree)
        if len(keys) == 1 and keys <= {"all", "any", "none"}:
            return self.group(tree, pointer, depth)
        if keys - {"kind"} == {"field", "op", "value"}:
            return self.comparison(tree, pointer)
        if "lines" in tree and not self.of_lines and keys <= {"lines", "of", "where", "op", "value"}:
            return self.lines(tree, pointer, depth)
        return self.wrong(pointer, "not_a_condition", _("Write all, any, none, a field with op and value, or a question to the lines."))

    def too_large(self, pointer: str, depth: int) -> Condition:
        """Say it once."""
        if self.nodes == MOST_NODES + 1 or depth == MOST_DEPTH + 1:
            self.wrong(
                pointer,
                "too_large",
                _("A condition has at most %(parts)s parts, nested %(deep)s deep.") % {"parts": MOST_NODES, "deep": MOST_DEPTH},
            )
        return ALWAYS

    def group(self, tree: Tree, pointer: str, depth: int) -> Condition:
        [(kind, parts)] = tree.items()
        if not isinstance(parts, list) or not parts:
            return self.wrong(f"{pointer}/{kind}", "not_a_list", _("Write a list of conditions."))
        compiled = tuple(self.node(part, f"{pointer}/{kind}/{place}", depth + 1) for place, part in enumerate(parts))
        if kind == "none":
            return NoneOf(compiled, tuple(parts))
        return AllOf(compiled) if kind == "all" else AnyOf(compiled)

    def comparison(self, tree: Tree, pointer: str) -> Condition:
        name = tree["field"]
        field = self.field(tree, name) if isinstance(name, str) else None
        if field is None:
            return self.wrong(f"{pointer}/field", "unknown", _("There is no field %(name)s.") % {"name": str(name)[:MOST_TEXT]})
        if "kind" in tree and (tree["kind"] != field.kind or not is_event_field(name)):
            return self.wrong(
                f"{pointer}/kind", "unknown", _("Only a field of an event names its kind: %(kinds)s.") % {"kinds": ", ".join(EVENT_KINDS)}
            )
        if field.name.startswith("campaign."):
            return self.wrong(f"{pointer}/field", "unknown", _("Choose the campaign of the rule; a condition cannot ask for it."))
        return self.compared(tree, field, pointer)

    def field(self, tree: Tree, name: str) -> Field | None:
        if self.of_lines:
            return line_field_of(name)
        kind = tree.get("kind") if is_event_field(name) else None
        return field_of(name, Kind(kind) if isinstance(kind, str) and kind in EVENT_KINDS else None)

    def compared(self, tree: Tree, field: Field, pointer: str) -> Condition:
        op = tree["op"]
        if op not in OPERATORS[field.kind]:
            return self.wrong(f"{pointer}/op", "unknown", _one_of(OPERATORS[field.kind]))
        value, error = _value(tree["value"], field.kind, op)
        if error:
            return self.wrong(f"{pointer}/value", "malformed", error)
        return Comparison(tree, field.name, field.kind, op, value, self.of_lines)

    def lines(self, tree: Tree, pointer: str, depth: int) -> Condition:
        quantifier, inner = tree["lines"], _Compiler(of_lines=True)
        if quantifier not in QUANTIFIERS:
            return self.wrong(f"{pointer}/lines", "unknown", _one_of(QUANTIFIERS))
        inner.nodes = self.nodes
        where = inner.node(tree["where"], f"{pointer}/where", depth + 1) if "where" in tree else ALWAYS
        self.nodes = inner.nodes
        self.errors += inner.errors
        if quantifier not in COUNTS:
            return OfLines(tree, quantifier, where, "", "", None)
        field: Field | None = Field("lines", Kind.NUMBER) if quantifier == "count" else line_field_of(str(tree.get("of")))
        if field is None or field.kind not in (Kind.MONEY, Kind.NUMBER):
            return self.wrong(f"{pointer}/of", "unknown", _("Choose price, paid, discount or quantity."))
        compared = self.compared({"op": tree.get("op"), "value": tree.get("value")}, field, pointer)
        return OfLines(tree, quantifier, where, field.name, compared.op, compared.value) if isinstance(compared, Comparison) else compared


def _one_of(known: Iterable[str]) -> str:
    return _("Choose one of %(known)s.") % {"known": ", ".join(known)}


def _value(value: Any, kind: Kind, op: str) -> tuple[Any, str]:
    """Return a checked value as it is compared, or what is wrong with it."""
    if op in ("in", "not_in"):
        if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES or not all(_is_text(one) for one in value):
            return None, _("Write a list of at most %(most)s texts.") % {"most": f"{MOST_VALUES:,}"}
        return frozenset(value), ""
    if kind in (Kind.TEXT, Kind.TEXTS):
        return (value, "") if _is_text(value) else (None, _("Write a text of at most %(most)s characters.") % {"most": MOST_TEXT})
    if kind is Kind.MONEY:
        is_amount = type(value) is int and 0 <= value <= 10**12
        return (value, "") if is_amount else (None, _("Write an amount in minor units."))
    return _day(value) if kind is Kind.DAY else _number(value)


def _day(value: Any) -> tuple[Any, str]:
    try:
        return dt.date.fromisoformat(value), ""
    except (TypeError, ValueError):
        return None, _("Write a day as 2026-05-31.")


def _number(value: Any) -> tuple[Any, str]:
    number = plain_number(value)
    return (None, _("Write a number.")) if number is None else (number, "")


def plain_number(value: Any) -> Decimal | None:
    """Return a whole number, or one written as digits with decimals; None for all else, and from a million million on."""
    is_one = type(value) is int or (isinstance(value, str) and len(value) <= 15 and _DIGITS.fullmatch(value))
    number = Decimal(value) if is_one else None
    return None if number is None or abs(number) >= 10**12 else number


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_TEXT and "\0" not in value


def _holds(op: str, found: Any, wanted: Any) -> bool:
    match op:
        case "in":
            return found in wanted
        case "not_in":
            return found not in wanted
        case "under":
            return bool(found == wanted or found.startswith(f"{wanted}/"))
        case "has":
            return wanted in found
        case "lacks":
            return wanted not in found
    return bool(_ORDERED[op](found, wanted))


def _missing(op: str, found: Any, wanted: Any) -> int | Decimal | None:
    """How much more would have been enough, for figures that must be reached. There is no least quantity above another."""
    if op not in ("ge", "gt") or isinstance(found, dt.date):
        return None
    if isinstance(found, int):
        least: int = math.floor(wanted) + 1 if op == "gt" else math.ceil(wanted)
        return least - found
    return Decimal(wanted - found) if op == "ge" else None


def _fields_of(parts: Sequence[Condition]) -> frozenset[str]:
    return frozenset().union(*(part.fields() for part in parts))
