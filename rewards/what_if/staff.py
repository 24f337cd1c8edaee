"""What would this member's basket earn? For colleagues who are asked, or who try a rule."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.members.models import Member
from accounts.staff.pages import StaffRequest, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from rewards.purchases.queries import MemberNotFound
from rewards.till.forms import LineFormSet
from rewards.till.queries import categories_of
from rewards.what_if.forms import StaffWhatIfForm
from rewards.what_if.pages import answer_of, nothing_happens


@require_safe
@staff_page(Act.FIND_MEMBERS)
def what_if(request: StaffRequest, member: uuid.UUID) -> HttpResponse:
    """Type a basket, a day, a store; see what every rule says of it. The address carries what was typed, to be shown to somebody else."""
    found = Member.objects.select_related("programme__legal_entity__book").filter(pk=member).first()
    if found is None:
        raise MemberNotFound(_("There is no such member."))
    programme, now = found.programme, clock.now()
    today = clock.business_date(now, programme.time_zone)
    asked = request.GET if "amount" in request.GET else None
    form = StaffWhatIfForm(asked, programme=programme, today=today)
    lines = LineFormSet(
        asked if asked is not None and "line-TOTAL_FORMS" in asked else None, prefix="line", form_kwargs={"currency": programme.currency}
    )
    with timezone.override(programme.time_zone):
        answer = answer_of(found, form, lines if lines.is_bound else None, now)
        back = reverse("staff:member", args=[found.pk])
        context = {
            "member": found,
            "programme": programme,
            "form": form,
            "lines": lines,
            "is_split": lines.is_bound and lines.is_used,
            "categories": categories_of(programme, today),
            "answer": answer,
            "note": nothing_happens(),
            "crumbs": [
                {"label": _("Members"), "url": reverse("staff:members")},
                {"label": str(found), "url": back},
                {"label": _("What if")},
            ],
        }
        return render(request, "rewards/what_if/staff.html", context, status=422 if form.errors else 200)
