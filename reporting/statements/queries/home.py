"""All that a member sees first."""

import dataclasses
import datetime as dt

from django.utils.translation import gettext as _

from accounts.members.models import Member
from loyalty.kit.figures import day_text, money_text
from loyalty.kit.money import Money
from reporting.statements.queries.activity import Entry, activity_of
from reporting.statements.queries.wallet import Wallet, wallet_of
from rewards.catalogue.cards import RewardCard, reward_cards, within_reach
from rewards.redemptions.vouchers import VoucherWords, vouchers_in_words
from rewards.tiers.queries import Progress, progress

LAST_ENTRIES = 5


@dataclasses.dataclass(frozen=True, slots=True)
class TierView:
    """The ring: `value` of `maximum` is reached; `note` is a second sentence, empty without one."""

    label: str
    hint: str
    note: str
    value: int
    maximum: int


@dataclasses.dataclass(frozen=True, slots=True)
class Home:
    wallet: Wallet
    tier: TierView | None
    rewards: list[RewardCard]
    vouchers: list[VoucherWords]
    entries: list[Entry]

    @property
    def can_redeem(self) -> bool:
        return any(card.is_available for card in self.rewards)


def home_of(member: Member, today: dt.date) -> Home:
    """Return what the home page shows."""
    return Home(
        wallet=wallet_of(member, today),
        tier=tier_view(progress(member, today), member.programme.currency, today),
        rewards=within_reach(reward_cards(member, today)),
        vouchers=vouchers_in_words(member, today),
        entries=activity_of(member, limit=LAST_ENTRIES).entries,
    )


def tier_view(stand: Progress, currency: str, today: dt.date) -> TierView | None:
    """Put a member's tier into words; None where the programme has none."""
    current, next_tier = stand.current, stand.next_tier
    if current is None and next_tier is None:
        return None
    label = current.tier.local_name if current else _("On your way")
    kept = _("Yours through %(day)s") % {"day": day_text(current.through_on, today)} if current else ""
    if next_tier is None:
        return TierView(label, kept, "", 1, 1)
    missing = money_text(Money(stand.missing_minor, currency))
    hint = _("%(money)s to go to %(tier)s") % {"money": missing, "tier": next_tier.local_name}
    return TierView(label, hint, kept, stand.spend_minor, next_tier.threshold_minor)
