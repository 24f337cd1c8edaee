"""The public counter of a cause. Everybody may see it; a signed-in member sees the own count beside it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.members.access import portal_page, public_programme
from accounts.members.models import Member
from accounts.users.models import User
from loyalty.kit import clock
from rewards.causes.pages import cause_card, cause_cards
from rewards.causes.queries import begun_causes


@require_safe
def causes(request: HttpRequest, programme: str) -> HttpResponse:
    """Show every cause that has begun."""
    found = public_programme(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    with timezone.override(found.time_zone):
        cards = cause_cards(found, _member_of(request, found.slug), today)
        back = reverse("portal:home", args=[found.slug])
        return portal_page(request, found, "rewards/causes/causes.html", cards=cards, back_url=back)


@require_safe
def cause(request: HttpRequest, programme: str, cause: str) -> HttpResponse:
    """Show one cause."""
    found = public_programme(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    one = next((row for row in begun_causes(found, today) if row.code == cause), None)
    if one is None:
        raise Http404
    with timezone.override(found.time_zone):
        cards = [cause_card(one, found, _member_of(request, found.slug), today)]
        back = reverse("portal:causes", args=[found.slug])
        return portal_page(request, found, "rewards/causes/causes.html", cards=cards, back_url=back, alone=True)


def _member_of(request: HttpRequest, programme: str) -> Member | None:
    if not isinstance(request.user, User):
        return None
    return Member.objects.filter(programme__slug=programme, user=request.user).first()
