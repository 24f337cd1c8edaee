"""What the acts on subscriptions share: who tells of them, how a member is locked, and what is refused."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.outbox.services import publish
from ledger.points import services as bank
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Refused
from rewards.plans.models import Subscription


class SubscriptionNumberConflict(Refused):
    code = "external_id_conflict"


class SubscriptionEnded(Refused):
    code = "subscription_ended"


class SubscriptionForLife(Refused):
    """What is paid for life has no next period and no last day."""

    code = "subscription_for_life"


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Who tells of something, under which number, and when it happened; `at` is now."""

    source: str
    external_id: str
    occurred_at: dt.datetime
    at: dt.datetime

    def day_of(self, member: Member) -> dt.date:
        """Return the business day; needs the member's programme."""
        return business_date(self.occurred_at, member.programme.time_zone)

    def row(self, facts: bytes) -> dict[str, Any]:
        """Return the columns that every row of an act has."""
        named = {"source": self.source, "external_id": self.external_id, "fingerprint": facts}
        return named | {"occurred_at": self.occurred_at, "recorded_at": self.at}


def lock_member(member: Member) -> None:
    """Everything about one member's plans happens one after the other, and apart from their purchases."""
    bank.lock_wallets(points_accounts=[member.points_account_id])


def lock_subscription(subscription: Subscription) -> Subscription:
    """Lock the member, then the subscription as it is now; needs its member, and returns it with plan and programme."""
    lock_member(subscription.member)
    rows = Subscription.objects.select_related("member__programme", "plan").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=subscription.pk)


def check_same(kept: bytes | memoryview, facts: bytes) -> None:
    """Raises: SubscriptionNumberConflict."""
    if bytes(kept) != facts:
        raise conflict()


def conflict() -> SubscriptionNumberConflict:
    return SubscriptionNumberConflict(_("This number was used before with other facts. Send a new external_id."))


def ended() -> SubscriptionEnded:
    return SubscriptionEnded(_("This subscription has ended. Begin a new one."))


def announce(what: str, subscription: Subscription, at: dt.datetime, more: Mapping[str, Any] | None = None) -> None:
    publish(
        topic=f"subscription.{what}",
        payload={"subscription": str(subscription.pk), "plan": subscription.plan.code, **(more or {})},
        at=at,
        programme_id=subscription.programme_id,
        member_id=subscription.member_id,
    )
