"""A shop of which only gift cards are told: three months of 2025, closed by two people."""

import datetime as dt
from decimal import Decimal

from accounts.staff.roles import Role
from ledger.books.domain import Profile
from ledger.books.models import Journal, Period
from ledger.books.queries import trial_balance
from loyalty.kit.clock import add_months
from reporting.close.queries import open_exceptions
from reporting.close.services import acknowledge, approve_close, prepare_close
from reporting.gift_cards.services import approve_estimate, draft_estimate
from rewards.gift_cards import services
from rewards.gift_cards.domain import CardKind
from rewards.gift_cards.models import GiftCardEvent
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.gift_cards.stage import CODE, act


class CardShop:
    """Full books unless asked otherwise. A month is closed on the third day of the next one."""

    def __init__(self, profile: Profile = Profile.FULL) -> None:
        self.shop = open_shop()
        self.programme = self.shop.programme
        self.book = self.programme.legal_entity.book
        self.book.profile = profile.value
        self.book.save()
        self.preparer, self.approver = colleague(Role.FINANCE_PREPARER), colleague(Role.FINANCE_APPROVER)

    def sell(self, minor: int, on: dt.datetime, code: str = CODE, kind: str = "sold"):
        new = services.NewCard(kind=CardKind(kind), amount_minor=minor, code=code)
        return services.issue_card(programme=self.programme, new=new, act=act(at=on)).event.card

    def estimate(self, percentage: str | None, unclaimed: str = "0", month: int = 1):
        draft = draft_estimate(
            programme=self.programme,
            percentage=None if percentage is None else Decimal(percentage),
            unclaimed_percentage=Decimal(unclaimed),
            valid_from=dt.date(2025, month, 1),
            evidence="Two years of card history.",
            preparer=self.preparer.pk,
            at=day(month),
        )
        return approve_estimate(estimate=draft, approver=self.approver.pk, at=day(month))

    def period(self, month: int) -> Period:
        return Period.objects.select_related("book").get(book=self.book, starts_on=dt.date(2025, month, 1))

    def prepare(self, month: int):
        return prepare_close(book=self.book, period=self.period(month), preparer=self.preparer.pk, at=after(month))

    def close(self, month: int):
        run = self.prepare(month)
        for check in open_exceptions(run):
            acknowledge(check=check, actor=self.preparer.pk, note="Compared with the tills.", at=after(month))
        return approve_close(run=run, approver=self.approver.pk, at=after(month))

    def balances(self) -> dict[str, int]:
        return {row.code: row.balance_minor for row in trial_balance(self.book) if row.balance_minor}


def give(charge: GiftCardEvent, minor: int, at: dt.datetime) -> GiftCardEvent:
    return services.give_back(charge=charge, amount_minor=minor, act=act(at=at)).event


def lines_of(event_type: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """Journals of one kind: business day, and account with amount, debit positive."""
    found = Journal.objects.filter(event_type=event_type).order_by("year", "number")
    return [
        (journal.business_on.isoformat(), [(line.book_account.code, line.amount_minor) for line in journal.lines.order_by("position")])
        for journal in found
    ]


def day(month: int, on: int = 10) -> dt.datetime:
    return dt.datetime(2025, month, on, 12, tzinfo=dt.UTC)


def after(month: int) -> dt.datetime:
    return dt.datetime.combine(add_months(dt.date(2025, month, 3), 1), dt.time(9), dt.UTC)
