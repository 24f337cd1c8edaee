"""What purchases draw on the budgets of campaigns. Nothing is asked or locked where no rule belongs to a campaign."""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal

from rewards.campaigns.services.purses import Gift
from rewards.earning.domain import Standing, Why
from rewards.earning.domain.standing import PREFIX
from rewards.purchases.services.draft import Batch, Draft


def lock_all(batch: Batch, drafts: Sequence[Draft]) -> None:
    """Before the first of several waves: lock every budget that any of them may draw on, so that all batches lock in one order."""
    days = {draft.business_on for draft in drafts}
    codes = frozenset[str]().union(*(batch.setting.rules_on(day).campaigns for day in days))
    batch.purses.lock(batch.programme.pk, codes)


def lock_for(batch: Batch, wave: Sequence[Draft]) -> None:
    """Lock the budgets of the campaigns that purchases of the wave are in."""
    batch.purses.lock(batch.programme.pk, {code for draft in wave for code in _joined(draft)})


def set_rooms(batch: Batch, draft: Draft) -> None:
    """Put into the basket for how many points the budgets have room."""
    rooms = {code: room for code in _joined(draft) if (room := batch.purses.room(code, _ssp(batch, draft, code))) is not None}
    if rooms:
        draft.basket = dataclasses.replace(draft.basket, rooms=rooms)


def promise(batch: Batch, draft: Draft) -> None:
    """Note what the campaigns give the purchase, and keep the room for it."""
    draft.gifts = [_gift(batch, draft, code) for code in _joined(draft)]
    for gift in draft.gifts:
        batch.purses.promise(gift.campaign, gift.used)


def note_gifts(batch: Batch, wave: Sequence[Draft]) -> None:
    """Write down what the campaigns gave the purchases of a wave."""
    gifts = [gift for draft in wave for gift in draft.gifts]
    if gifts:
        batch.purses.note(gifts, batch.setting.campaign_ids, programme=batch.programme.pk, at=batch.at)


def _joined(draft: Draft) -> list[str]:
    """The campaigns that the purchase is in."""
    return sorted(code for code in draft.rules.campaigns if draft.basket.facts.get(PREFIX + code) == Standing.IN)


def _gift(batch: Batch, draft: Draft, code: str) -> Gift:
    versions = {rule.version_id for rule in draft.rules if rule.campaign == code}
    outcomes = [outcome for outcome in draft.evaluation.outcomes if outcome.version_id in versions]
    return Gift(
        wallet=draft.member.points_account_id,
        evidence=draft.id,
        business_on=draft.business_on,
        campaign=code,
        units=sum(outcome.units for outcome in outcomes),
        ssp=_ssp(batch, draft, code),
        is_short=any(outcome.reason is Why.BUDGET_USED_UP for outcome in outcomes),
    )


def _ssp(batch: Batch, draft: Draft, code: str) -> Decimal:
    """What a unit is expected to cost: all rules of a campaign give one currency."""
    currency = next(rule.currency for rule in draft.rules if rule.campaign == code)
    return batch.setting.ssp_on(currency, draft.business_on)[0]
