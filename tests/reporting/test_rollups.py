"""Every report that reads the sums says what the same report says from lot moves, whatever happened and however far the ticks are."""

import contextlib
import datetime as dt
from pathlib import Path

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reporting
from ledger.points import services
from ledger.ticks.services import rebuild_rollups, take_ticks
from ledger.ticks.verification import verify_rollups
from loyalty.kit.problems import Problem
from tests.ledger.factories import DAY, PointUnitFactory, a_grant, a_taking
from tests.ledger.points.stage import Purse

ACTS = ("grant", "grant", "late_grant", "pending", "batch", "redeem", "redeem_many", "hold", "capture", "release", "restore", "reverse",
        "adjust", "send", "send", "send_back", "expire", "activate_due", "tick", "tick", "rebuild")  # fmt: skip
REPORTS = {
    "rollforward/sql/months.sql": {},
    "close/sql/units.sql": {"ends_on": DAY + dt.timedelta(days=5)},
    "insights/sql/outstanding.sql": {"today": DAY + dt.timedelta(days=5)},
}
_FROM_BALANCES = "SELECT sum(available + pending + held) FROM ledger_balance WHERE unit_id = %(unit)s"


class Story:
    """Two wallets of one currency; an act that is refused changes nothing."""

    def __init__(self):
        self.unit = PointUnitFactory.create()
        self.purses = [Purse.of(self.unit), Purse.of(self.unit)]
        self.day, self.grants, self.holds, self.redemptions, self.transfers = 0, [], [], [], []

    @property
    def on(self):
        return DAY + dt.timedelta(days=self.day)

    def step(self, act, units, pick, rest):
        self.day += rest
        with contextlib.suppress(Problem):
            getattr(self, act)(self.purses[pick % 2], units, pick)

    def grant(self, purse, units, pick):
        self.grants.append((purse, purse.grant(units, on=self.on, expires_on=self.on + dt.timedelta(days=1 + pick))))

    def late_grant(self, purse, units, pick):
        self.grants.append((purse, purse.grant(units, on=self.on - dt.timedelta(days=pick * 3), portfolio=2)))

    def pending(self, purse, units, _pick):
        self.grants.append((purse, purse.grant(units, on=self.on, matures_on=self.on + dt.timedelta(days=2))))

    def batch(self, _purse, units, _pick):
        services.grant_many(grants=[a_grant(purse.account, self.unit.pk, units, self.on) for purse in self.purses])

    def redeem(self, purse, units, _pick):
        self.redemptions.append((purse, purse.redeem(units, on=self.on)))

    def redeem_many(self, _purse, units, _pick):
        with transaction.atomic():
            services.redeem_many(takings=[a_taking(purse.account, self.unit.pk, units, self.on) for purse in self.purses])

    def hold(self, purse, units, _pick):
        self.holds.append((purse, purse.hold(units, on=self.on)))

    def capture(self, _purse, _units, pick):
        for purse, hold in self.holds[pick:][:1]:
            self.redemptions.append((purse, purse.capture(hold, on=self.on)))

    def release(self, _purse, _units, pick):
        for purse, hold in self.holds[pick:][:1]:
            purse.release(hold, on=self.on)

    def restore(self, _purse, units, pick):
        for purse, redemption in self.redemptions[pick:][:1]:
            purse.restore(redemption, units, on=self.on)

    def reverse(self, _purse, units, pick):
        for purse, earned in self.grants[pick:][:1]:
            purse.reverse(earned, units, on=self.on)

    def adjust(self, purse, units, _pick):
        purse.adjust(units, on=self.on)

    def send(self, purse, units, pick):
        friend = self.purses[(pick + 1) % 2]
        self.transfers.append((purse, friend, purse.send(friend, units, on=self.on)))

    def send_back(self, _purse, units, pick):
        for purse, friend, sent in self.transfers[pick:][:1]:
            friend.send_back(sent, purse, units, on=self.on)

    def expire(self, purse, _units, _pick):
        purse.expire(self.on)

    def activate_due(self, _purse, _units, _pick):
        services.activate_due(unit=self.unit.pk, through_on=self.on, at=dt.datetime.now(dt.UTC), not_before=DAY)

    def tick(self, _purse, _units, pick):
        take_ticks(most_movements=1 + pick)

    def rebuild(self, _purse, _units, pick):
        next(rebuild_rollups(most_movements=1 + pick))


def answered(sql, asked):
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchall()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(1, 40), st.integers(0, 12), st.sampled_from([0, 0, 1, 4])), min_size=15, max_size=40
    )
)
def test_reports_from_sums_and_from_lot_moves_are_equal(committed_db, steps):
    story = Story()
    for step in steps:
        story.step(*step)

    for path, more in REPORTS.items():
        sql = (Path(reporting.__file__).parent / path).read_text()
        asked = {"unit": story.unit.pk, "book": story.unit.book_id} | more
        assert "ledger_moved" in sql
        assert answered(sql, asked) == answered(sql.replace("ledger_moved", "ledger_lotmove"), asked)
    assert verify_rollups() == []
    assert_outstanding_is_what_wallets_hold(story)


def assert_outstanding_is_what_wallets_hold(story):
    sql = (Path(reporting.__file__).parent / "insights/sql/outstanding.sql").read_text()
    [(points, _ending)] = answered(sql, {"unit": story.unit.pk, "today": dt.date.min})

    [(held,)] = answered(_FROM_BALANCES, {"unit": story.unit.pk})
    assert points == held
