"""Who brought whom, for colleagues."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, staff_page
from accounts.staff.roles import Act
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.referrals.models import Referral
from rewards.referrals.queries import referrals_of

_STATES = {"waiting": "pending", "rewarded": "posted", "refused": "refused", "lapsed": "expired", "reversed": "refused"}


@require_safe
@staff_page(Act.FIND_MEMBERS, Act.PREPARE_RULES)
def referrals(request: StaffRequest, programme: str) -> HttpResponse:
    """List referrals, newest first; ?state= narrows."""
    found = programme_by_slug(programme)
    asked = request.GET.get("state", "")
    state = asked if asked in Referral.State.values else ""
    rows = referrals_of(found)
    page = list_page(request, rows.filter(state=state) if state else rows, BY_NEWEST_ID)
    tabs = [("", _("All")), *Referral.State.choices]
    sees_members = may(request.user, Act.FIND_MEMBERS)
    context = {
        **frame(found, "setups"),
        "states": [{"label": str(label).capitalize(), "url": f"?state={value}", "current": value == state} for value, label in tabs],
        "columns": [{"label": label} for label in (_("Friend"), _("Brought by"), _("Code named"), _("State"), _("Why"))],
        "rows": [_row(row, sees_members=sees_members) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/referrals/referrals.html", context)


def _row(row: Referral, *, sees_members: bool) -> list[Any]:
    people = [
        {"value": str(member), **({"url": reverse("staff:member", args=[member.pk])} if sees_members else {})}
        for member in (row.friend, row.advocate)
    ]
    state = {"value": row.get_state_display(), "state": _STATES[row.state]}
    return [*people, date_format(row.claimed_on, "j M Y"), state, row.get_reason_display()]
