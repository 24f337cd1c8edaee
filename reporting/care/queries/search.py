"""Whatever a colleague typed or scanned: a card, a name, a receipt, a voucher."""

import dataclasses

from accounts.members.models import Member
from accounts.members.queries import search_members
from accounts.programmes.models import Programme
from rewards.catalogue.models import Reward
from rewards.purchases.listing import purchases_with_receipt
from rewards.purchases.models import Purchase
from rewards.redemptions.domain import CODE_SYMBOLS, normalise_code
from rewards.redemptions.models import Redemption

_MOST = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What fits the words, at most ten of each."""

    members: list[Member]
    purchases: list[Purchase]
    redemptions: list[Redemption]
    rewards: list[Reward]

    @property
    def count(self) -> int:
        return len(self.members) + len(self.purchases) + len(self.redemptions) + len(self.rewards)


def search(programme: Programme, words: str) -> Found:
    """Return what fits in one programme; every look-up goes through an index."""
    if not words:
        return Found([], [], [], [])
    receipts = purchases_with_receipt(programme, words)
    purchases = Purchase.objects.filter(programme=programme, pk__in=receipts).select_related("member", "store", "channel")
    code = normalise_code(words)
    vouchers = (
        Redemption.objects.with_stories().filter(programme=programme, code=code) if len(code) == CODE_SYMBOLS else Redemption.objects.none()
    )
    rewards = Reward.objects.filter(programme=programme, name__icontains=words).in_order() if len(words) > 2 else Reward.objects.none()
    return Found(
        members=search_members(programme, words, limit=_MOST),
        purchases=list(purchases.order_by("-business_on", "-id")[:_MOST]) if receipts else [],
        redemptions=list(vouchers[:_MOST]),
        rewards=list(rewards[:_MOST]),
    )
