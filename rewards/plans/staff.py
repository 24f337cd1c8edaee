"""Subscriptions for colleagues: who has which plan, what was paid and given back, and what was used."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.pages import frame
from accounts.programmes.queries import programme_by_slug
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, staff_page
from accounts.staff.roles import Act
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.plans import queries
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionCancellation, SubscriptionPeriod
from rewards.plans.pages import STATES, facts_of, plan_title
from rewards.plans.words import last_day_text


@require_safe
@staff_page(Act.FIND_MEMBERS, Act.PREPARE_RULES, Act.SEE_BOOKS)
def subscriptions(request: StaffRequest, programme: str) -> HttpResponse:
    """List subscriptions, newest first; ?state= and ?member= narrow."""
    found = programme_by_slug(programme)
    asked, member = request.GET.get("state", ""), _id_of(request.GET.get("member", ""))
    state = asked if asked in Subscription.State.values else ""
    rows = Subscription.objects.filter(programme=found).select_related("plan", "member")
    rows = rows.filter(member=member) if member else rows
    page = list_page(request, rows.filter(state=state) if state else rows, BY_NEWEST_ID)
    tabs = [("", _("All")), *Subscription.State.choices]
    kept = f"&member={member}" if member else ""
    sees_members = may(request.user, Act.FIND_MEMBERS)
    labels = (_("Plan"), _("Member"), _("Term"), _("First day"), _("Last day"), _("State"))
    context = {
        **frame(found, "setups"),
        "states": [{"label": str(label).capitalize(), "url": f"?state={value}{kept}", "current": value == state} for value, label in tabs],
        "report_url": reverse("staff:fee-report") if may(request.user, Act.SEE_BOOKS) else "",
        "columns": [{"label": label} for label in labels],
        "rows": [_row(row, found.slug, sees_members=sees_members) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/plans/subscriptions.html", context)


@require_safe
@staff_page(Act.FIND_MEMBERS, Act.PREPARE_RULES, Act.SEE_BOOKS)
def subscription(request: StaffRequest, programme: str, subscription: uuid.UUID) -> HttpResponse:
    """Show a subscription: its paid periods with what went back, and its uses, newest first."""
    found = programme_by_slug(programme)
    row = queries.subscription_by_id(found, subscription)
    uses = EntitlementUse.objects.filter(subscription=row)
    page = list_page(request, uses, BY_NEWEST_ID)
    member = {"label": _("Member"), "value": str(row.member)}
    if may(request.user, Act.FIND_MEMBERS):
        member["url"] = reverse("staff:member", args=[row.member_id])
    with timezone.override(found.time_zone):
        context = {
            **frame(found, "setups"),
            "title": plan_title(row),
            "state_chip": STATES[Subscription.State(row.state)],
            "state_label": row.get_state_display(),
            "facts": [member, *facts_of(row, found.currency)],
            "endings": [_ending(one, found.currency) for one in row.cancellations.order_by("-id")],
            "period_columns": [
                *({"label": label} for label in (_("Period"), _("First day"), _("Last day"), _("Version"))),
                *({"label": label, "number": True} for label in (_("Paid"), _("Went back"))),
            ],
            "periods": [_period(one, found.currency) for one in row.periods.select_related("version", "refund").order_by("-number")],
            "use_columns": [{"label": label} for label in (_("Day"), _("What"), _("Happened"), _("Used after it"), _("Receipt"))],
            "uses": [_use(one) for one in page.rows],
            "previous_url": page.previous_url,
            "next_url": page.next_url,
        }
        return render(request, "rewards/plans/subscription.html", context)


def _id_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _row(row: Subscription, programme: str, *, sees_members: bool) -> list[Any]:
    url = reverse("staff:subscription", args=[programme, row.pk])
    member = {"value": str(row.member), **({"url": reverse("staff:member", args=[row.member_id])} if sees_members else {})}
    return [
        {"value": plan_title(row), "url": url},
        member,
        row.get_term_display(),
        date_format(row.starts_on, "j M Y"),
        last_day_text(row.ends_on, "j M Y"),
        {"value": row.get_state_display(), "state": STATES[Subscription.State(row.state)]},
    ]


def _period(row: SubscriptionPeriod, currency: str) -> list[Any]:
    refund = getattr(row, "refund", None)
    return [
        {"value": str(row.number), "hint": _("trial") if row.is_trial else ""},
        date_format(row.from_on, "j M Y"),
        last_day_text(row.to_on, "j M Y"),
        str(row.version.version),
        money_text(Money(row.paid_minor, currency)),
        money_text(Money(refund.refunded_minor, currency)) if refund else "",
    ]


def _use(row: EntitlementUse) -> list[Any]:
    after = f"{row.used}/{row.most}" if row.most is not None else str(row.used)
    return [date_format(row.business_on, "j M Y"), row.entitlement, row.get_kind_display(), after, row.receipt]


def _ending(row: SubscriptionCancellation, currency: str) -> str:
    words = {
        "day": date_format(row.business_on, "j F Y"),
        "last": last_day_text(row.ends_on, "j F Y"),
        "amount": money_text(Money(row.refund_minor, currency)),
    }
    if row.when == SubscriptionCancellation.WhenChoice.PERIOD_END:
        return _("Given up on %(day)s, to run out with %(last)s.") % words
    if row.is_unused:
        return _("Given up unused on %(day)s: %(amount)s goes back.") % words
    return _("Given up on %(day)s, after it was used: %(amount)s goes back.") % words
