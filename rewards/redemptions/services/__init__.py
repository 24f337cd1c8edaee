"""Turn points into rewards or money at a till, and back: the only code that writes redemptions.

Every act locks in one order: external-id claim, wallet, redemption row; stock last. A refusal is raised inside the act's own
transaction, so that nothing of it remains, neither the claim nor the event.
"""

from rewards.redemptions.services.acts import ExternalIdConflict, RedemptionNotOpen
from rewards.redemptions.services.later import (
    VoucherExpired,
    VoucherUsed,
    cancel,
    capture,
    expire_redemptions,
    use_voucher,
)
from rewards.redemptions.services.receipts import Brought, RewardRequest, give_back_with_return, take_with_purchase
from rewards.redemptions.services.taking import (
    LimitReached,
    NotEligible,
    OutsideWindow,
    QuantityOutOfRange,
    redeem_reward,
)
from rewards.redemptions.services.tenders import (
    AmountNotPayable,
    HoldIsSmaller,
    Tender,
    TenderRequest,
    capture_amount,
    hold_tender,
    redeem_amount,
    restore_tender,
    take_tenders,
    units_of,
)

__all__ = [
    "AmountNotPayable",
    "Brought",
    "ExternalIdConflict",
    "HoldIsSmaller",
    "LimitReached",
    "NotEligible",
    "OutsideWindow",
    "QuantityOutOfRange",
    "RedemptionNotOpen",
    "RewardRequest",
    "Tender",
    "TenderRequest",
    "VoucherExpired",
    "VoucherUsed",
    "cancel",
    "capture",
    "capture_amount",
    "expire_redemptions",
    "give_back_with_return",
    "hold_tender",
    "redeem_amount",
    "redeem_reward",
    "restore_tender",
    "take_tenders",
    "take_with_purchase",
    "units_of",
    "use_voucher",
]
