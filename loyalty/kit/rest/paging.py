"""Pages of a list by the position of its rows (keyset), so that rows which arrive meanwhile neither repeat nor hide others."""

import base64
import binascii
import dataclasses
import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import InvalidInput, QueryNumber, Shape

Row = TypeVar("Row")
ModelRow = TypeVar("ModelRow", bound=Model)
MOST_ROWS = 200


class PageQuery(Shape):
    """Which page of a list."""

    limit: Annotated[QueryNumber, Field(ge=1, le=MOST_ROWS)] = 50
    """How many rows, at most."""
    cursor: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """`next` or `previous` of another page."""


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One column of an order: its name, how to read its text, and its direction. The last one must be unique."""

    name: str
    read: Callable[[str], Any]
    descending: bool = False


BY_NEWEST_ID = (Key("id", uuid.UUID, descending=True),)
BY_DAY = dt.date.fromisoformat


@dataclasses.dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and the cursors of their neighbours."""

    rows: list[Row]
    next: str | None
    previous: str | None

    def as_dict(self, show: Callable[[Row], Any]) -> dict[str, Any]:
        return {"results": [show(row) for row in self.rows], "next": self.next, "previous": self.previous}


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: behind these values, or before them when going back."""

    values: tuple[str, ...]
    backwards: bool

    @property
    def cursor(self) -> str:
        text = json.dumps([self.backwards, *self.values], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def of(cls, cursor: str, keys: Sequence[Key]) -> "_Place":
        """Raises: InvalidInput."""
        try:
            backwards, *values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
            if type(backwards) is bool and len(values) == len(keys) and all(type(value) is str for value in values):
                for key, value in zip(keys, values, strict=True):
                    key.read(value)
                return cls(tuple(values), backwards)
        except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
            pass
        detail = _("This is not a cursor of this list. Begin again without one.")
        raise InvalidInput(detail, errors=[FieldError("/cursor", "invalid_cursor", detail)])


def page_of(rows: QuerySet[ModelRow], *, order: Sequence[Key], query: PageQuery) -> Page[ModelRow]:
    """Return one page of the rows in this order. Raises: InvalidInput (the cursor)."""
    place = _Place.of(query.cursor, order) if query.cursor else None
    backwards = place is not None and place.backwards
    directions = [(key, key.descending != backwards) for key in order]
    if place is not None:
        rows = rows.filter(_beyond(directions, place.values))
    names = [("-" if descending else "") + key.name for key, descending in directions]
    found = list(rows.order_by(*names)[: query.limit + 1])
    more = len(found) > query.limit
    found = found[: query.limit]
    if backwards:
        found.reverse()
    return _page(found, order, has_next=more or backwards, has_previous=more if backwards else place is not None)


def page_of_list(rows: Sequence[Row], *, name: str, query: PageQuery) -> Page[Row]:
    """Return one page of a short list that is there already; `name` is an attribute that is unique in it. Raises: InvalidInput."""
    order = [Key(name, str)]
    begin = 0
    if query.cursor:
        place = _Place.of(query.cursor, order)
        found = [i for i, row in enumerate(rows) if str(_value(row, name)) == place.values[0]]
        begin = (found[0] - query.limit if place.backwards else found[0] + 1) if found else len(rows)
    begin = max(begin, 0)
    chosen = list(rows[begin : begin + query.limit])
    return _page(chosen, order, has_next=begin + query.limit < len(rows), has_previous=begin > 0)


def _page(rows: list[Row], order: Sequence[Key], *, has_next: bool, has_previous: bool) -> Page[Row]:
    def cursor(row: Row, *, backwards: bool) -> str:
        return _Place(tuple(str(_value(row, key.name)) for key in order), backwards).cursor

    return Page(
        rows,
        cursor(rows[-1], backwards=False) if rows and has_next else None,
        cursor(rows[0], backwards=True) if rows and has_previous else None,
    )


def _beyond(directions: Sequence[tuple[Key, bool]], values: Sequence[str]) -> Q:
    """Rows behind these values: first column beyond, or equal and the second beyond, and so on.

    That the first column is beyond or equal follows from it, and is said all the same: it is what an index can start from.
    """
    first, descending_first = directions[0]
    start = Q(**{f"{first.name}__{'lte' if descending_first else 'gte'}": first.read(values[0])})
    behind, equal = Q(), Q()
    for (key, descending), text in zip(directions, values, strict=True):
        value = key.read(text)
        behind |= equal & Q(**{f"{key.name}__{'lt' if descending else 'gt'}": value})
        equal &= Q(**{key.name: value})
    return start & behind


def _value(row: Any, name: str) -> Any:
    for step in name.split("__"):
        row = getattr(row, step)
    return row
