"""Lists on staff pages: fifty rows at a time, read by key, with the filters kept in the address."""

import dataclasses
from collections.abc import Sequence
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from loyalty.kit.addresses import query_with
from loyalty.kit.rest.paging import Key, Page, PageQuery, page_of
from loyalty.kit.rest.shapes import InvalidInput

ROWS = 50
Row = TypeVar("Row", bound=Model)


@dataclasses.dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """Some rows, and the addresses of the pages before and behind them (empty at the ends)."""

    rows: list[Row]
    previous_url: str
    next_url: str


def typed(request: HttpRequest, name: str, *, most: int = 100) -> str:
    """Return what somebody typed into a filter, without what no column can hold."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]


def list_page(request: HttpRequest, rows: QuerySet[Row], order: Sequence[Key], *, limit: int = ROWS) -> ListPage[Row]:
    """Return the page of the list that ?cursor= names; a cursor of another list begins at the top."""
    page = _page(request, rows, order, limit)
    return ListPage(page.rows, _address(request, page.previous), _address(request, page.next))


def _page(request: HttpRequest, rows: QuerySet[Row], order: Sequence[Key], limit: int) -> Page[Row]:
    try:
        return page_of(rows, order=order, query=PageQuery(limit=limit, cursor=request.GET.get("cursor") or None))
    except (InvalidInput, ValueError):
        return page_of(rows, order=order, query=PageQuery(limit=limit))


def _address(request: HttpRequest, cursor: str | None) -> str:
    return query_with(request.GET, cursor=cursor) if cursor else ""
