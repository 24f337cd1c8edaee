"""Replay baskets through the services that the API calls, with month-end closes; may be stopped and taken up again anywhere.

Before a basket is earned on, a redeeming household pays with as many blocks of points as its balance and the basket allow, as a cashier
would offer it. Baskets of a month go out in waves that hold each household once, because what it can spend depends on its basket before.
"""

import dataclasses
import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from django.db import connection

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from ledger.books.models import Period
from ledger.points.queries import spendable_on
from loyalty.kit.clock import month_end
from loyalty.kit.problems import Problem
from loyalty.shell.trade.programme import APPROVER, PREPARER
from loyalty.shell.trade.reading import Basket, Parameters, ReceiptLine
from reporting.close.queries import open_exceptions
from reporting.close.services import acknowledge, approve_close, prepare_close
from rewards.purchases.domain import LineFacts, PurchaseFacts, TenderFacts
from rewards.purchases.queries import claims_of
from rewards.purchases.services import record_purchases

MOST_AT_ONCE = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Replay:
    """One run of the trade: which programme, whether members redeem, whether months are closed."""

    programme: Programme
    parameters: Parameters
    at: dt.datetime
    redeem: bool
    savers: frozenset[int] = frozenset()
    """Households that never pay with points."""
    close_until: dt.date = dt.date.min
    """Months that end on or before this day are closed when their baskets are in."""
    preparer: uuid.UUID = PREPARER
    approver: uuid.UUID = APPROVER
    lines: dict[str, list[ReceiptLine]] = dataclasses.field(default_factory=dict)
    source: str = "replay"
    progress: Callable[[int], object] = lambda _count: None
    month_is_in: Callable[[dt.date], object] = lambda _last_day: None
    """Told the last day of a month when its baskets are in and before it is closed."""

    def run(self, baskets: Sequence[Basket]) -> None:
        """Replay all baskets, month by month. What was recorded or closed in an earlier run is passed over."""
        wallets = self._wallets()
        unit = currency_of(self.programme).unit_id
        for month, of_month in itertools.groupby(baskets, key=lambda basket: basket.month):
            self._run_month(list(of_month), wallets, unit)
            refresh_statistics()
            last_day = month_end(dt.date.fromisoformat(f"{month}-01"))
            self.month_is_in(last_day)
            self.close_through(min(last_day, self.close_until))

    def close_through(self, day: dt.date) -> None:
        """Close every open month that ends on or before `day`."""
        book = self.programme.legal_entity.book
        while period := Period.objects.filter(book=book, ends_on__lte=day).exclude(state="closed").order_by("starts_on").first():
            run = prepare_close(book=book, period=period, preparer=self.preparer, at=self.at)
            for check in open_exceptions(run):
                acknowledge(check=check, actor=self.preparer, note="Expected in a replay.", at=self.at)
            approve_close(run=run, approver=self.approver, at=self.at)

    def _run_month(self, baskets: list[Basket], wallets: dict[str, uuid.UUID], unit: int) -> None:
        done = claims_of(self.programme, [(self.source, basket.id) for basket in baskets])
        self.progress(len(done))
        left = [basket for basket in baskets if (self.source, basket.id) not in done]
        for wave in waves(left) if self.redeem else [left]:
            for start in range(0, len(wave), MOST_AT_ONCE):
                self._record(wave[start : start + MOST_AT_ONCE], wallets, unit)

    def _record(self, baskets: Sequence[Basket], wallets: dict[str, uuid.UUID], unit: int) -> None:
        tenders = self._tenders(baskets, wallets, unit) if self.redeem else [0] * len(baskets)
        facts = [self._facts(basket, tender) for basket, tender in zip(baskets, tenders, strict=True)]
        for answer in record_purchases(programme=self.programme, purchases=facts, at=self.at):
            if isinstance(answer, Problem):
                raise answer
        self.progress(len(baskets))

    def _tenders(self, baskets: Sequence[Basket], wallets: dict[str, uuid.UUID], unit: int) -> list[int]:
        """How many cents each household pays with whole blocks of points."""
        asked = [(wallets[str(basket.household)], basket.at.date()) for basket in baskets]
        block, cents = self.parameters.redeem_block_points, self.parameters.block_minor
        return [
            0 if basket.household in self.savers else min(points // block, basket.cents // cents) * cents
            for basket, points in zip(baskets, spendable_on(unit=unit, asked=asked), strict=True)
        ]

    def _facts(self, basket: Basket, tender_minor: int) -> PurchaseFacts:
        return PurchaseFacts(
            source=self.source,
            external_id=basket.id,
            occurred_at=basket.at,
            currency=self.programme.currency,
            channel="store",
            store=basket.store,
            member_external_id=str(basket.household),
            lines=line_facts(self.lines[basket.id]) if self.lines else whole_basket(basket),
            tender=TenderFacts(tender_minor) if tender_minor else None,
        )

    def _wallets(self) -> dict[str, uuid.UUID]:
        found = Member.objects.filter(programme=self.programme).values_list("external_id", "points_account")
        return {str(external_id): wallet for external_id, wallet in found}


def refresh_statistics() -> None:
    """Tell the planner how large the tables have grown; a long replay outruns the server's own rhythm. Only the owner's word counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE ledger_balance, ledger_lot, ledger_movement, ledger_lotmove, ledger_act, rewards_purchase, rewards_purchaseclaim"
        )


def waves(baskets: Iterable[Basket]) -> list[list[Basket]]:
    """Split into waves that hold each household once, keeping the order of a household's baskets."""
    found: list[list[Basket]] = []
    turns: dict[int, int] = {}
    for basket in baskets:
        turn = turns.get(basket.household, 0)
        turns[basket.household] = turn + 1
        if turn == len(found):
            found.append([])
        found[turn].append(basket)
    return found


def whole_basket(basket: Basket) -> tuple[LineFacts, ...]:
    """A basket whose lines are not known is one line."""
    return (LineFacts("1", sku="", category="", brand="", quantity=Decimal(1), price_minor=basket.cents),)


def line_facts(lines: Sequence[ReceiptLine]) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts(
            external_id=str(line.position),
            sku=line.product,
            category=line.category,
            brand=line.brand,
            quantity=Decimal(max(line.quantity, 1)),
            price_minor=line.cents,
            discount_minor=line.discount_cents,
        )
        for line in lines
    )
