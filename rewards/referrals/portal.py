"""Bring a friend: the code and its link, whom it brought, and the page to which the link leads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import portal_member, portal_page, public_programme
from accounts.members.models import Member
from accounts.members.queries import membership_of
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.referrals import services
from rewards.referrals.models import Referral
from rewards.referrals.queries import brought_by
from rewards.transfers.domain import masked_name

_STATES = {"waiting": "pending", "rewarded": "posted", "refused": "refused", "lapsed": "expired", "reversed": "refused"}


@require_safe
@portal_member
def invite(request: HttpRequest, member: Member) -> HttpResponse:
    """Show the member's code with a link to share, and what became of the friends."""
    code = services.code_of(member=member, at=clock.now()).code
    link = request.build_absolute_uri(reverse("portal:invited", kwargs={"programme": member.programme.slug, "code": code}))
    friends = [
        {"name": masked_name(one.friend.given_name, one.friend.family_name), "state": _STATES[one.state], "label": one.get_state_display()}
        for one in brought_by(member)
    ]
    home = reverse("portal:home", kwargs={"programme": member.programme.slug})
    return portal_page(request, member.programme, "rewards/referrals/invite.html", code=code, link=link, friends=friends, back_url=home)


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, programme: str, code: str) -> HttpResponseBase:
    """Where a shared link leads: who is no member joins first and comes back here; a new member says yes."""
    found = public_programme(programme)
    member = membership_of(request.user, found) if isinstance(request.user, User) else None
    if member is None:
        request.session["invited_by"] = code[:20]
        return redirect("portal:join", programme=programme)
    if request.method == "POST":
        return _say_yes(request, member, code)
    return portal_page(request, found, "rewards/referrals/invited.html", code=code)


def _say_yes(request: HttpRequest, member: Member, code: str) -> HttpResponseBase:
    request.session.pop("invited_by", None)
    try:
        referral = services.claim_referral(friend=member, code=code, at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        if referral.state == Referral.State.REFUSED:
            messages.error(request, _("This invitation does not count: %(reason)s.") % {"reason": referral.get_reason_display()})
        else:
            messages.success(request, _("Welcome. You both get your points once your first purchase stands."))
    return redirect("portal:home", programme=member.programme.slug)
