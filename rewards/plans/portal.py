"""The page of a member's paid membership."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from rewards.plans.pages import membership_cards, offer_cards


@require_safe
@portal_member
def membership(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what the member has, what it includes and how it ends; and the plans that there are beside."""
    programme = member.programme
    today = clock.business_date(clock.now(), programme.time_zone)
    return portal_page(
        request,
        programme,
        "rewards/plans/membership.html",
        cards=membership_cards(member, today),
        offers=offer_cards(member, today),
        back_url=reverse("portal:home", kwargs={"programme": programme.slug}),
    )
