"""Points that members send to one another change no pool, no roll-forward, no journal and no liability."""

import dataclasses
from decimal import Decimal

import pytest
from django.forms.models import model_to_dict

from ledger.points import queries, services
from ledger.points.domain import Reason
from ledger.points.models import Lot
from ledger.valuation.queries import pool_sizes
from reporting.rollforward.queries import money_by_pool, points_by_month, points_by_pool
from tests.books.stage import Stage

pytestmark = pytest.mark.django_db
RATE = Decimal("0.95")


def play(*, sends: bool) -> Stage:
    """Two pools; half of the points are spent. With `sends` a friend spends them, and a part of the gift is undone."""
    stage = Stage(["P1", "P2", "P3"])
    friend = stage.open_wallet()
    stage.estimate("P1", 95, 100)
    stage.grant(stage.day("P1"), 1_000, sale=stage.sale(10_000, 10_000, RATE), expires_on=stage.day("P3", 20))
    stage.grant(stage.day("P1", 11), 400, reason=Reason.PROMOTION, expires_on=stage.day("P3", 5))
    sent = transfer(stage, friend, stage.day("P1", 12), 700) if sends else None
    stage.close("P1")
    stage.redeem(stage.day("P2"), 500, wallet=friend if sends else None)
    stage.close("P2")
    if sent is not None:
        undo = stage.taking(stage.first("P3"), 150, Reason.CANCELLATION, wallet=friend)
        services.transfer_back(transfer=sent, taking=undo, to=stage.wallet.pk)
    services.expire_due(unit=stage.unit.pk, through_on=stage.day("P3", 6), at=stage.noon(stage.day("P3", 6)))
    stage.close("P3")
    return stage


def transfer(stage, friend, on, units):
    return services.transfer(taking=stage.taking(on, units, Reason.TRANSFER), to=friend.pk).movement


def rows(found):
    """The rows of a roll-forward without the currency's number."""
    return [dataclasses.replace(row, pool=row.pool and row.pool._replace(unit=0)) for row in found]


def test_the_books_are_those_of_points_that_were_not_sent():
    kept, sent = play(sends=False), play(sends=True)

    assert sent.lines() == kept.lines()
    assert rows(points_by_pool(sent.book)) == rows(points_by_pool(kept.book))
    assert rows(money_by_pool(sent.book)) == rows(money_by_pool(kept.book))
    assert rows(points_by_month(sent.unit)) == rows(points_by_month(kept.unit))
    assert [figures(kept, label) for label in kept.labels] == [figures(sent, label) for label in sent.labels]
    assert queries.verify() == []


def figures(stage, label):
    """The statements of a close, without ids."""
    rows = stage.period(label).pool_statements.order_by("pool__grant_month", "pool__source_kind")
    return [model_to_dict(row, exclude=["id", "period", "pool", "estimate"]) for row in rows]


def test_a_receiver_makes_no_pool_larger():
    stage = Stage(["P1"])
    stage.grant(stage.day("P1"), 100, sale=stage.sale(10_000, 10_000, RATE))

    transfer(stage, stage.open_wallet(), stage.day("P1", 12), 60)

    assert list(pool_sizes(stage.book).values()) == [1]
    assert Lot.objects.filter(unit=stage.unit).count() == 2


def test_goods_that_come_back_leave_the_liability_with_who_received_the_points():
    stage = Stage(["P1", "P2"])
    friend = stage.open_wallet()
    earned = stage.grant(stage.day("P1"), 100, sale=stage.sale(10_000, 10_000, Decimal(1)), expires_on=stage.day("P2", 20))
    transfer(stage, friend, stage.day("P1", 11), 100)

    stage.take_back(stage.day("P1", 12), earned, 100, 10_000)
    stage.close("P1")

    statement = stage.statement("P1")
    assert (statement.granted, statement.reversed, statement.adjusted, statement.liability_minor) == (100, 0, 0, 5_000)
    [held] = queries.holdings(points_account=stage.wallet.pk, today=stage.day("P1", 13))
    assert held.arrears == 100
