"""A bank at work: whoever looks, at whatever moment, sees books that agree and not a point more or less than was given."""

import random
import threading

import pytest
from django.db import connection, transaction

from ledger.points import queries
from ledger.points.domain import Outcome
from ledger.points.services import NotEnoughPoints
from tests.concurrency.ledger.test_points import all_at_once, count
from tests.ledger.factories import PointUnitFactory
from tests.ledger.points.stage import Purse

READERS = 3
_SEEN = """
    SELECT (SELECT sum(available) FROM ledger_balance WHERE unit_id = %(unit)s),
           (SELECT sum(remaining) FROM ledger_lot WHERE unit_id = %(unit)s)
"""


@pytest.fixture
def unit(committed_db):
    return PointUnitFactory.create()


class Readers:
    """Look again and again, each time at one moment, until the work is over."""

    def __init__(self, unit):
        self.unit = unit
        self.over = threading.Event()
        self.sums, self.differences, self.faults = [], [], []
        self.threads = [threading.Thread(target=self.read) for _ in range(READERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
        assert self.faults == []

    def read(self):
        try:
            while True:
                is_last = self.over.is_set()
                self.look()
                if is_last:
                    return
        except BaseException as fault:  # noqa: BLE001  # shown by the test
            self.faults.append(fault)
        finally:
            connection.close()

    def look(self):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(_SEEN, {"unit": self.unit.pk})
            self.sums.append(tuple(int(units) for units in cursor.fetchone()))
            self.differences += queries.verify()


def test_every_reader_sees_books_that_agree_at_every_moment(unit):
    purses = [Purse.of(unit) for _ in range(8)]
    for purse in purses:
        for _ in range(3):
            purse.grant(50)
    chance = random.Random(20_260)
    steps = [(*chance.sample(purses, 2), chance.randint(1, 60)) for _ in range(400)]

    with Readers(unit) as readers:
        answers = all_at_once([lambda one=one, other=other, units=units: one.send(other, units) for one, other, units in steps])

    assert count(answers, Outcome) + count(answers, NotEnoughPoints) == len(steps)
    assert count(answers, Outcome) > 100
    assert len(readers.sums) > READERS
    assert set(readers.sums) == {(1_200, 1_200)}
    assert readers.differences == []
