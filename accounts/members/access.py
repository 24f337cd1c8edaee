"""Who may open a member's pages, and what all of them show around their content."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.members.models import Member
from accounts.programmes.domain.colours import PRODUCT_ACCENT
from accounts.programmes.models import Programme, ProgrammeState
from accounts.users.models import User
from loyalty.kit.problems import NotFound

P = ParamSpec("P")
MemberView = Callable[Concatenate[HttpRequest, Member, P], HttpResponseBase]
PortalView = Callable[..., HttpResponseBase]


def portal_member(view: MemberView[P]) -> PortalView:
    """Hand the view the member that the signed-in person is in the programme of the address, on the programme's clock.

    Others sign in first; who is no member yet is asked to join. What is not there, or is somebody else's, is a page not found.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, programme: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        members = Member.objects.select_related("programme__legal_entity")
        member = members.filter(programme__slug=programme, user=request.user).first()
        if member is None:
            return redirect("portal:join", programme=programme)
        with timezone.override(member.programme.time_zone):
            try:
                return view(request, member, *args, **kwargs)
            except NotFound as problem:
                raise Http404(problem.detail) from problem

    return guarded


def public_programme(slug: str) -> Programme:
    """Return a programme that everybody may see; a draft is a page not found."""
    programme = Programme.objects.select_related("legal_entity").exclude(state=ProgrammeState.DRAFT).filter(slug=slug).first()
    if programme is None:
        raise Http404
    return programme


def portal_page(request: HttpRequest, programme: Programme, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page of a programme's portal: its name, logo and colour stand around the content."""
    return render(request, template, {**frame_of(programme), **context}, status=status)


def frame_of(programme: Programme) -> dict[str, Any]:
    """Return what the layout shows of a programme."""
    return {
        "programme": programme,
        "programme_name": programme.name,
        "programme_logo_url": programme.logo.url if programme.logo else "",
        "programme_home_url": reverse("portal:home", kwargs={"programme": programme.slug}),
        "accent_url": _accent_url(programme),
    }


def _accent_url(programme: Programme) -> str:
    """Return the address of the programme's colours; the product's own need none."""
    colour = programme.accent.upper()
    if colour == PRODUCT_ACCENT:
        return ""
    return reverse("portal:accent", kwargs={"programme": programme.slug, "colour": colour[1:].lower()})
