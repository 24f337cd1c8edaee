"""Rewards that members take with purchases, and whose points come back with what is returned."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from loyalty.kit.problems import Problem
from rewards.catalogue.services import lock_stock
from rewards.purchases.domain import WantedReward
from rewards.purchases.history import Stand
from rewards.purchases.models import Purchase, Return
from rewards.purchases.services import tenders
from rewards.purchases.services.draft import Batch, Draft
from rewards.redemptions import services as redemptions
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import Brought, RewardRequest


def lock(batch: Batch, drafts: Sequence[Draft]) -> None:
    """Lock the stock of all rewards that these purchases take, so that whoever takes several waits in one order. Nothing without rewards."""
    codes = {wanted.reward for draft in drafts for wanted in draft.facts.rewards}
    if codes:
        lock_stock(programme=batch.programme, codes=codes)


def take(batch: Batch, wave: Sequence[Draft]) -> list[Draft]:
    """Take the rewards, and then the points that pay, of the purchases with rewards; one that is refused anything keeps nothing of either.

    What is refused is left out with its refusal.
    """
    wanting = [draft for draft in wave if draft.facts.rewards]
    if not wanting:
        return list(wave)
    lock(batch, wanting)
    for draft in wanting:
        try:
            with transaction.atomic():
                draft.rewards = [_taken(batch, draft, wanted) for wanted in draft.facts.rewards]
                tenders.take_one(batch, draft)
        except Problem as problem:
            batch.problems[draft.position] = problem
    return [draft for draft in wave if draft.position not in batch.problems]


def give_back(row: Return, purchase: Purchase, after: Stand, *, is_all: bool) -> list[dict[str, Any]]:
    """Give back what a return brings back of the rewards that were taken with its purchase; written down for each reward."""
    if not purchase.reward_units:
        return []
    brought = Brought(
        key=f"return:{row.pk}",
        back_minor=purchase.price_minor - after.price_minor,
        of_minor=purchase.price_minor,
        is_all=is_all,
        occurred_at=row.occurred_at,
        business_on=row.business_on,
    )
    given = redemptions.give_back_with_return(purchase=purchase.pk, brought=brought, at=row.recorded_at)
    return [restored(taken.pk, units, reward=taken.reward_version.reward.code) for taken, units in given if taken.reward_version]


def restored(redemption: uuid.UUID, units: int, *, reward: str | None = None) -> dict[str, Any]:
    """Write down what a return gave back of a redemption; without a reward it was a payment."""
    return {"redemption": str(redemption), "reward": reward, "units": units}


def _taken(batch: Batch, draft: Draft, wanted: WantedReward) -> Redemption:
    request = RewardRequest(
        member=draft.member,
        reward=wanted.reward,
        quantity=wanted.quantity,
        purchase=draft.id,
        store=draft.store,
        occurred_at=draft.facts.occurred_at,
        business_on=draft.business_on,
    )
    try:
        return redemptions.take_with_purchase(request=request, at=batch.at)
    except Problem as problem:
        problem.extra.setdefault("reward", wanted.reward)
        raise
