"""Who may open a page."""

import functools
from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.staff.roles import Act, Role
from accounts.users.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def roles_of(user: User) -> frozenset[Role]:
    """Return the roles in which somebody works here; asked once for each user object."""
    found: frozenset[Role] | None = getattr(user, "_roles", None)
    if found is None:
        names = user.groups.filter(name__in=Role.values).values_list("name", flat=True) if user.is_staff else []
        found = frozenset(Role(name) for name in names)
        user._roles = found  # type: ignore[attr-defined]  # noqa: SLF001 a cache that dies with the object
    return found


def has_role(user: Any, roles: Iterable[Role]) -> bool:
    """Tell whether somebody works here in one of the roles; a superuser works in all."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    return bool(user.is_superuser or roles_of(user) & frozenset(roles))


def may(user: Any, act: Act) -> bool:
    """Tell whether somebody's roles let them do this."""
    return bool(user.is_authenticated and user.is_staff and user.has_perm(f"accounts.{act.value}"))


def staff_role_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Open the page to staff in one of the roles (any role if none is named); others sign in first, or are refused."""
    wanted = roles or tuple(Role)

    def guard(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not has_role(request.user, wanted):
                raise PermissionDenied(_("This page is for other colleagues. Ask an administrator if you need it."))
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard
