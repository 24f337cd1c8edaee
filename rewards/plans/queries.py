"""Questions about plans, subscriptions and what members may use."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.plans.domain import Entitlement, PlanTerms
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionPeriod
from rewards.setups.domain import SetupKind
from rewards.setups.models import SetupVersion
from rewards.setups.queries import parsed, setups_of

NEWEST_FIRST = BY_NEWEST_ID


class PlanNotFound(NotFound):
    code = "plan_not_found"


class SubscriptionNotFound(NotFound):
    code = "subscription_not_found"


class EntitlementUseNotFound(NotFound):
    code = "entitlement_use_not_found"


class Offered(NamedTuple):
    """A plan as it is offered on a day."""

    version: SetupVersion
    terms: PlanTerms

    @property
    def code(self) -> str:
        return self.version.setup.code


@dataclasses.dataclass(frozen=True, slots=True)
class Benefit:
    """Something that a member may use on a day: from which subscription, and how often it was used in its window."""

    subscription: Subscription
    period: SubscriptionPeriod
    entitlement: Entitlement
    window_on: dt.date
    next_window_on: dt.date
    used: int
    number: int
    """Of the last row of the window; 0 before the first."""

    @property
    def left(self) -> int | None:
        return self.entitlement.left(self.used)


def plans_on(programme: Programme, day: dt.date) -> list[Offered]:
    """Return the plans that can be bought on a day, by code."""
    return [Offered(version, parsed(version)) for version in setups_of(programme).on(SetupKind.PLAN, day)]


def plan_on(programme: Programme, code: str, day: dt.date) -> Offered:
    """Raises: PlanNotFound."""
    for offered in plans_on(programme, day):
        if offered.code == code:
            return offered
    raise PlanNotFound(_("There is no such plan on this day. Look at the list of plans."))


def subscriptions_of(member: Member) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(member=member).select_related("plan")


def subscription_by_id(programme: Programme, subscription: uuid.UUID) -> Subscription:
    """Return it with its plan and its member. Raises: SubscriptionNotFound."""
    found = Subscription.objects.filter(programme=programme, pk=subscription).select_related("plan", "member").first()
    if found is None:
        raise SubscriptionNotFound(_("There is no such subscription. Look it up among those of the member."))
    return found


def use_by_id(programme: Programme, use: uuid.UUID) -> EntitlementUse:
    """Raises: EntitlementUseNotFound."""
    rows = EntitlementUse.objects.filter(programme=programme, pk=use, kind=EntitlementUse.Kind.USED)
    found = rows.select_related("subscription__member", "subscription__plan", "period__version__setup").first()
    if found is None:
        raise EntitlementUseNotFound(_("There is no such use. Take the id from its answer."))
    return found


def benefits_on(member: Member, day: dt.date) -> list[Benefit]:
    """Return what a member may use on a day, plan by plan: three queries, none in programmes without plans. Needs the programme."""
    if not setups_of(member.programme).has_plans:
        return []
    held = [one for one in subscriptions_of(member).filter(starts_on__lte=day, ends_on__gt=day).order_by("plan__code") if not is_ended(one)]
    periods = _periods_on(held, day)
    last = _last_uses(held)
    found = []
    for subscription in held:
        period = periods[subscription.pk]
        for entitlement in terms_of(period).entitlements.values():
            window = entitlement.window_of(day, period.days)
            number, used = last.get((subscription.pk, entitlement.code, window), (0, 0))
            after = entitlement.next_window(day, period.days)
            found.append(Benefit(subscription, period, entitlement, window, after, used, number))
    return found


def is_ended(subscription: Subscription) -> bool:
    return subscription.state == Subscription.State.ENDED


def terms_of(period: SubscriptionPeriod) -> PlanTerms:
    """Return what was promised for a period; needs its version with the setup."""
    terms: PlanTerms = parsed(period.version)
    return terms


def expected_lives(plans: Collection[int]) -> Mapping[int, list[tuple[dt.date, int]]]:
    """Return by plan from which day on a membership for life is expected to last how many months, oldest first.

    A version that says nothing of it leaves what was expected before; of two that begin on a day the newer one counts.
    """
    rows = SetupVersion.objects.approved().filter(setup__in=plans, definition__life_months__isnull=False).order_by("valid_from", "version")
    found: dict[int, dict[dt.date, int]] = defaultdict(dict)
    for plan, on, months in rows.values_list("setup_id", "valid_from", "definition__life_months"):
        if months is not None:
            found[plan][on] = months
    return {plan: list(lives.items()) for plan, lives in found.items()}


def plans_among(people: Sequence[tuple[uuid.UUID, dt.date]]) -> list[frozenset[str]]:
    """Return for each member and day the codes of the plans that they have on it. One query."""
    days = [day for _member, day in people]
    spans = plan_days({member for member, _day in people}, first=min(days), last=max(days))
    return [frozenset(code for code, from_on, to_on in spans[member] if from_on <= day < to_on) for member, day in people]


def plan_days(members: Collection[uuid.UUID], *, first: dt.date, last: dt.date) -> Mapping[uuid.UUID, list[tuple[str, dt.date, dt.date]]]:
    """Return by member which plans they have, each from a day to the first one without it, of those that touch the days between."""
    rows = Subscription.objects.filter(member__in=members, starts_on__lte=last, ends_on__gt=first).order_by("pk")
    found: dict[uuid.UUID, list[tuple[str, dt.date, dt.date]]] = defaultdict(list)
    for member, code, from_on, to_on in rows.values_list("member_id", "plan__code", "starts_on", "ends_on"):
        found[member].append((code, from_on, to_on))
    return found


def _periods_on(held: Iterable[Subscription], day: dt.date) -> dict[uuid.UUID, SubscriptionPeriod]:
    rows = SubscriptionPeriod.objects.filter(subscription__in=held, from_on__lte=day, to_on__gt=day).select_related("version__setup")
    return {row.subscription_id: row for row in rows}


def _last_uses(held: Iterable[Subscription]) -> dict[tuple[uuid.UUID, str, dt.date], tuple[int, int]]:
    """Return the number and the count of the newest row of each window."""
    window = ("subscription_id", "entitlement", "window_on")
    rows = EntitlementUse.objects.filter(subscription__in=held).order_by(*window, "-number").distinct(*window)
    return {(of, code, on): (number, used) for of, code, on, number, used in rows.values_list(*window, "number", "used")}
