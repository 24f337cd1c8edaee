"""Acts on paid memberships: begin, renew, give up, end; use what they include and give a use back."""

from rewards.plans.services.acts import Act, SubscriptionEnded, SubscriptionNumberConflict
from rewards.plans.services.cancelling import CancellationRecord, SubscriptionRunsOut, cancel
from rewards.plans.services.subscriptions import (
    PeriodRecord,
    PlanTermsDoNotFit,
    Renewal,
    RenewedBefore,
    Start,
    SubscriptionGoesOn,
    TrialNotOffered,
    VariantNotForMember,
    end_due,
    renew,
    subscribe,
)
from rewards.plans.services.uses import (
    EntitlementUsedUp,
    NotEntitled,
    OrderAmountNeeded,
    OrderTooSmall,
    Use,
    UseGivenBack,
    UseRecord,
    give_back_of_purchase,
    give_back_use,
    use_entitlement,
)

__all__ = [
    "Act",
    "CancellationRecord",
    "EntitlementUsedUp",
    "NotEntitled",
    "OrderAmountNeeded",
    "OrderTooSmall",
    "PeriodRecord",
    "PlanTermsDoNotFit",
    "Renewal",
    "RenewedBefore",
    "Start",
    "SubscriptionEnded",
    "SubscriptionGoesOn",
    "SubscriptionNumberConflict",
    "SubscriptionRunsOut",
    "TrialNotOffered",
    "Use",
    "UseGivenBack",
    "UseRecord",
    "VariantNotForMember",
    "cancel",
    "end_due",
    "give_back_of_purchase",
    "give_back_use",
    "renew",
    "subscribe",
    "use_entitlement",
]
