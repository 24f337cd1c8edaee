"""Rewards that are bound to a receipt: taken with a purchase, before it earns, and given back with what is returned of it."""

import dataclasses
import datetime as dt
import uuid

from accounts.entities.models import Store
from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.points.domain import Reason, Source
from loyalty.kit.ids import uuid7
from rewards.catalogue.domain import GivenBack, units_given_back
from rewards.catalogue.queries import reward_by_code
from rewards.catalogue.services import lock_stock
from rewards.redemptions.models import Redemption
from rewards.redemptions.services.acts import When, keep_alive, restore_part, taking
from rewards.redemptions.services.later import finish_cancelled
from rewards.redemptions.services.taking import take_reward
from rewards.redemptions.services.tenders import PURCHASE_SOURCE


@dataclasses.dataclass(frozen=True, slots=True)
class RewardRequest:
    """A reward, by its code, that a member takes with a purchase; `store` is the key of where that was made."""

    member: Member
    reward: str
    quantity: int
    purchase: uuid.UUID
    store: int | None
    occurred_at: dt.datetime
    business_on: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class Brought:
    """What is back of a receipt by now: its value, that of the whole receipt, and whether nothing of it is kept; `key` names the return."""

    key: str
    back_minor: int
    of_minor: int
    is_all: bool
    occurred_at: dt.datetime
    business_on: dt.date


def take_with_purchase(*, request: RewardRequest, at: dt.datetime) -> Redemption:
    """Take a reward with a purchase; it is handed over with it and so used at once. The purchase's own number tells repeats.

    The caller holds the lock of the wallet, and that of the stock where it takes several rewards. Points move at the request's moment and
    business day, whose price counts; `at` is now. Raises: RewardNotFound, QuantityOutOfRange, OutsideWindow, NotEligible, LimitReached,
    SoldOut, NotEnoughPoints.
    """
    reward = reward_by_code(request.member.programme, request.reward)
    redemption = Redemption(
        id=uuid7(),
        member=request.member,
        kind=Redemption.Kind.REWARD,
        quantity=request.quantity,
        source=PURCHASE_SOURCE,
        purchase=request.purchase,
    )
    store = Store.objects.get(pk=request.store) if request.store is not None else None
    take_reward(redemption, reward, When(request.occurred_at, request.business_on), now=at, store=store)
    return redemption


def give_back_with_return(*, purchase: uuid.UUID, brought: Brought, at: dt.datetime) -> list[tuple[Redemption, int]]:
    """Give back what a return brings back of the rewards that were taken with its purchase; answer each with its points of this return.

    The caller holds the lock of the wallet and tells a repeated return. What was cancelled gives nothing any more. Once nothing of the
    receipt is kept, a reward that is given back at all has come to nothing: it is cancelled, and its pieces go back into stock.
    """
    rows = Redemption.objects.taken_with([purchase]).exclude(state=Redemption.State.CANCELLED)
    locked = list(rows.select_for_update(of=("self",)).select_related("member__programme"))
    if brought.is_all and locked:
        codes = [redemption.reward_version.reward.code for redemption in locked if redemption.reward_version]
        lock_stock(programme=locked[0].member.programme, codes=codes)
    given = [(redemption, _give_back(redemption, brought, at)) for redemption in locked]
    return [(redemption, units) for redemption, units in given if units]


def _give_back(redemption: Redemption, brought: Brought, at: dt.datetime) -> int:
    assert redemption.reward_version is not None, "a reward names its version"
    policy = redemption.reward_version.given_back
    altogether = units_given_back(policy, redemption.units, back_minor=brought.back_minor, of_minor=brought.of_minor, is_all=brought.is_all)
    units = altogether - redemption.returned_units
    if units:
        unit, when = currency_of(redemption.programme_id).unit, When(brought.occurred_at, brought.business_on)
        back = dataclasses.replace(
            taking(redemption, unit, f"{brought.key}:{redemption.pk}", when), source=Source.RETURN, reason=Reason.RETURN
        )
        restore_part(redemption, unit, back, units)
        keep_alive(redemption, unit, when)
        redemption.returned_units += units
    if brought.is_all and policy is not GivenBack.NEVER:
        finish_cancelled(redemption, at)
    elif units:
        redemption.save(update_fields=["restored_units", "returned_units"])
    return units
