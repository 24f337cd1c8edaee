"""The offers that a member can use or take."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from loyalty.kit.figures import last_day_text
from loyalty.kit.problems import Problem
from rewards.campaigns.offers import Offer, offers_to, take_offer
from rewards.campaigns.queries import campaign_by_code


@require_safe
@portal_member
def offers(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what is offered to the member; who is held out sees no trace of it."""
    return _page(request, member)


@require_http_methods(["POST"])
@portal_member
def take(request: HttpRequest, member: Member, campaign: str) -> HttpResponse:
    """Take an offer; a second tap is the same."""
    try:
        take_offer(campaign=campaign_by_code(member.programme, campaign), member=member, at=clock.now())
    except Problem as problem:
        return _page(request, member, refusal=problem.detail, status=problem.status)
    return redirect("portal:offers", programme=member.programme.slug)


def _page(request: HttpRequest, member: Member, *, refusal: str = "", status: int = 200) -> HttpResponse:
    today = clock.business_date(clock.now(), member.programme.time_zone)
    shown = [_shown(offer, today) for offer in offers_to(member, at=clock.now())]
    return portal_page(request, member.programme, "rewards/campaigns/offers.html", offers=shown, refusal=refusal, status=status)


def _shown(offer: Offer, today: object) -> dict[str, object]:
    return {
        "code": offer.campaign.code,
        "name": offer.campaign.name_in(get_language() or "en"),
        "rules": offer.rules,
        "until": last_day_text(offer.terms.last_on, today),  # type: ignore[arg-type]
        "can_be_taken": offer.can_be_taken,
        "state": _("counts for you") if not offer.can_be_taken else _("take it before you buy"),
    }
