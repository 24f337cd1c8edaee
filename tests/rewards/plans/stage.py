"""A programme with two plans: one with free delivery, as golden examples have them."""

import datetime as dt
from typing import Any

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.plans.domain import Term, When
from rewards.plans.models import EntitlementUse, Subscription
from rewards.plans.queries import subscription_by_id
from rewards.plans.services import (
    Act,
    CancellationRecord,
    PeriodRecord,
    Renewal,
    Start,
    Use,
    cancel,
    renew,
    subscribe,
    use_entitlement,
)
from rewards.setups.domain import SetupKind
from tests.api.conftest import open_club
from tests.rewards.setups.stage import set_up

PRIME: dict[str, Any] = {
    "variants": {
        "standard": {"month_minor": 1499, "year_minor": 13900},
        "student": {"month_minor": 749, "year_minor": 6900, "attribute": "student", "is": "yes"},
    },
    "trial_days": 30,
    "entitlements": {
        "delivery": {"name": "Free delivery", "other_names": {"tr": "Ücretsiz teslimat"}, "least_minor": 1200, "most": 2, "per": "month"},
        "films": {"name": "Films"},
    },
}


def prime_club(**more: Any) -> Programme:
    programme = open_club()
    set_up(programme, SetupKind.PLAN, "prime", PRIME | more, valid_from=dt.date(2024, 1, 1))
    return programme


def noon(month: int, day: int, year: int = 2024) -> dt.datetime:
    return dt.datetime(year, month, day, 10, 0, tzinfo=dt.UTC)


def told(number: str, at: dt.datetime) -> Act:
    return Act("shop", number, at, at)


def bought(
    member: Member, at: dt.datetime, number: str = "S1", *, term: Term = Term.YEAR, variant: str = "standard", **more: Any
) -> PeriodRecord:
    return subscribe(member=member, start=Start("prime", variant, term, **more), act=told(number, at))


def renewed(subscription: Subscription, at: dt.datetime, number: str = "R1", **more: Any) -> PeriodRecord:
    return renew(subscription=again(subscription), renewal=Renewal(**more), act=told(number, at))


def given_up(subscription: Subscription, at: dt.datetime, number: str = "C1", when: When = When.NOW) -> CancellationRecord:
    return cancel(subscription=again(subscription), when=when, act=told(number, at))


def used(
    member: Member, at: dt.datetime, number: str = "U1", *, code: str = "delivery", minor: int = 2000, receipt: str = ""
) -> EntitlementUse:
    return use_entitlement(member=member, use=Use(code, minor, receipt), act=told(number, at)).use


def again(subscription: Subscription) -> Subscription:
    return subscription_by_id(subscription.programme, subscription.pk)
