"""Give a subscription up: what goes back is worked out from what was paid and used, never typed."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from loyalty.kit.problems import Refused
from rewards.plans.domain import FOREVER, When, fingerprint
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionCancellation, SubscriptionPeriod, SubscriptionRefund
from rewards.plans.queries import terms_of
from rewards.plans.services.acts import Act, SubscriptionForLife, announce, check_same, conflict, ended, lock_subscription
from rewards.plans.services.subscriptions import State, end_locked


class SubscriptionRunsOut(Refused):
    code = "subscription_runs_out"


@dataclasses.dataclass(frozen=True, slots=True)
class CancellationRecord:
    cancellation: SubscriptionCancellation
    subscription: Subscription
    replayed: bool = False


@transaction.atomic
def cancel(*, subscription: Subscription, when: When, act: Act) -> CancellationRecord:
    """End a subscription with the day of the act and say what goes back, or let it run until its paid days are over.

    Raises: SubscriptionEnded, SubscriptionRunsOut (it was to run out already), SubscriptionForLife (it never does),
    SubscriptionNumberConflict.
    """
    locked = lock_subscription(subscription)
    facts = fingerprint("cancel", locked.pk, when.value, act.occurred_at.timestamp())
    numbered = SubscriptionCancellation.objects.filter(programme=locked.programme_id, source=act.source, external_id=act.external_id)
    if earlier := numbered.first():
        check_same(earlier.fingerprint, facts)
        return CancellationRecord(earlier, locked, replayed=True)
    on = max(act.day_of(locked.member), locked.starts_on)
    if locked.state == State.ENDED or on >= locked.ends_on:
        raise ended()
    if when is When.PERIOD_END and locked.state == State.ENDING:
        raise SubscriptionRunsOut(_("It runs out with its paid days already. Nothing more is to be done."))
    if when is When.PERIOD_END and locked.ends_on == FOREVER:
        raise SubscriptionForLife(_("A membership for life does not run out. Give it up at once instead."))
    refunds = _refunds(locked, on) if when is When.NOW else []
    row = SubscriptionCancellation(
        subscription=locked,
        programme_id=locked.programme_id,
        when=when,
        ends_on=on + dt.timedelta(days=1) if when is When.NOW else locked.ends_on,
        is_unused=not _is_used(locked, on),
        refund_minor=sum(of.refunded_minor for of in refunds),
        business_on=on,
        **act.row(facts),
    )
    _insert(row, refunds)
    _let_end(locked, row, act.at)
    return CancellationRecord(row, locked)


def _let_end(locked: Subscription, row: SubscriptionCancellation, at: dt.datetime) -> None:
    locked.ends_on = locked.lapses_on = row.ends_on
    announce("cancelled", locked, at, {"when": str(row.when), "ends_on": row.ends_on.isoformat(), "refund_minor": row.refund_minor})
    if row.when == When.NOW:
        end_locked(locked, at)
        return
    locked.state = State.ENDING
    locked.save(update_fields=["state", "ends_on", "lapses_on"])


def _refunds(locked: Subscription, on: dt.date) -> list[SubscriptionRefund]:
    """Say what goes back of each period that has days left."""
    cut = locked.periods.filter(to_on__gt=on).select_related("version__setup").order_by("number")
    is_unused = not _is_used(locked, on)
    return [
        SubscriptionRefund(
            period=period,
            programme_id=locked.programme_id,
            paid_minor=period.paid_minor,
            refunded_minor=_refund(period, on, is_unused=is_unused),
            business_on=max(on, period.business_on),
        )
        for period in cut
    ]


def _refund(period: SubscriptionPeriod, on: dt.date, *, is_unused: bool) -> int:
    return terms_of(period).refund(period.paid_minor, period.days, on, is_unused=is_unused)


def _is_used(locked: Subscription, on: dt.date) -> bool:
    """Whether anything that the plan includes was used, and not given back, in the period that runs."""
    uses = EntitlementUse.objects.filter(subscription=locked, kind=EntitlementUse.Kind.USED, given_back=None)
    return uses.filter(period__from_on__lte=on, period__to_on__gt=on).exists()


def _insert(row: SubscriptionCancellation, refunds: Sequence[SubscriptionRefund]) -> None:
    """Raises: SubscriptionNumberConflict."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            for refund in refunds:
                refund.cancellation = row
                refund.save(force_insert=True)
    except IntegrityError:
        raise conflict() from None
