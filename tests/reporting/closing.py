"""A shop whose January is over and waits to be closed: sales, points that paid for one, no estimate."""

import datetime as dt

from accounts.programmes.queries import currency_of
from accounts.staff.roles import Role
from ledger.books.models import Book, Period
from ledger.valuation.services import run_valuation
from reporting.close.queries import open_exceptions
from reporting.close.services import acknowledge, approve_close, prepare_close
from tests.colleagues import colleague
from tests.reporting.factories import Shop, open_shop

AT = dt.datetime(2025, 2, 3, 9, tzinfo=dt.UTC)


class Month:
    """The shop, its book, and the two people of finance."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.book: Book = shop.programme.legal_entity.book
        self.unit = currency_of(shop.programme).unit
        self.preparer = colleague(Role.FINANCE_PREPARER, name="Priya Raman")
        self.approver = colleague(Role.FINANCE_APPROVER, name="Martin Okafor")

    def period(self, month: int = 1) -> Period:
        return Period.objects.select_related("book").get(book=self.book, starts_on=dt.date(2025, month, 1))

    def value(self) -> None:
        run_valuation(book=self.book, through_on=self.period().ends_on, at=AT)

    def prepare(self):
        return prepare_close(book=self.book, period=self.period(), preparer=self.preparer.pk, at=AT)

    def prepare_and_accept(self):
        run = self.prepare()
        for check in open_exceptions(run):
            acknowledge(check=check, actor=self.preparer.pk, note="The tills say the same.", at=AT)
        return run

    def close(self):
        return approve_close(run=self.prepare_and_accept(), approver=self.approver.pk, at=AT)


def january() -> Month:
    """Let a member buy for 400 pounds, then pay one pound with points."""
    shop = open_shop()
    member = shop.member()
    shop.buy(member, "R-1", _on(5), ("Dairy", 40_000))
    shop.buy(member, "R-2", _on(20), ("Bakery", 2_000), tender=100)
    return Month(shop)


def _on(day: int) -> dt.datetime:
    return dt.datetime(2025, 1, day, 14, tzinfo=dt.UTC)
