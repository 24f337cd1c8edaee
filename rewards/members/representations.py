"""Members, their points and what moved them, as the API shows them."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from accounts.members.models import Member
from ledger.points.domain import Kind, Reason, State, last_day
from ledger.points.models import Lot, Movement
from ledger.points.queries import Holdings
from rewards.earning.queries import Setting
from rewards.earning.representations import BalanceAnswer, balances_answer
from rewards.expiry.queries import Judged
from rewards.purchases.models import Purchase
from rewards.tiers.models import TierLadder
from rewards.tiers.queries import Standing
from rewards.tiers.representations import LadderTierAnswer, TierAnswer, tier_answer, tiers_answer


class MemberAnswer(BaseModel):
    """A member with tier and points."""

    id: uuid.UUID | None
    number: str
    external_id: str | None
    status: str
    joined_at: str
    given_name: str
    family_name: str
    locale: str
    tier: TierAnswer | None
    tiers: list[LadderTierAnswer] = []
    balances: list[BalanceAnswer]


class MembersAnswer(BaseModel):
    """A page of members, the newest first."""

    results: list[MemberAnswer]
    next: str | None
    previous: str | None


class BalancesAnswer(BaseModel):
    """Points at the end of a business day, as known at a moment."""

    member: uuid.UUID
    as_of: str
    known_at: str
    balances: list[BalanceAnswer]


class MovementAnswer(BaseModel):
    """One movement: `units` as the member sees them (0 between states of the member's own points), and the balance after it."""

    id: uuid.UUID
    currency: str
    seq: int
    kind: str
    from_state: str
    to_state: str
    amount: int
    units: int
    reason: str
    business_on: str
    occurred_at: str
    recorded_at: str
    reverses: uuid.UUID | None
    balance: BalanceAnswer


class MovementsAnswer(BaseModel):
    """A page of movements, newest first."""

    results: list[MovementAnswer]
    next: str | None
    previous: str | None


class LotAnswer(BaseModel):
    """Points of one grant that are left. `id` is the movement that gave them; `last_on` the last day on which they can be used.

    `extended_by` names what moves that day on, where the terms say so: earn, redeem or any.
    """

    id: uuid.UUID
    currency: str
    granted_on: str
    matures_on: str | None
    last_on: str | None = None
    expires_on: str | None
    extended_by: str | None = None
    is_pending: bool
    reason: str
    granted: int
    remaining: int
    held: int


class LotsAnswer(BaseModel):
    """A page of open lots, the first to end first."""

    results: list[LotAnswer]
    next: str | None
    previous: str | None


class WaitingPurchase(BaseModel):
    """The purchase that earned points."""

    id: uuid.UUID
    external_id: str
    occurred_at: str


class PendingAnswer(BaseModel):
    """Points of one grant that wait until `available_on`; `day_units` are all points of the currency that become available on that day.

    Nothing sets them free before their day. A return of the purchase takes them back. `purchase` is null where no purchase earned them.
    """

    id: uuid.UUID
    currency: str
    available_on: str
    units: int
    day_units: int
    reason: str
    granted_on: str
    last_on: str | None
    purchase: WaitingPurchase | None


class PendingsAnswer(BaseModel):
    """A page of pending points, the first to become available first."""

    results: list[PendingAnswer]
    next: str | None
    previous: str | None


def member_answer(member: Member, tiers: Mapping[TierLadder, Standing], holdings: Iterable[Holdings], setting: Setting) -> dict[str, Any]:
    """Shown as MemberAnswer."""
    main = next((standing for ladder, standing in tiers.items() if ladder.is_main), None)
    return {
        "id": str(member.pk),
        "number": member.number,
        "external_id": member.external_id,
        "status": member.status,
        "joined_at": moment_text(member.joined_at),
        "given_name": member.given_name,
        "family_name": member.family_name,
        "locale": member.locale,
        "tier": tier_answer(main) if main else None,
        "tiers": tiers_answer(tiers),
        "balances": balances_answer(holdings, setting),
    }


def movement_answer(movement: Movement, codes: Mapping[int, str]) -> dict[str, Any]:
    """Shown as MovementAnswer."""
    currency = codes.get(movement.unit_id, "")
    return {
        "id": str(movement.pk),
        "currency": currency,
        "seq": movement.seq,
        "kind": _name(Kind, movement.kind),
        "from_state": _name(State, movement.debit),
        "to_state": _name(State, movement.credit),
        "amount": movement.amount,
        "units": movement.signed_amount,
        "reason": _name(Reason, movement.reason),
        "business_on": movement.business_on.isoformat(),
        "occurred_at": moment_text(movement.occurred_at),
        "recorded_at": moment_text(movement.recorded_at),
        "reverses": str(movement.reverses_id) if movement.reverses_id else None,
        "balance": {
            "currency": currency,
            "available": movement.available_after,
            "pending": movement.pending_after,
            "held": movement.held_after,
            "arrears": movement.arrears_after,
        },
    }


def lot_answer(lot: Lot, codes: Mapping[int, str], judged: Judged) -> dict[str, Any]:
    """Shown as LotAnswer, with the end that the lot has by now."""
    ends_on = judged.ends_on
    return {
        "id": str(lot.pk),
        "currency": codes.get(lot.unit_id, ""),
        "granted_on": lot.granted_on.isoformat(),
        "matures_on": lot.matures_on.isoformat() if lot.matures_on else None,
        "last_on": last_day(ends_on).isoformat() if ends_on else None,
        "expires_on": ends_on.isoformat() if ends_on else None,
        "extended_by": judged.unless.value if judged.unless else None,
        "is_pending": lot.is_pending,
        "reason": _name(Reason, lot.source_kind),
        "granted": lot.granted,
        "remaining": lot.remaining,
        "held": lot.held,
    }


def pending_answer(lot: Lot, codes: Mapping[int, str], purchase: Purchase | None) -> dict[str, Any]:
    """Shown as PendingAnswer; the lot is one of `pending_of`."""
    assert lot.matures_on is not None, "what waits has a day"
    day_units: int = lot.day_units  # type: ignore[attr-defined]  # annotated by `pending_of`
    bought = purchase and {"id": str(purchase.pk), "external_id": purchase.external_id, "occurred_at": moment_text(purchase.occurred_at)}
    return {
        "id": str(lot.pk),
        "currency": codes.get(lot.unit_id, ""),
        "available_on": lot.matures_on.isoformat(),
        "units": lot.remaining,
        "day_units": int(day_units),
        "reason": _name(Reason, lot.source_kind),
        "granted_on": lot.granted_on.isoformat(),
        "last_on": last_day(lot.expires_on).isoformat() if lot.expires_on else None,
        "purchase": bought,
    }


def _name(codes: type[Kind] | type[State] | type[Reason], code: int) -> str:
    return codes(code).name.lower()


def moment_text(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
