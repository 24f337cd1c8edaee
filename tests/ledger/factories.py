"""Books, currencies and wallets for tests, and short forms of the acts of the points bank."""

import datetime as dt
import itertools
import uuid
from decimal import Decimal

import factory

from ledger.books.models import Book
from ledger.books.services import open_book
from ledger.points import services
from ledger.points.domain import Grant, Outcome, Reason, Sale, Source, Taking
from ledger.points.models import PointsAccount, PointUnit
from loyalty.kit.ids import uuid7

DAY = dt.date(2026, 1, 10)
"""The business day of everything here unless a test says otherwise."""
_keys = itertools.count(1)


class BookFactory(factory.Factory):
    class Meta:
        model = Book

    name = factory.Sequence(lambda n: f"Book {n}")
    currency = "EUR"
    first_day = dt.date(2025, 1, 1)

    @classmethod
    def _create(cls, _model, *_none, **kwargs):
        return open_book(**kwargs)


class PointUnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PointUnit

    programme = factory.LazyFunction(uuid7)
    book = factory.SubFactory(BookFactory)
    code = "points"
    time_zone = "Europe/Istanbul"


class WalletFactory(factory.Factory):
    """A wallet that holds `unit`; its programme is the unit's."""

    class Meta:
        model = PointsAccount

    unit = factory.SubFactory(PointUnitFactory)
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    @classmethod
    def _create(cls, _model, *_none, unit, at):
        return services.open_points_account(programme=unit.programme, units=[unit], at=at)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def next_key() -> str:
    return f"act-{next(_keys)}"


def a_sale(paid_minor: int = 10_00) -> Sale:
    return Sale(paid_minor=paid_minor, standalone_minor=paid_minor, ssp_point=Decimal("0.8"))


def a_grant(wallet: uuid.UUID, unit: int, units: int, on: dt.date = DAY, **more) -> Grant:
    """Points for a promotion that last a year, unless `more` says otherwise."""
    facts = {
        "source": Source.PURCHASE,
        "key": more.get("key") or next_key(),
        "reason": Reason.PROMOTION,
        "occurred_at": noon(on),
        "expires_on": on + dt.timedelta(days=365),
    }
    return Grant(points_account=wallet, unit=unit, units=units, business_on=on, **(facts | more))


def a_taking(wallet: uuid.UUID, unit: int, units: int, on: dt.date = DAY, **more) -> Taking:
    """A redemption for a reward, unless `more` says otherwise."""
    facts = {"source": Source.REDEMPTION, "key": more.get("key") or next_key(), "reason": Reason.REWARD, "occurred_at": noon(on)}
    return Taking(points_account=wallet, unit=unit, units=units, business_on=on, **(facts | more))


def granted(wallet: uuid.UUID, unit: int, units: int, on: dt.date = DAY, **more) -> Outcome:
    """Grant points and return what it did."""
    return services.grant(grant=a_grant(wallet, unit, units, on, **more))
