"""Gift cards that pay purchases, and get their money back with a return.

A card is a means of payment: the purchase costs, and earns, what it would without one.
"""

from collections.abc import Sequence

from loyalty.kit.problems import Problem
from rewards.gift_cards import services as gift_cards
from rewards.gift_cards.queries import charge_of
from rewards.gift_cards.services import PURCHASE_SOURCE, RETURN_SOURCE, Act
from rewards.purchases.models import Purchase, Return
from rewards.purchases.services.draft import Batch, Draft


def lock(batch: Batch, drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Lock all cards of a batch at once, so that batches wait for one another in one order; each purchase is then a wave of its own.

    Nothing without cards.
    """
    payments = [payment for draft in drafts for payment in draft.facts.gift_cards]
    if not payments:
        return []
    gift_cards.lock_known_cards(programme=batch.programme, payments=payments)
    return [[draft] for draft in drafts]


def plan(batch: Batch, wave: Sequence[Draft]) -> list[Draft]:
    """Say what cards pay of what points leave; a purchase whose card is refused is left out with the refusal, before anything moves."""
    for draft in wave:
        if draft.facts.gift_cards:
            try:
                draft.cards = gift_cards.plan_payments(
                    programme=batch.programme, payments=draft.facts.gift_cards, due_minor=draft.paid_minor, on=draft.business_on
                )
            except Problem as problem:
                batch.problems[draft.position] = problem
    return [draft for draft in wave if draft.position not in batch.problems]


def charge(batch: Batch, wave: Sequence[Draft]) -> None:
    """Take what was planned off the cards."""
    for draft in wave:
        if draft.cards:
            facts = draft.facts
            act = Act(PURCHASE_SOURCE, f"{draft.id}", facts.occurred_at, batch.at, receipt=facts.external_id, purchase=draft.id)
            draft.charges = [charge_of(event) for event in gift_cards.charge_planned(planned=draft.cards, act=act)]


def give_back(row: Return, purchase: Purchase) -> int:
    """Put what is refunded back on the cards that paid, as far as they paid; return how much of it."""
    act = Act(RETURN_SOURCE, f"{row.pk}", row.occurred_at, row.recorded_at, receipt=row.external_id, purchase=purchase.pk, returned=row.pk)
    return gift_cards.give_back_of_purchase(purchase=purchase.pk, amount_minor=row.refunded_minor, act=act)
