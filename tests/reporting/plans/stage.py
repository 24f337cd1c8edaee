"""A shop of which only paid memberships are told, in 2025; months closed by two people."""

import datetime as dt

from ledger.books.domain import Profile
from ledger.books.queries import trial_balance
from reporting.plans.services import post_fees
from rewards.setups.domain import SetupKind
from tests.reporting.gift_cards.stage import CardShop
from tests.rewards.plans.stage import PRIME
from tests.rewards.setups.stage import set_up


class FeeShop(CardShop):
    def __init__(self, profile: Profile = Profile.FULL) -> None:
        super().__init__(profile)
        set_up(self.programme, SetupKind.PLAN, "prime", PRIME, valid_from=dt.date(2024, 1, 1))

    def member(self, name: str = "Ada"):
        return self.shop.member(name, f"{name.lower()}@example.org")

    def post(self, month: int, day: int):
        on = dt.date(2025, month, day)
        return post_fees(book=self.book, through_on=on, at=dt.datetime(2025, month, day, 20, 0, tzinfo=dt.UTC))

    def balances(self) -> dict[str, int]:
        """Accounts with a balance, debits positive."""
        return {row.code: row.balance_minor for row in trial_balance(self.book) if row.balance_minor}


def noon(month: int, day: int) -> dt.datetime:
    return dt.datetime(2025, month, day, 10, 0, tzinfo=dt.UTC)
