"""The front door: whoever comes is led to the page that is theirs."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.members.queries import memberships_of
from accounts.programmes.models import Programme, ProgrammeState
from accounts.users.models import User
from loyalty.shell.navigation import work_of


@require_safe
def start(request: HttpRequest) -> HttpResponseBase:
    """Lead members home, staff to their work, and others to a programme; ask only when there are several."""
    user = request.user
    if isinstance(user, User):
        mine = list(memberships_of(user))
        if len(mine) == 1:
            return redirect("portal:home", programme=mine[0].programme.slug)
        if mine:
            return _choose(request, [member.programme for member in mine], are_mine=True)
        if work := work_of(request):
            return redirect(work)
    open_now = list(Programme.objects.filter(state=ProgrammeState.LIVE).order_by("name", "pk")[:50])
    if len(open_now) == 1:
        return redirect("portal:join", programme=open_now[0].slug)
    return _choose(request, open_now, are_mine=False)


def _choose(request: HttpRequest, programmes: list[Programme], *, are_mine: bool) -> HttpResponse:
    return render(request, "shell/start.html", {"programmes": programmes, "are_mine": are_mine})
