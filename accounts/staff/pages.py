"""What every staff page begins with: who may open it, and which programme it shows."""

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.entities.models import LegalEntity, selling_for
from accounts.programmes.models import Programme
from accounts.staff.access import has_role
from accounts.staff.roles import Act, Role
from accounts.users.models import User
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.problems import NotFound

P = ParamSpec("P")
StaffView = Callable[..., HttpResponseBase]
ProgrammeView = Callable[Concatenate[HttpRequest, Programme, P], HttpResponseBase]
_CHOSEN = "programme"
_COMPANY = "company"


class StaffRequest(HttpRequest):
    """A request of somebody who works here: what views behind `staff_page` get."""

    user: User


def staff_page(*permissions: Act | str) -> Callable[[StaffView], StaffView]:
    """Open a page to staff who hold one of the permissions (to all staff if none is named).

    Others sign in first or are refused. What a query does not find is a page that is not there.
    """

    def guard(view: StaffView) -> StaffView:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            admit(request.user, permissions)
            try:
                return view(request, *args, **kwargs)
            except NotFound as problem:
                raise Http404(problem.detail) from problem

        return guarded

    return guard


def admit(user: User, permissions: Sequence[Act | str]) -> None:
    """Refuse who does not work here, or holds none of the permissions where some are named."""
    names = [f"accounts.{one.value}" if isinstance(one, Act) else one for one in permissions]
    if not has_role(user, Role) or (names and not any(user.has_perm(name) for name in names)):
        raise PermissionDenied(_("This page is for other colleagues. Ask an administrator if you need it."))


def programme_page(*permissions: Act | str) -> Callable[[StaffView], StaffView]:
    """Like `staff_page`, and hand the view the chosen programme, on the programme's clock."""

    def guard(view: StaffView) -> StaffView:
        @staff_page(*permissions)
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            programme = chosen_programme(request)
            if programme is None:
                return render(request, "accounts/staff/no_programme.html")
            with timezone.override(programme.time_zone):
                return view(request, programme, *args, **kwargs)

        return guarded

    return guard


def chosen_programme(request: HttpRequest) -> Programme | None:
    """Return the programme that ?programme= names, else the one that was chosen last, else the first; remember a choice."""
    programmes = all_programmes()
    by_slug = {programme.slug: programme for programme in programmes}
    asked = by_slug.get(request.GET.get(_CHOSEN, ""))
    if asked is not None and len(programmes) > 1:
        request.session[_CHOSEN] = asked.slug
    return asked or by_slug.get(request.session.get(_CHOSEN, "")) or next(iter(programmes), None)


def chosen_company(request: HttpRequest, programme: Programme) -> tuple[LegalEntity, list[dict[str, Any]]]:
    """Return the company that ?company= names among those that sell in the programme, else the one that was chosen last, else the programme's
    own; remember a choice. And the companies to choose from, the programme's own first; none where it is the only one."""
    found = selling_for(programme.legal_entity_id).select_related("book").order_by("name", "pk").distinct()
    companies = {company.slug: company for company in sorted(found, key=lambda company: company.pk != programme.legal_entity_id)}
    asked = companies.get(request.GET.get(_COMPANY, ""))
    if asked is not None and len(companies) > 1:
        request.session[_COMPANY] = asked.slug
    chosen = asked or companies.get(request.session.get(_COMPANY, "")) or programme.legal_entity
    choices = [{"value": slug, "label": company.name, "selected": company == chosen} for slug, company in companies.items()]
    return chosen, choices if len(choices) > 1 else []


def all_programmes() -> list[Programme]:
    """Return every programme with its company and book, the oldest first."""
    return list(Programme.objects.select_related("legal_entity__book").order_by("opened_at", "pk"))


def programme_choices(programme: Programme) -> list[dict[str, Any]]:
    """Return the programmes to choose from; nothing when there is only one."""
    programmes = Programme.objects.order_by("opened_at", "pk").values_list("slug", "name")
    found = [{"value": slug, "label": name, "selected": slug == programme.slug} for slug, name in programmes]
    return found if len(found) > 1 else []


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was filled with; None on a visit."""
    return request.POST if request.method == "POST" else None


def is_partial(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page (a visit to an address from the history wants the whole)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def render_part(request: HttpRequest, whole: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """Render the part for htmx and the whole page for everybody else."""
    response = render(request, part if is_partial(request) else whole, context)
    response["Vary"] = "HX-Request"
    return response


def working(request: HttpRequest, job: dict[str, Any]) -> HttpResponse:
    """Show how far a background worker is, as `accounts/staff/working.html` wants it said; when it is done, the page is loaded again."""
    answer = render(request, "accounts/staff/working.html", job)
    if not job["is_working"]:
        answer["HX-Refresh"] = "true"
    return answer


def read_month(text: str) -> dt.date | None:
    """Read 2026-03 as its first day; anything else is no month."""
    try:
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if 1970 < month.year < 9999 else None


def month_choices(today: dt.date, chosen: dt.date | None, *, months: int = 24) -> list[dict[str, Any]]:
    """Return the last months to choose from, this one first; a month chosen by address that lies before them is added."""
    starts = [add_months(month_start(today), -number) for number in range(months)]
    if chosen is not None and chosen not in starts:
        starts.append(chosen)
    return [{"value": f"{start:%Y-%m}", "label": date_format(start, "F Y"), "selected": start == chosen} for start in starts]
