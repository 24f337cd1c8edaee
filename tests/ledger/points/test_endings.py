"""The end of a lot moves: recorded, once, and without a point moving."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from ledger.points.domain import EndMove, EndMoved
from ledger.points.models import Lot, LotEnding, Movement
from ledger.points.queries import verify
from ledger.points.services import move_ends
from ledger.seals.verification import verify_seals
from tests.ledger.factories import DAY
from tests.ledger.seals.stage import AT, checkpoint, seal

pytestmark = pytest.mark.django_db
LATER = dt.date(2030, 1, 1)


def moved(lot, to_on, from_on=None):
    return EndMove(lot.points_account_id, lot.id, from_on or lot.expires_on, to_on, EndMoved.ACTIVITY)


def test_an_end_moves_and_its_history_is_kept(purse):
    purse.grant(100)
    lot = Lot.objects.get()
    movements = Movement.objects.count()

    first = move_ends(moves=[moved(lot, LATER)], business_on=DAY)
    second = move_ends(moves=[moved(lot, None, from_on=LATER)], business_on=DAY)
    stale = move_ends(moves=[moved(lot, dt.date(2031, 1, 1))], business_on=DAY)

    assert (first, second, stale) == (1, 1, 0)
    after = Lot.objects.get()
    assert (after.expires_on, after.first_expires_on, after.ends_moved, after.remaining) == (None, lot.expires_on, True, 100)
    assert list(LotEnding.objects.order_by("id").values_list("from_on", "to_on")) == [(lot.expires_on, LATER), (LATER, None)]
    assert Movement.objects.count() == movements
    assert verify() == []


def test_an_empty_lot_keeps_its_end(purse):
    purse.grant(100)
    purse.redeem(100)
    lot = Lot.objects.get()

    assert move_ends(moves=[moved(lot, LATER)], business_on=DAY) == 0
    assert not LotEnding.objects.exists()


def test_an_end_that_moved_without_a_record_is_found(purse):
    purse.grant(100)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_lot SET ends_moved = true, first_expires_on = expires_on, expires_on = '2031-01-01'")

    assert [found.differs for found in verify()] == ["end of a lot"]


def test_what_moved_is_never_edited(purse):
    purse.grant(100)
    move_ends(moves=[moved(Lot.objects.get(), LATER)], business_on=DAY)

    for statement in ("UPDATE ledger_lotending SET to_on = NULL", "DELETE FROM ledger_lotending"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert LotEnding.objects.get().to_on == LATER


def test_a_sealed_grant_stays_proven_when_its_end_moves(purse):
    purse.grant(100)
    seal(purse)
    checkpoint(purse)
    move_ends(moves=[moved(Lot.objects.get(), LATER)], business_on=DAY)

    report = verify_seals(at=AT, programme=purse.unit.programme)

    assert report.findings == []
