"""Lists whose readers keep filters of their own: named once, where the list's view is written."""

import dataclasses
from collections.abc import Callable
from itertools import compress
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.staff.domain import TooMuchToRead, kept_of
from accounts.staff.models import SavedFilter
from accounts.staff.pages import StaffRequest, StaffView, admit, is_partial, programme_page, render_part
from accounts.staff.queries import filters_of, hidden_columns
from accounts.staff.roles import Act
from accounts.staff.services import may_delete
from accounts.users.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class StaffList:
    """A list among the staff pages: the name of its address, who may open it, the names of its filters and the keys of its columns."""

    name: str
    permissions: tuple[Act | str, ...]
    filters: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def url(self) -> str:
        return reverse(f"staff:{self.name}")

    def address(self, query: str) -> str:
        return f"{self.url}?{query}" if query else self.url


LISTS: dict[str, StaffList] = {}


def staff_list(name: str, *permissions: Act | str, filters: tuple[str, ...], columns: tuple[str, ...]) -> Callable[[StaffView], StaffView]:
    """Like `programme_page`, for the list at staff:{name}: what its readers choose with `filters` they may save,
    and all `columns` but the first they may hide.

    Filters that hold what somebody typed are not named here, because it may say who somebody is.
    """
    LISTS[name] = StaffList(name, permissions, filters, columns)
    return programme_page(*permissions)


def list_called(name: str, user: User) -> StaffList:
    """Return the list of that name if the user may open it; otherwise it is not there, or refused as its page would."""
    found = LISTS.get(name)
    if found is None:
        raise Http404
    admit(user, found.permissions)
    return found


def render_list(request: StaffRequest, whole: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """Render a list with the columns that its reader wants and the filters that they saved; for htmx only its rows and what changes above them."""
    match = request.resolver_match
    shown = LISTS[match.url_name or ""] if match else None
    assert shown is not None, "a list is rendered for its address"
    context = {**context, **_chosen(shown, request.user, context), "list_bar": _bar(shown, request)}
    if is_partial(request):
        return render_part(request, whole, "accounts/staff/list_part.html", {**context, "part": part})
    return render_part(request, whole, part, context)


def looked_at(request: HttpRequest, of: StaffList) -> str:
    """Return the filters that somebody looks at: of the address that htmx names if it is the list's, else what the form says.

    Raises TooMuchToRead.
    """
    return kept_of(asked_for(request, of), of.filters)


def asked_for(request: HttpRequest, of: StaffList) -> str:
    """Return what stands behind the question mark: of the address that htmx names if it is the list's, else of the form's field."""
    try:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return ""
    if shown.path == of.url:
        return shown.query
    return request.POST.get("query") or request.GET.get("query", "")


def _bar(shown: StaffList, request: StaffRequest) -> dict[str, Any]:
    query, is_exact = _present(shown, request)
    saved = filters_of(request.user, shown.name)
    current = next((one for one in saved if is_exact and one.query == query), None)
    return {
        "chips": [_chip(one, current, shown, request.user) for one in saved],
        "query": query if current is None else "",
        "save_url": reverse("staff:filter-save", args=[shown.name]),
        "save_page": f"{reverse('staff:filter-save', args=[shown.name])}?{urlencode({'query': query})}",
        "current": current.name if current else "",
        "delete_url": reverse("staff:filter-delete", args=[shown.name, current.pk])
        if current and may_delete(current, request.user)
        else "",
    }


def _chosen(shown: StaffList, user: User, context: dict[str, Any]) -> dict[str, Any]:
    """Return columns, rows and totals without what the reader hides, and the menu to choose from."""
    columns = context["columns"]
    hidden = hidden_columns(user, shown.name)
    stays = [number == 0 or column["key"] not in hidden for number, column in enumerate(columns)]
    assert all(column["key"] in shown.columns for column in columns), shown.name
    return {
        "columns": list(compress(columns, stays)),
        "rows": [list(compress(row, stays)) for row in context["rows"]],
        "totals": list(compress(context.get("totals", []), stays)),
        "column_menu": {
            "url": reverse("staff:list-columns", args=[shown.name]),
            "choices": [
                {"key": column["key"], "label": column["label"], "shown": stay, "always": number == 0}
                for number, (column, stay) in enumerate(zip(columns, stays, strict=True))
            ],
        },
    }


def _present(shown: StaffList, request: HttpRequest) -> tuple[str, bool]:
    """Return the filters that the address carries, and whether they are all that narrows the list."""
    try:
        query = kept_of(request.META.get("QUERY_STRING", ""), shown.filters)
    except TooMuchToRead:
        return "", False
    known = {*shown.filters, "programme", "cursor"}
    return query, not any(value for name, value in request.GET.items() if name not in known)


def _chip(one: SavedFilter, current: SavedFilter | None, shown: StaffList, user: User) -> dict[str, Any]:
    return {
        "label": one.name,
        "url": shown.url if one == current else shown.address(one.query),
        "current": one == current,
        "shared_by_another": one.owner_id != user.pk,
    }
