"""A member's cards and challenges."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from rewards.quests.pages import quest_cards


@require_safe
@portal_member
def quests(request: HttpRequest, member: Member) -> HttpResponse:
    """Show how each card, challenge and streak stands, and what it gives."""
    today = clock.business_date(clock.now(), member.programme.time_zone)
    home = reverse("portal:home", kwargs={"programme": member.programme.slug})
    return portal_page(request, member.programme, "rewards/quests/quests.html", cards=quest_cards(member, today), back_url=home)
