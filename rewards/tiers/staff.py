"""The tiers of a programme for colleagues: what each asks and brings, and how many members stand there."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.pages import staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.money import Money
from rewards.tiers.models import Tier, TierLadder, TierStanding


@require_safe
@staff_page("accounts.view_programme", Act.PREPARE_RULES, Act.APPROVE_RULES)
def tiers(request: HttpRequest, programme: str) -> HttpResponse:
    found = programme_by_slug(programme)
    today = clock.business_date(clock.now(), found.time_zone)
    ladder = TierLadder.objects.filter(programme=found).first()
    rows = list(Tier.objects.filter(ladder=ladder).order_by("rank")) if ladder else []
    reached = _members_by_tier([tier.pk for tier in rows], today)
    sees_members = may(request.user, Act.FIND_MEMBERS)
    context = {
        **frame(found, "tiers"),
        "ladder": ladder,
        "facts": [
            {"label": _("Counted over"), "value": ladder.get_window_display()},
            {"label": _("What counts"), "value": ladder.get_metric_display()},
            {"label": _("A tier is kept"), "value": ladder.get_keeps_through_display()},
        ]
        if ladder
        else [],
        "columns": [
            {"label": _("Tier")},
            {"label": _("Benefits")},
            {"label": _("Spend of a year"), "number": True},
            {"label": _("Members who hold it or a higher one"), "number": True},
        ],
        "rows": [_row(tier, found.currency, reached.get(tier.pk, 0), found.slug if sees_members else "") for tier in rows],
    }
    return render(request, "rewards/tiers/tiers.html", context)


def _members_by_tier(tiers: list[int], today: Any) -> dict[int, int]:
    """Return how many members have reached each tier in a standing that holds today; one query."""
    held = TierStanding.objects.filter(tier__in=tiers, reason=TierStanding.Reason.REACHED, from_on__lte=today, to_on__gte=today)
    lost = TierStanding.objects.filter(tier__in=tiers, reason=TierStanding.Reason.RETURNED, from_on__lte=today)
    gone = set(lost.values_list("member_id", "tier_id", "year"))
    if not gone:
        return dict(held.values_list("tier_id").annotate(members=Count("member", distinct=True)).order_by())
    members: dict[int, set[Any]] = {}
    for member, tier, year in held.values_list("member_id", "tier_id", "year"):
        if (member, tier, year) not in gone:
            members.setdefault(tier, set()).add(member)
    return {tier: len(found) for tier, found in members.items()}


def _row(tier: Tier, money: str, members: int, slug: str) -> list[Any]:
    url = f"{reverse('staff:members')}?programme={slug}&tier={tier.code}" if slug else ""
    return [
        {"value": tier.local_name, "url": url} if url else tier.local_name,
        tier.local_benefits or "–",
        Money(tier.threshold_minor, money),
        members,
    ]
