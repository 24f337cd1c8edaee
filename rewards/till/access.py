"""Who may stand at the till, and where the till stands."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.entities.models import Store
from accounts.members.access import frame_of
from accounts.programmes.models import Programme
from accounts.staff.models import StaffProfile
from accounts.staff.pages import ProgrammeView, programme_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock

P = ParamSpec("P")


@dataclasses.dataclass(frozen=True, slots=True)
class Till:
    """One till: the programme and the store that it works for, and who stands at it."""

    programme: Programme
    store: Store
    cashier: User

    @property
    def source(self) -> str:
        """What the till's acts are sent by."""
        return f"till:{self.store.code}"

    @property
    def currency(self) -> str:
        return self.programme.currency

    def day(self, at: dt.datetime) -> dt.date:
        return clock.business_date(at, self.programme.time_zone)


TillView = Callable[Concatenate[HttpRequest, Till, P], HttpResponseBase]


def till_page(view: TillView[P]) -> Callable[..., HttpResponseBase]:
    """Open the page to cashiers and hand the view their till; who has no store yet chooses one first."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, programme: Programme, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        assert isinstance(request.user, User), "programme_page lets nobody else in"
        store = store_of_cashier(request.user, programme)
        if store is None:
            return redirect("till:store")
        return view(request, Till(programme, store, request.user), *args, **kwargs)

    return programme_page(Act.USE_TILL)(cast(ProgrammeView[P], guarded))


def store_of_cashier(user: User, programme: Programme) -> Store | None:
    """Return the store where somebody usually works, if it is one of the programme's company and sells today."""
    profile = StaffProfile.objects.filter(user=user).values_list("default_store", flat=True)
    today = clock.business_date(clock.now(), programme.time_zone)
    return Store.objects.selling_for(programme.legal_entity_id).filter(pk__in=profile).open_on(today).first()


def till_response(request: HttpRequest, till: Till, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page of the till with its frame: whose programme, which store, which cashier."""
    frame = {
        **frame_of(till.programme),
        "store_name": till.store.name,
        "cashier_name": till.cashier.get_short_name(),
        "store_url": reverse("till:store"),
        "home_url": reverse("till:home"),
    }
    return render(request, template, {**frame, **context}, status=status)
