"""What would I earn? A member asks before buying."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from rewards.what_if.forms import WhatIfForm
from rewards.what_if.pages import answer_of, nothing_happens


@require_safe
@portal_member
def what_if(request: HttpRequest, member: Member) -> HttpResponse:
    """Type an amount and a day; see the points, and why or why not."""
    now = clock.now()
    today = clock.business_date(now, member.programme.time_zone)
    form = WhatIfForm(request.GET if "amount" in request.GET else None, programme=member.programme, today=today)
    answer = answer_of(member, form, None, now)
    home = reverse("portal:home", kwargs={"programme": member.programme.slug})
    context = {"form": form, "answer": answer, "note": nothing_happens(), "back_url": home}
    return portal_page(request, member.programme, "rewards/what_if/portal.html", status=422 if form.errors else 200, **context)
