"""Plans, subscriptions, and what members may use, as the API shows them."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from loyalty.kit.money import minor_text
from rewards.plans.domain import FOREVER, Entitlement, Variant
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionCancellation, SubscriptionPeriod
from rewards.plans.queries import Benefit, Offered
from rewards.plans.services import PeriodRecord


class VariantAnswer(BaseModel):
    """What a variant costs; with `attribute` it is for members of whom that fact has the value `is`."""

    code: str
    month: str | None
    year: str | None
    attribute: str | None
    value: str | None
    life: str | None = None


class IncludedAnswer(BaseModel):
    """Something that a plan includes: for orders from `least` on, `most` times in a `per` (null: without limit)."""

    code: str
    name: str
    names: dict[str, str]
    least: str
    most: int | None
    per: str


class PlanAnswer(BaseModel):
    """A plan that can be bought today."""

    code: str
    name: str
    names: dict[str, str]
    currency: str
    variants: list[VariantAnswer]
    trial_days: int
    refund_unused: str
    refund_used: str
    entitlements: list[IncludedAnswer]


class PlansAnswer(BaseModel):
    """A page of plans, by code."""

    results: list[PlanAnswer]
    next: str | None
    previous: str | None


class SubscriptionAnswer(BaseModel):
    """A subscription; `ends_on` is the first day without it (for life: 9999-12-31), `renew_by` the last day for its renewal."""

    id: uuid.UUID
    member: uuid.UUID
    plan: str
    variant: str
    term: str
    state: str
    starts_on: str
    ends_on: str
    renew_by: str | None
    external_id: str
    for_life: bool = False


class SubscriptionsAnswer(BaseModel):
    """A page of subscriptions, newest first."""

    results: list[SubscriptionAnswer]
    next: str | None
    previous: str | None


class PeriodAnswer(BaseModel):
    """Days that were paid for; `to_on` is the first one after them (for life: 9999-12-31)."""

    number: int
    from_on: str
    to_on: str
    trial: bool
    paid: str
    currency: str


class PeriodRecordAnswer(SubscriptionAnswer):
    """A subscription with the period that was just paid for."""

    period: PeriodAnswer


class RefundAnswer(BaseModel):
    """What goes back of a period."""

    period: int
    refund: str


class CancellationAnswer(BaseModel):
    """A subscription that was given up: when it ends, and what goes back."""

    id: uuid.UUID
    subscription: uuid.UUID
    when: str
    ends_on: str
    unused: bool
    refund: str
    currency: str
    periods: list[RefundAnswer]


class EntitlementAnswer(BaseModel):
    """Something that a member may use today. `left` is null without a limit, `why` says what stands in the way of this order."""

    code: str
    name: str
    plan: str
    subscription: uuid.UUID
    least: str
    used: int
    left: int | None
    next_on: str
    applies: bool
    why: str | None


class EntitlementsAnswer(BaseModel):
    """A page of what a member may use, by code."""

    results: list[EntitlementAnswer]
    next: str | None
    previous: str | None


class UseAnswer(BaseModel):
    """A use, or a use that was given back, and what is left in its window."""

    id: uuid.UUID
    kind: str
    entitlement: str
    subscription: uuid.UUID
    used: int
    left: int | None
    receipt: str
    business_on: str


def plan_answer(offered: Offered, currency: str, attributes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Shown as PlanAnswer; with the facts of a member only the variants that are for the member."""
    setup, terms = offered.version.setup, offered.terms
    return {
        "code": setup.code,
        "name": setup.name,
        "names": setup.other_names,
        "currency": currency,
        "variants": [_variant(one, currency) for one in terms.variants.values() if attributes is None or one.is_for(attributes)],
        "trial_days": terms.trial_days,
        "refund_unused": terms.unused.value,
        "refund_used": terms.used.value,
        "entitlements": [_included(one, currency) for one in terms.entitlements.values()],
    }


def subscription_answer(row: Subscription) -> dict[str, Any]:
    """Shown as SubscriptionAnswer."""
    never_lapses = row.state == Subscription.State.ENDED or row.lapses_on == FOREVER
    return {
        "id": str(row.pk),
        "member": str(row.member_id),
        "plan": row.plan.code,
        "variant": row.variant,
        "term": str(row.term),
        "state": str(row.state),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "renew_by": None if never_lapses else (row.lapses_on - dt.timedelta(days=1)).isoformat(),
        "external_id": row.external_id,
        "for_life": row.ends_on == FOREVER,
    }


def period_record_answer(record: PeriodRecord, currency: str) -> dict[str, Any]:
    """Shown as PeriodRecordAnswer."""
    return subscription_answer(record.subscription) | {"period": _period(record.period, currency)}


def cancellation_answer(row: SubscriptionCancellation, currency: str) -> dict[str, Any]:
    """Shown as CancellationAnswer."""
    refunds = row.refunds.select_related("period").order_by("period__number")
    return {
        "id": str(row.pk),
        "subscription": str(row.subscription_id),
        "when": str(row.when),
        "ends_on": row.ends_on.isoformat(),
        "unused": row.is_unused,
        "refund": minor_text(row.refund_minor, currency),
        "currency": currency,
        "periods": [{"period": of.period.number, "refund": minor_text(of.refunded_minor, currency)} for of in refunds],
    }


def entitlement_answer(benefit: Benefit, order_minor: int | None, currency: str) -> dict[str, Any]:
    """Shown as EntitlementAnswer."""
    entitlement = benefit.entitlement
    why = entitlement.shortfall(benefit.used, order_minor)
    return {
        "code": entitlement.code,
        "name": entitlement.name,
        "plan": benefit.subscription.plan.code,
        "subscription": str(benefit.subscription.pk),
        "least": minor_text(entitlement.least_minor, currency),
        "used": benefit.used,
        "left": benefit.left,
        "next_on": benefit.next_window_on.isoformat(),
        "applies": why is None,
        "why": why.value if why else None,
    }


def use_answer(row: EntitlementUse) -> dict[str, Any]:
    """Shown as UseAnswer."""
    return {
        "id": str(row.pk),
        "kind": str(row.kind),
        "entitlement": row.entitlement,
        "subscription": str(row.subscription_id),
        "used": row.used,
        "left": None if row.most is None else max(0, row.most - row.used),
        "receipt": row.receipt,
        "business_on": row.business_on.isoformat(),
    }


def _variant(one: Variant, currency: str) -> dict[str, Any]:
    prices = {term.value: minor_text(minor, currency) for term, minor in one.prices.items()}
    named = {"attribute": one.attribute or None, "value": one.value or None}
    return {"code": one.code, "month": prices.get("month"), "year": prices.get("year"), "life": prices.get("life"), **named}


def _included(one: Entitlement, currency: str) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "names": dict(one.other_names),
        "least": minor_text(one.least_minor, currency),
        "most": one.most,
        "per": one.per.value,
    }


def _period(row: SubscriptionPeriod, currency: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "trial": row.is_trial,
        "paid": minor_text(row.paid_minor, currency),
        "currency": currency,
    }
