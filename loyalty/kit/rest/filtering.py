"""Which rows of a list: filters that are read, refused and documented like every other input, and that may not ask for a search of everything."""

import datetime as dt
import functools
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Optional, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_filters.filters import Filter
from django_filters.filterset import FilterSet
from pydantic import Field, create_model

from loyalty.kit.problems import FieldError
from loyalty.kit.rest.paging import PageQuery
from loyalty.kit.rest.shapes import Day, InvalidInput

Row = TypeVar("Row", bound=Model)
MOST_DAYS = 92
"""The longest window in which rows are looked through for something that no index leads to."""


class Narrow(Filter):
    """One filter: `kind` is how its text is read (as a field of a Shape), `about` its sentence in the OpenAPI document."""

    def __init__(self, kind: Any, about: str, field: str = "", lookup: str = "exact", *, method: str | None = None) -> None:
        super().__init__(field or None, lookup, method=method)  # type: ignore[no-untyped-call]  # the library is untyped
        self.kind = kind
        self.about = about


class RowFilters(FilterSet):
    """The filters of one list. What is read and what is known stand in its query; `scene` is what methods need to look names up."""

    base_filters: ClassVar[dict[str, Narrow]]
    scene: Any = None

    @classmethod
    @functools.cache  # classes live as long as the process
    def query(cls) -> type[PageQuery]:
        """Return the shape of the list's query: its page and its filters."""
        fields: dict[str, Any] = {
            name: (Optional[one.kind], Field(default=None, description=one.about))  # noqa: UP045  # kinds are values, not types
            for name, one in cls.base_filters.items()
        }
        no_source = {"use_attribute_docstrings": False}  # it would be looked for in every frame of the stack
        return create_model(f"{cls.__name__}Query", __base__=PageQuery, __cls_kwargs__=no_source, **fields)

    @classmethod
    def narrow(cls, rows: QuerySet[Row], query: PageQuery, *, scene: Any = None) -> QuerySet[Row]:
        """Return the rows that the query asks for. Raises: InvalidInput, and what the filters' methods raise."""
        filters = cls({name: getattr(query, name) for name in cls.base_filters}, rows)
        filters.scene = scene
        chosen: QuerySet[Row] = filters.qs
        return chosen


class DayFilters(RowFilters):
    """Filters of a list that grows by the day, `day_field` being the rows' business day.

    `bounds` are filters that an index answers; `costly` ones must come with one of those, or with days that are not far apart.
    """

    bounds: ClassVar[frozenset[str]] = frozenset({"member"})
    costly: ClassVar[frozenset[str]] = frozenset()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Raises: InvalidInput."""
        asked = {name for name, value in self.form.cleaned_data.items() if value is not None}
        begin, end = self.form.cleaned_data["from_on"], self.form.cleaned_data["through_on"]
        if begin and end and end < begin:
            raise _refusal("through_on", "out_of_range", _("The last day lies before the first. Swap the two."))
        if asked & self.costly and not asked & self.bounds and not (begin and end and end - begin < dt.timedelta(MOST_DAYS)):
            detail = _("To filter by %(names)s, also name %(bounds)s, or from_on and through_on at most %(days)s days apart.")
            facts = {"names": ", ".join(sorted(asked & self.costly)), "bounds": ", ".join(sorted(self.bounds)), "days": MOST_DAYS}
            raise _refusal(min(asked & self.costly), "too_wide", detail % facts)
        chosen: QuerySet[Any] = super().filter_queryset(queryset)  # type: ignore[no-untyped-call]  # the library is untyped
        return chosen


def from_on(field: str) -> Narrow:
    return Narrow(Day, "The first business day.", field, "gte")


def through_on(field: str) -> Narrow:
    return Narrow(Day, "The last business day.", field, "lte")


def choice(values: Iterable[str]) -> Any:
    """Return how one of these words is read."""
    return Literal[tuple(values)]


def _refusal(name: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=[FieldError(f"/{name}", code, detail)])
