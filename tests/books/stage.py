"""A throw-away book on which a worked case is played: points move through the bank, months close through the close."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

from ledger.books import queries as books
from ledger.books.domain import AllocationBasis, Basis, Draft, Entry, EventType, Profile
from ledger.books.models import Journal, Period
from ledger.books.services import open_book, post_journal
from ledger.points import services as bank
from ledger.points.domain import ArrearsPolicy, Grant, Reason, Sale, Source, Taking
from ledger.points.models import PointsAccount, PointUnit
from ledger.valuation.domain import to_decimal
from ledger.valuation.models import Allocation, PoolStatement
from ledger.valuation.services import approve_estimate, draft_estimate, run_valuation
from loyalty.kit.clock import add_months, month_end
from reporting.close.queries import open_exceptions
from reporting.close.services import acknowledge, approve_close, prepare_close

START = dt.date(2026, 1, 1)
PREPARER, APPROVER = uuid.UUID(int=1), uuid.UUID(int=2)
Line = tuple[str, str, str, int, int]


def minor(text: str | int, digits: int = 2) -> int:
    """Read the money of a case; it must be whole minor units."""
    amount = Decimal(text).scaleb(digits)
    assert amount == int(amount), text
    return int(amount)


def money(amount_minor: int) -> str:
    return f"{Decimal(amount_minor).scaleb(-2):.2f}"


class Stage:
    """The labels of a case's periods become months from January 2026 on; events of a period happen on its tenth day."""

    def __init__(
        self,
        labels: list[str],
        *,
        profile: Profile = Profile.FULL,
        basis: AllocationBasis = AllocationBasis.PAID,
        ratio_decimals: int | None = None,
        value_minor: Decimal = Decimal(100),
        arrears: ArrearsPolicy = ArrearsPolicy.LIMIT,
        award_cost_percentage: Decimal = Decimal(100),
    ) -> None:
        self.labels = labels
        self.value_minor = value_minor
        self.at = self.noon(START)
        self.programme = uuid.uuid4()
        self.book = open_book(
            name=str(self.programme),
            currency="CU",
            first_day=START,
            profile=profile,
            allocation_basis=basis,
            ratio_decimals=ratio_decimals,
            min_pool_size=0,
            award_cost_percentage=award_cost_percentage,
        )
        self.unit = PointUnit.objects.create(
            programme=self.programme, book=self.book, code="points", time_zone="UTC", arrears_policy=arrears.value
        )
        self.wallet = self.open_wallet()
        self._keys = 0

    def open_wallet(self) -> PointsAccount:
        return bank.open_points_account(programme=self.programme, units=[self.unit], at=self.at)

    @staticmethod
    def noon(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(12), dt.UTC)

    def first(self, label: str) -> dt.date:
        return add_months(START, self.labels.index(label))

    def last(self, label: str) -> dt.date:
        return month_end(self.first(label))

    def day(self, label: str, number: int = 10) -> dt.date:
        return self.first(label).replace(day=number)

    def period(self, label: str) -> Period:
        return Period.objects.get(book=self.book, starts_on=self.first(label))

    # --- what happens ------------------------------------------------------------------------------------------------------

    def estimate(self, label: str, redeemed: Fraction | Decimal | int, issued: int, *, grant_month: dt.date | None = None) -> Decimal:
        """Approve that `redeemed` of `issued` points will be redeemed, from this period's close on; return the percentage."""
        percentage = to_decimal(Fraction(redeemed) * 100 / issued, 20)
        draft = draft_estimate(
            unit=self.unit,
            percentage=percentage,
            valid_from=self.first(label),
            preparer=PREPARER,
            at=self.at,
            evidence="worked case",
            grant_month=grant_month,
        )
        approve_estimate(estimate=draft, approver=APPROVER, at=self.at)
        return percentage

    def grant(
        self,
        on: dt.date,
        units: int,
        *,
        sale: Sale | None = None,
        reason: Reason = Reason.SALE,
        wallet: PointsAccount | None = None,
        expires_on: dt.date | None = None,
        matures_on: dt.date | None = None,
        portfolio: int = 1,
    ) -> uuid.UUID:
        account = (wallet or self.wallet).pk
        facts = Grant(
            points_account=account,
            unit=self.unit.pk,
            source=Source.PURCHASE,
            key=self._key(),
            units=units,
            reason=reason,
            occurred_at=self.noon(on),
            business_on=on,
            expires_on=expires_on,
            portfolio=portfolio,
            matures_on=matures_on,
            sale=sale,
        )
        return bank.grant(grant=facts).movement

    def taking(
        self, on: dt.date, units: int, reason: Reason, *, wallet: PointsAccount | None = None, face_minor: int | None = None
    ) -> Taking:
        account = (wallet or self.wallet).pk
        return Taking(account, self.unit.pk, Source.REDEMPTION, self._key(), units, reason, self.noon(on), on, face_minor)

    def redeem(
        self, on: dt.date, units: int, reason: Reason = Reason.REWARD, *, wallet: PointsAccount | None = None, face_minor: int | None = None
    ) -> uuid.UUID:
        return bank.redeem(taking=self.taking(on, units, reason, wallet=wallet, face_minor=face_minor)).movement

    def take_back(
        self, on: dt.date, grant: uuid.UUID, units: int, refunded_minor: int, policy: ArrearsPolicy = ArrearsPolicy.LIMIT
    ) -> None:
        bank.reverse(grant=grant, taking=self.taking(on, units, Reason.RETURN), policy=policy, limit=None, refunded_minor=refunded_minor)

    def sale(self, paid_minor: int, standalone_minor: int, rate: Decimal, *, tender: uuid.UUID | None = None) -> Sale:
        """Valuation inputs of a sale whose points are worth the stage's value, redeemed at `rate` (a fraction)."""
        return Sale(paid_minor, standalone_minor, self.value_minor * rate, tender=tender)

    def post(self, label: str, event: EventType, entries: list[tuple[str, int]]) -> None:
        draft = Draft(event, Basis.EVENT, self.day(label), "worked case", [Entry(account, amount) for account, amount in entries])
        post_journal(book=self.book, draft=draft, at=self.at)

    def value(self, label: str) -> None:
        run_valuation(book=self.book, through_on=self.last(label), at=self.noon(self.last(label)))

    def close(self, label: str) -> None:
        """Prepare, accept every exception, approve."""
        at = self.noon(self.last(label) + dt.timedelta(days=1))
        run = prepare_close(book=self.book, period=self.period(label), preparer=PREPARER, at=at)
        for check in open_exceptions(run):
            acknowledge(check=check, actor=PREPARER, note="as the case has it", at=at)
        approve_close(run=run, approver=APPROVER, at=at)

    # --- what came of it ---------------------------------------------------------------------------------------------------

    def lines(self) -> Counter[Line]:
        """Every posted line as (period, basis, account, debit, credit)."""
        found: Counter[Line] = Counter()
        for journal in books.journals(self.book):
            label = self._label(journal)
            for line in journal.lines.all():
                found[label, journal.basis, line.book_account.code, line.debit_minor, line.credit_minor] += 1
        return found

    def activity(self) -> dict[str, dict[str, int]]:
        """Debit-positive change of every account in every period."""
        found: dict[str, dict[str, int]] = {label: defaultdict(int) for label in self.labels}
        for (label, _, account, debit, credit), times in self.lines().items():
            found[label][account] += times * (debit - credit)
        return found

    def statement(self, label: str) -> PoolStatement:
        return PoolStatement.objects.get(period__book=self.book, period__starts_on=self.first(label))

    def allocations(self) -> list[Allocation]:
        return list(Allocation.objects.filter(pool__book=self.book))

    def _label(self, journal: Journal) -> str:
        months = (journal.period.starts_on.year - START.year) * 12 + journal.period.starts_on.month - START.month
        return self.labels[months]

    def _key(self) -> str:
        self._keys += 1
        return str(self._keys)
