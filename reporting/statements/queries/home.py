"""All that a member sees first."""

import dataclasses
import datetime as dt

from django.utils.translation import gettext as _

from accounts.members.models import Member
from reporting.statements.queries.activity import Entry, activity_of
from reporting.statements.queries.wallet import Wallet, wallet_of
from rewards.catalogue.cards import RewardCard, reward_cards, within_reach
from rewards.redemptions.vouchers import VoucherWords, vouchers_in_words
from rewards.tiers.progress import LadderProgress, progress_on_ladders
from rewards.tiers.words import Writer, benefit_texts, keep_text, next_text

LAST_ENTRIES = 5


@dataclasses.dataclass(frozen=True, slots=True)
class TierView:
    """The ring: `value` of `maximum` is reached; `note` is a second sentence, empty without one. `ladder` names another than the main one."""

    ladder: str
    label: str
    hint: str
    note: str
    value: int
    maximum: int
    benefits: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Home:
    wallet: Wallet
    tiers: list[TierView]
    """The main ladder's first."""
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
        tiers=tier_views(member, today),
        rewards=within_reach(reward_cards(member, today)),
        vouchers=vouchers_in_words(member, today),
        entries=activity_of(member, limit=LAST_ENTRIES).entries,
    )


def tier_views(member: Member, today: dt.date) -> list[TierView]:
    """Put a member's tiers into words; none where the programme has none."""
    writer = Writer(member.programme)
    found = progress_on_ladders(member, today)
    return [_tier_view(one, writer, today) for one in found if one.current or one.next_tier]


def _tier_view(stand: LadderProgress, writer: Writer, today: dt.date) -> TierView:
    kept, hint = keep_text(stand, writer, today), next_text(stand, writer)
    value, maximum = stand.figures
    return TierView(
        ladder="" if stand.ladder.is_main else stand.ladder.local_name,
        label=stand.current.tier.local_name if stand.current else _("On your way"),
        hint=hint or kept,
        note=kept if hint else "",
        value=value,
        maximum=maximum,
        benefits=benefit_texts(stand),
    )
