"""Record purchases and returns: the only code that writes them."""

from rewards.purchases.services.draft import PurchaseRecord
from rewards.purchases.services.record import preview_purchase, record_purchase, record_purchase_here, record_purchases
from rewards.purchases.services.returns import ReturnFacts, ReturnRecord, record_return

__all__ = [
    "PurchaseRecord",
    "ReturnFacts",
    "ReturnRecord",
    "preview_purchase",
    "record_purchase",
    "record_purchase_here",
    "record_purchases",
    "record_return",
]
