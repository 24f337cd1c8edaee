"""The definition of an event type: a small part of JSON Schema that leaves no doubt how a field is read. Pure.

    schema     {"type": "object", "properties": {NAME: property}, "required": [NAME, ...], "additionalProperties": false}
    late_days  how many days after it happened an event is still taken (0 to 3650; without it 30)

A property is one of
    {"type": "string", "enum": [...], "minLength": 1, "maxLength": 100}          a text
    {"type": "string", "format": "money"}                                        an amount of the programme's money: "12.50"
    {"type": "string", "format": "decimal"}                                      a number with at most three decimals: "5.25"
    {"type": "string", "format": "date"}                                         a day: "2026-05-31"
    {"type": "integer", "minimum": 0, "maximum": 100}                            a whole number
    {"type": "boolean"}                                                          true or false
    {"type": "array", "items": {"type": "string"}, "maxItems": 20}               a set of texts
and may have a `title`. A number with a point is written as a text, so that it is never rounded on its way.
"""

import dataclasses
import datetime as dt
import enum
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from loyalty.kit.definitions import Reader
from loyalty.kit.money import MalformedAmount, Money
from loyalty.kit.problems import FieldError, Malformed
from loyalty.kit.texts import is_good_text
from rewards.earning.domain.basket import Value
from rewards.earning.domain.fields import Kind

MOST_FIELDS = 40
MOST_LENGTH = 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,3})?", re.ASCII)
_PROPERTY = {"type", "format", "enum", "minLength", "maxLength", "minimum", "maximum", "items", "maxItems", "title"}


class MalformedEventType(Malformed):
    code = "malformed_event_type"


class _Type(enum.StrEnum):
    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    ARRAY = "array"


class _Format(enum.StrEnum):
    TEXT = "text"
    MONEY = "money"
    DECIMAL = "decimal"
    DATE = "date"


_OF_TYPE = {
    _Type.STRING: {"type", "title", "format", "enum", "minLength", "maxLength"},
    _Type.INTEGER: {"type", "title", "minimum", "maximum"},
    _Type.BOOLEAN: {"type", "title"},
    _Type.ARRAY: {"type", "title", "items", "maxItems"},
}
_KIND = {_Format.TEXT: Kind.TEXT, _Format.MONEY: Kind.MONEY, _Format.DECIMAL: Kind.NUMBER, _Format.DATE: Kind.DAY}


@dataclasses.dataclass(frozen=True, slots=True)
class EventField:
    """One field of a payload; `kind` is how conditions see it."""

    name: str
    title: str
    type: str
    kind: Kind
    choices: tuple[str, ...]
    least: int
    most: int

    def read(self, value: Any, currency: str) -> tuple[Value | None, str]:
        """Return the value as conditions see it, or what is wrong with it."""
        match self.type, self.kind:
            case _Type.BOOLEAN, _:
                return (str(value).lower(), "") if isinstance(value, bool) else (None, "Write true or false.")
            case _Type.INTEGER, _:
                is_one = type(value) is int and self.least <= value <= self.most
                return (Decimal(value), "") if is_one else (None, f"Write a whole number from {self.least:,} to {self.most:,}.")
            case _Type.ARRAY, _:
                return self._texts(value)
            case _, Kind.TEXT:
                return self._text(value)
        return _formatted(value, self.kind, currency)

    def _text(self, value: Any) -> tuple[Value | None, str]:
        if not isinstance(value, str) or not self.least <= len(value) <= self.most or not is_good_text(value):
            return None, f"Write a text of {self.least} to {self.most} characters."
        if self.choices and value not in self.choices:
            return None, f"Choose one of {', '.join(self.choices)}."
        return value, ""

    def _texts(self, value: Any) -> tuple[Value | None, str]:
        is_list = isinstance(value, list) and len(value) <= self.most
        if not is_list or not all(isinstance(one, str) and 0 < len(one) <= MOST_LENGTH and is_good_text(one) for one in value):
            return None, f"Write a list of at most {self.most} texts."
        return frozenset(value), ""


@dataclasses.dataclass(frozen=True, slots=True)
class EventType:
    """A compiled definition."""

    fields: Mapping[str, EventField]
    required: frozenset[str]
    late_days: int

    @property
    def kinds(self) -> dict[str, Kind]:
        return {name: field.kind for name, field in self.fields.items()}

    def read(self, payload: Any, currency: str) -> tuple[dict[str, Value], list[FieldError]]:
        """Return the payload as conditions see it (`event.NAME`), and what is wrong with it by JSON pointer."""
        if not isinstance(payload, Mapping):
            return {}, [FieldError("/payload", "not_an_object", "Write an object.")]
        errors = [
            FieldError(f"/payload/{_step(name)}", "unknown_field", "This type of event has no such field. Check its spelling.")
            for name in payload
            if name not in self.fields
        ]
        needed = sorted(self.required - payload.keys())
        errors += [FieldError(f"/payload/{name}", "required", "This is needed.") for name in needed]
        values: dict[str, Value] = {}
        for name, field in self.fields.items():
            if name not in payload:
                continue
            value, wrong = field.read(payload[name], currency)
            if value is None:
                errors.append(FieldError(f"/payload/{name}", "malformed", wrong))
            else:
                values[f"event.{name}"] = value
        return values, errors


def parse_event_type(definition: Any) -> EventType:
    """Check a definition and make it runnable. Raises: MalformedEventType, naming each wrong key."""
    reader = Reader(definition, known={"schema", "late_days"})
    late_days = reader.whole("late_days", most=3_650, default=30)
    schema = reader.part("schema", {"type", "properties", "required", "additionalProperties", "title"})
    if schema.given.get("type", "object") != "object":
        schema.wrong("/type", "unknown", "A payload is an object.")
    if schema.given.get("additionalProperties", False) is not False:
        schema.wrong("/additionalProperties", "unknown", "Write false: what is not described is refused.")
    fields = _fields(schema)
    required = frozenset(schema.codes("required", most=MOST_FIELDS))
    for name in sorted(required - fields.keys()):
        schema.wrong("/required", "unknown", f"There is no field {name[:40]}.")
    if reader.errors:
        raise MalformedEventType("Correct the marked parts of the event type.", errors=reader.errors)
    return EventType(fields, required, late_days)


def counts_whole(kind: EventType, name: str) -> bool:
    """Tell whether a field is a whole number of at least one."""
    field = kind.fields.get(name)
    return field is not None and field.type == _Type.INTEGER and field.least >= 1


def lost_fields(before: EventType, after: EventType) -> list[str]:
    """Name the fields that rules may ask for and that a new version leaves out or reads differently."""
    return sorted(name for name, kind in before.kinds.items() if after.kinds.get(name) != kind)


def _fields(schema: Reader) -> dict[str, EventField]:
    given = schema.given.get("properties", {})
    if not isinstance(given, Mapping) or len(given) > MOST_FIELDS:
        schema.wrong("/properties", "not_an_object", f"Describe at most {MOST_FIELDS} fields.")
        return {}
    fields = {}
    for name, one in given.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            schema.wrong("/properties", "not_a_code", f"Name fields with small letters, digits and _, not {str(name)[:40]}.")
            continue
        fields[name] = _field(name, Reader(one, known=_PROPERTY, at=f"{schema.at}/properties/{name}", errors=schema.errors))
    return fields


def _field(name: str, reader: Reader) -> EventField:
    type_ = reader.choice("type", _Type, _Type.STRING)
    for key in sorted(set(reader.given) & _PROPERTY - _OF_TYPE[type_]):
        reader.wrong(f"/{key}", "unknown", f"A field of type {type_} has no {key}.")
    title = reader.text("title", default=name)
    if type_ is _Type.INTEGER:
        least, most = (
            reader.whole(key, least=-(10**12), most=10**12, default=end * 10**12) for key, end in (("minimum", -1), ("maximum", 1))
        )
        return EventField(name, title, type_, Kind.NUMBER, (), least, most)
    if type_ is _Type.BOOLEAN:
        return EventField(name, title, type_, Kind.TEXT, (), 0, 0)
    if type_ is _Type.ARRAY:
        if reader.given.get("items", {"type": "string"}) != {"type": "string"}:
            reader.wrong("/items", "unknown", 'Write {"type": "string"}: lists hold texts.')
        return EventField(name, title, type_, Kind.TEXTS, (), 0, reader.whole("maxItems", least=1, most=100, default=20))
    kind = _KIND[reader.choice("format", _Format, _Format.TEXT)]
    least = reader.whole("minLength", most=MOST_LENGTH, default=0)
    most = reader.whole("maxLength", least=1, most=MOST_LENGTH, default=100)
    return EventField(name, title, type_, kind, reader.codes("enum"), least, most)


def _formatted(value: Any, kind: Kind, currency: str) -> tuple[Value | None, str]:
    if kind is Kind.MONEY:
        try:
            return Money.parse(value, currency).minor, ""
        except (MalformedAmount, TypeError, AttributeError):
            return None, 'Write the amount as text with a point, for example "12.50".'
    if kind is Kind.DAY:
        try:
            return dt.date.fromisoformat(value), ""
        except (TypeError, ValueError):
            return None, "Write the day as year, month and day, for example 2026-03-31."
    if type(value) is int and abs(value) < 10**12:
        return Decimal(value), ""
    is_one = isinstance(value, str) and _DECIMAL.fullmatch(value)
    return (Decimal(value), "") if is_one else (None, 'Write a whole number, or one with decimals as text: "5.25".')


def _step(name: Any) -> str:
    return str(name)[:60].replace("~", "~0").replace("/", "~1")
