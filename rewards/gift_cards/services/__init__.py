"""Issue, charge, give back, block: the only code that writes gift cards.

Every act locks the card's row first, then looks whether its key was used before, and changes the money by an UPDATE that holds only where
there is enough. A key with the same facts answers with the earlier event; with other facts it is refused. A refusal changes nothing.
"""

from rewards.gift_cards.services.acts import (
    PURCHASE_SOURCE,
    RETURN_SOURCE,
    Act,
    GiftCardBalanceTooLow,
    GiftCardBlocked,
    GiftCardCodeTaken,
    GiftCardExpired,
    GiftCardNumberConflict,
    GiftCardTermsDoNotFit,
    Issued,
    MoreThanCharged,
    Moved,
    SecondPersonNeeded,
    lock_cards,
)
from rewards.gift_cards.services.cards import NewCard, block_card, charge_card, expire_cards, give_back, issue_card
from rewards.gift_cards.services.payments import (
    Planned,
    charge_planned,
    give_back_of_purchase,
    lock_charged,
    lock_known_cards,
    plan_payments,
)
from rewards.gift_cards.services.requests import (
    AnotherPersonMustDecide,
    GiftCardRequestDecided,
    approve_request,
    ask_for_card,
    issue_or_ask,
    refuse_request,
)
from rewards.gift_cards.services.wallets import GiftCardOfAnotherMember, keep_card, release_card

__all__ = [
    "PURCHASE_SOURCE",
    "RETURN_SOURCE",
    "Act",
    "AnotherPersonMustDecide",
    "GiftCardBalanceTooLow",
    "GiftCardBlocked",
    "GiftCardCodeTaken",
    "GiftCardExpired",
    "GiftCardNumberConflict",
    "GiftCardOfAnotherMember",
    "GiftCardRequestDecided",
    "GiftCardTermsDoNotFit",
    "Issued",
    "MoreThanCharged",
    "Moved",
    "NewCard",
    "Planned",
    "SecondPersonNeeded",
    "approve_request",
    "ask_for_card",
    "block_card",
    "charge_card",
    "charge_planned",
    "expire_cards",
    "give_back",
    "give_back_of_purchase",
    "issue_card",
    "issue_or_ask",
    "keep_card",
    "lock_cards",
    "lock_charged",
    "lock_known_cards",
    "plan_payments",
    "refuse_request",
    "release_card",
]
