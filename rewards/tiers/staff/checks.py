"""The last time that everybody's tiers were worked out again, and what differed; and how far the judgement of the day has come."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, staff_page
from accounts.staff.roles import Act
from loyalty.kit.figures import points_text
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.tiers.models import TierCheck, TierFinding, TierRun


@require_safe
@staff_page("rewards.view_tiercheck")
def checks(request: StaffRequest, programme: str) -> HttpResponse:
    """Show the last re-performance with its findings, and the last judged day."""
    found = programme_by_slug(programme)
    check = TierCheck.objects.filter(programme=found).order_by("-id").first()
    run = TierRun.objects.filter(programme=found).order_by("-day").first()
    page = list_page(request, TierFinding.objects.filter(check_run=check).select_related("member", "ladder"), BY_NEWEST_ID)
    sees_members = may(request.user, Act.FIND_MEMBERS)
    context = {
        **frame(found, "tiers"),
        "check": check,
        "check_facts": _check_facts(check) if check else [],
        "run_facts": _run_facts(run) if run else [],
        "columns": [{"label": label} for label in (_("Member"), _("Ladder"), _("What differs"), _("Where"), _("Stored"), _("Worked out"))],
        "rows": [_row(row, sees_members) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "back_url": reverse("staff:tiers", args=[found.slug]),
    }
    return render(request, "rewards/tiers/checks.html", context)


def _check_facts(check: TierCheck) -> list[dict[str, Any]]:
    done = _("%(done)s of %(all)s") % {"done": points_text(check.looked_at), "all": points_text(check.members)}
    return [
        {"label": _("Began"), "value": date_format(localtime(check.began_at), "j F Y, H:i")},
        {"label": _("Members looked at"), "value": done, "hint": "" if check.ended_at else _("it is still running, or was interrupted")},
        {"label": _("Differences"), "value": points_text(check.findings)},
    ]


def _run_facts(run: TierRun) -> list[dict[str, Any]]:
    return [
        {
            "label": _("Day"),
            "value": date_format(run.day, "j F Y"),
            "hint": "" if run.ended_at else _("it is still running, or was interrupted"),
        },
        {
            "label": _("Members judged"),
            "value": points_text(run.judged),
            "hint": _("everybody, because a version began") if run.everybody else "",
        },
        {"label": _("Members whose tier turned"), "value": points_text(run.turned)},
    ]


def _row(row: TierFinding, sees_members: bool) -> list[Any]:
    who = {"value": str(row.member), "url": reverse("staff:member", args=[row.member_id])} if sees_members else str(row.member)
    return [who, row.ladder.local_name if row.ladder else "–", row.get_kind_display(), row.subject, row.stored, row.expected]
