"""Points that no sale stands behind: grants under the currency's terms of the day, and taking them back."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ledger.points import services as bank
from ledger.points.domain import ArrearsPolicy, Grant, Outcome, Reason, Reversal, Sale, Source, Taking
from rewards.earning.queries import CurrencySetting, Setting


def gifts(
    setting: Setting,
    units: Mapping[str, int],
    *,
    wallet: uuid.UUID,
    key: str,
    joined_at: dt.datetime,
    reason: Reason,
    occurred_at: dt.datetime,
    business_on: dt.date,
    had_on: dt.date | None = None,
) -> list[Grant]:
    """Return what gives these units by currency; nothing for nothing. `had_on`: they wait for this day. Raises: NoTermsInForce."""
    return [
        gift(
            setting.currencies[code],
            units[code],
            wallet=wallet,
            key=f"{key}:{code}",
            joined_at=joined_at,
            reason=reason,
            at=occurred_at,
            on=business_on,
            had_on=had_on,
        )
        for code in sorted(units)
        if units[code] > 0
    ]


def gift(
    currency: CurrencySetting,
    units: int,
    *,
    wallet: uuid.UUID,
    key: str,
    joined_at: dt.datetime,
    reason: Reason,
    at: dt.datetime,
    on: dt.date,
    may_wait: bool = True,
    had_on: dt.date | None = None,
    sale: Sale | None = None,
) -> Grant:
    """Return what gives points of one currency; `may_wait`: they mature when the terms say so, else at once; `had_on`: not before this day;
    `sale`: what a point is expected to cost, where the books accrue it.

    Raises: NoTermsInForce.
    """
    terms, first_on = currency.terms_on(on), max(on, had_on or on)
    matures_on = first_on + dt.timedelta(days=terms.pending_days if may_wait else 0)
    return Grant(
        points_account=wallet,
        unit=currency.unit.pk,
        source=Source.CAMPAIGN,
        key=key,
        units=units,
        reason=reason,
        occurred_at=at,
        business_on=on,
        expires_on=currency.expires_on(on, joined_at=joined_at, had_on=first_on),
        matures_on=matures_on if matures_on > on else None,
        portfolio=terms.portfolio,
        terms=terms.pk,
        sale=sale,
    )


def given(grants: Sequence[Grant], outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Write down what was given, as purchases do."""
    return [
        {
            "currency": grant.key.rsplit(":", 1)[1],
            "unit": grant.unit,
            "units": grant.units,
            "state": "pending" if grant.pending else "available",
            "available_on": (grant.matures_on or grant.business_on).isoformat(),
            "expires_on": grant.expires_on.isoformat() if grant.expires_on else None,
            "movement": str(outcome.movement),
        }
        for grant, outcome in zip(grants, outcomes, strict=True)
    ]


def take_back(
    currency: CurrencySetting, units: int, *, grant: uuid.UUID, wallet: uuid.UUID, key: str, at: dt.datetime, on: dt.date
) -> Reversal:
    """Take a gift back. What is spent and may not be owed is forgiven: a bonus never stands in the way of a return.

    Raises: PointsOnHold.
    """
    unit = currency.unit
    policy = ArrearsPolicy(unit.arrears_policy)
    taking = Taking(
        points_account=wallet,
        unit=unit.pk,
        source=Source.CAMPAIGN,
        key=key,
        units=units,
        reason=Reason.CANCELLATION,
        occurred_at=at,
        business_on=on,
    )
    return bank.reverse(
        grant=grant,
        taking=taking,
        policy=ArrearsPolicy.FORGIVE if policy is ArrearsPolicy.FORBID else policy,
        limit=unit.arrears_limit,
        refunded_minor=None,
        order=unit.consumption_order,
    )
