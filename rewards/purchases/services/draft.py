"""A batch of purchases on their way through the steps of recording."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from accounts.members.models import Member
from ledger.points.domain import Grant, Outcome
from ledger.points.queries import Holdings
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import Problem
from rewards.campaigns.services.purses import Gift, Purses
from rewards.coalition.domain import Terms
from rewards.earning.domain import Basket, Evaluation
from rewards.earning.domain.rulebook import Rulebook
from rewards.gift_cards.queries import Charge
from rewards.gift_cards.services import Planned
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.models import Purchase
from rewards.purchases.services.meet import Claim
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import Tender

if TYPE_CHECKING:
    from accounts.programmes.models import Programme
    from rewards.earning.queries import Setting


NO_EVALUATION = Evaluation(())
NO_BASKET = Basket(())
NO_RULES = Rulebook(())


@dataclasses.dataclass(frozen=True, slots=True)
class PurchaseRecord:
    """A recorded (or, in a dry run, imagined) purchase, with the wallet's holdings after it."""

    purchase: Purchase
    member: Member
    holdings: list[Holdings]
    replayed: bool = False
    charges: Sequence[Charge] = ()
    """What gift cards paid."""
    rewards: Sequence[Redemption] = ()
    """What the member took with it."""


@dataclasses.dataclass(slots=True)
class Draft:
    """One purchase that is being recorded."""

    position: int
    facts: PurchaseFacts
    member: Member
    business_on: dt.date
    store: int | None
    channel: int
    fingerprint: bytes
    id: uuid.UUID = dataclasses.field(default_factory=uuid7)
    basket: Basket = NO_BASKET
    rules: Rulebook = NO_RULES
    evaluation: Evaluation = NO_EVALUATION
    tender: Tender | None = None
    cards: list[Planned] = dataclasses.field(default_factory=list)
    """What gift cards pay."""
    charges: list[Charge] = dataclasses.field(default_factory=list)
    rewards: list[Redemption] = dataclasses.field(default_factory=list)
    """What the member takes with it."""
    tier: str | None = None
    """Read where ends of points depend on it."""
    terms: Terms | None = None
    """Those of the partner whose sale it is; None for a sale of the programme's own company."""
    grants: list[Grant] = dataclasses.field(default_factory=list)
    gifts: list[Gift] = dataclasses.field(default_factory=list)
    """What it got from campaigns."""
    outcomes: list[Outcome] = dataclasses.field(default_factory=list)
    row: dict[str, Any] = dataclasses.field(default_factory=dict)
    price_minor: int = dataclasses.field(init=False)
    paid_minor: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.price_minor = self.facts.price_minor
        self.paid_minor = self.price_minor - self.facts.tender_minor

    @property
    def had_on(self) -> dt.date:
        """The day on which what was bought has been had: points wait for it, and live from it on."""
        return max(self.business_on, self.facts.fulfilled_on or self.business_on)

    def matures_on(self, pending_days: int) -> dt.date | None:
        """Return the day on which what it earns can be spent, where it waits."""
        day = self.had_on + dt.timedelta(days=pending_days)
        return day if day > self.business_on else None

    def carries_price(self, setting: "Setting") -> bool:
        """Whether one of its grants tells the books what was paid."""
        return any(setting.currencies[setting.codes[grant.unit]].unit.is_valued for grant in self.grants)

    @property
    def units(self) -> int:
        return sum(grant.units for grant in self.grants)


@dataclasses.dataclass(slots=True)
class Batch:
    """Purchases of one programme that are recorded together, and the answers found so far by position."""

    setting: "Setting"
    purchases: list[PurchaseFacts]
    at: dt.datetime
    records: dict[int, PurchaseRecord] = dataclasses.field(default_factory=dict)
    problems: dict[int, Problem] = dataclasses.field(default_factory=dict)
    claims: dict[tuple[str, str], Claim] = dataclasses.field(default_factory=dict)
    """What was recorded before, by receipt."""
    done: list[Draft] = dataclasses.field(default_factory=list)
    holdings: dict[uuid.UUID, list[Holdings]] = dataclasses.field(default_factory=dict)
    """What the wallets of the done hold now."""
    purses: Purses = dataclasses.field(default_factory=Purses)
    """The budgets of campaigns that the purchases draw on."""
    twins: dict[int, int] = dataclasses.field(default_factory=dict)
    """Positions that repeat an earlier position of the same batch."""

    @property
    def programme(self) -> "Programme":
        return self.setting.programme

    @property
    def today(self) -> dt.date:
        return business_date(self.at, self.programme.time_zone)

    def answers(self) -> list[PurchaseRecord | Problem]:
        """Return one answer for each purchase; a repeat inside the batch answers like the first copy."""
        for position, first in self.twins.items():
            if first in self.records:
                self.records[position] = dataclasses.replace(self.records[first], replayed=True)
            else:
                self.problems[position] = self.problems[first]
        return [self.records.get(i) or self.problems[i] for i in range(len(self.purchases))]
