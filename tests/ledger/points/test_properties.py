"""Random days of one wallet agree with a model of the bank; and one by one gives the same rows as all at once."""

import contextlib
import datetime as dt

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.points import queries, services
from ledger.points.domain import ArrearsPolicy
from ledger.points.models import Lot, LotMove, Movement
from loyalty.kit.problems import Problem
from tests.ledger.factories import DAY, PointUnitFactory, a_grant, a_taking
from tests.ledger.points.model import Model, Refused
from tests.ledger.points.stage import Purse

QUIET = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
ACTS = (
    "grant",
    "grant",
    "pending",
    "redeem",
    "redeem",
    "hold",
    "adjust",
    "activate",
    "capture",
    "release",
    "restore",
    "reverse",
    "reverse",
    "expire",
)
POLICIES = {"owe": ArrearsPolicy.LIMIT, "forbid": ArrearsPolicy.FORBID, "forgive": ArrearsPolicy.FORGIVE}


class Walk:
    """One wallet and its model, led through the same acts; every act is compared."""

    def __init__(self, unit, policy, limit):
        self.purse, self.model = Purse.of(unit), Model(policy, limit)
        self.policy, self.limit = POLICIES[policy], limit
        self.day = 0
        self.grants, self.redemptions, self.holds = [], [], []

    @property
    def on(self):
        return DAY + dt.timedelta(days=self.day)

    def step(self, act, units, pick, rest):
        self.day += rest
        before = self.purse.balance
        refused = []
        outcome = made = None
        try:
            outcome = getattr(self, act)(units, pick)
        except Problem as problem:
            refused.append(problem.code)
        try:
            made = getattr(self, f"model_{act}")(units, pick)
        except Refused:
            assert refused, f"{act} should have been refused"
        if refused:
            assert made is None, (act, refused)
            assert self.purse.balance == before
        elif outcome is not None:
            self.keep(act, outcome, made)
        self.compare()

    def compare(self):
        lots = Lot.objects.filter(points_account=self.purse.account).order_by("id")
        found = list(lots.values_list("granted", "remaining", "held", "reversed", "is_pending"))
        assert found == [(lot.granted, lot.remaining, lot.held, lot.reversed, lot.is_pending) for lot in self.model.lots]
        assert self.purse.balance == self.model.balance
        assert self.purse.shown(self.on)[0] == self.model.spendable(self.day)
        assert self.purse.is_sound, queries.verify(programme=self.purse.unit.programme)

    def keep(self, act, outcome, made):
        kept = {"grant": self.grants, "pending": self.grants, "redeem": self.redemptions, "capture": self.redemptions, "hold": self.holds}
        if act in kept:
            kept[act].append((outcome, made))

    def chosen(self, kept, pick):
        return kept[pick % len(kept)] if kept else (None, None)

    def grant(self, units, pick):
        return self.purse.grant(units, on=self.on, expires_on=self.on + dt.timedelta(days=1 + pick % 12))

    def model_grant(self, units, pick):
        return self.model.grant(units, self.day, self.day + 1 + pick % 12, False)

    def pending(self, units, pick):
        return self.purse.grant(
            units, on=self.on, expires_on=self.on + dt.timedelta(days=1 + pick % 12), matures_on=self.on + dt.timedelta(days=2)
        )

    def model_pending(self, units, pick):
        return self.model.grant(units, self.day, self.day + 1 + pick % 12, True)

    def redeem(self, units, pick):
        return self.purse.redeem(units, on=self.on)

    def model_redeem(self, units, pick):
        return self.model.take(units, self.day, "redeemed")

    def hold(self, units, pick):
        return self.purse.hold(units, on=self.on)

    def model_hold(self, units, pick):
        return self.model.take(units, self.day, "held")

    def adjust(self, units, pick):
        return self.purse.adjust(units, on=self.on)

    def model_adjust(self, units, pick):
        self.model.take(units, self.day, "adjusted")

    def activate(self, units, pick):
        outcome, made = self.chosen(self.grants, pick)
        return self.purse.activate(outcome, on=self.on) if outcome and made["lot"] else None

    def model_activate(self, units, pick):
        _, made = self.chosen(self.grants, pick)
        if made and made["lot"]:
            self.model.activate(made["lot"], self.day)

    def capture(self, units, pick):
        outcome, _ = self.chosen(self.holds, pick)
        return self.purse.capture(outcome, on=self.on) if outcome else None

    def model_capture(self, units, pick):
        return self.model_finish(pick, is_capture=True)

    def release(self, units, pick):
        outcome, _ = self.chosen(self.holds, pick)
        return self.purse.release(outcome, on=self.on) if outcome else None

    def model_release(self, units, pick):
        return self.model_finish(pick, is_capture=False)

    def model_finish(self, pick, *, is_capture):
        entry = self.chosen(self.holds, pick)
        if entry[1] is None:
            return None
        self.holds.remove(entry)
        self.model.finish(entry[1], self.day, is_capture)
        return entry[1]

    def restore(self, units, pick):
        outcome, _ = self.chosen(self.redemptions, pick)
        return self.purse.restore(outcome, units, on=self.on) if outcome else None

    def model_restore(self, units, pick):
        _, made = self.chosen(self.redemptions, pick)
        if made:
            self.model.restore(made, units, self.day)

    def reverse(self, units, pick):
        outcome, _ = self.chosen(self.grants, pick)
        return self.purse.reverse(outcome, units, on=self.on, policy=self.policy, limit=self.limit) if outcome else None

    def model_reverse(self, units, pick):
        _, made = self.chosen(self.grants, pick)
        if made:
            self.model.reverse(made, units, self.day)

    def expire(self, units, pick):
        self.purse.expire(self.on)

    def model_expire(self, units, pick):
        self.model.expire(self.day)


@contextlib.contextmanager
def undone():
    """A transaction of its own for every example, so that examples do not slow one another down; nothing of it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@QUIET
@given(
    policy=st.sampled_from([("owe", None), ("owe", 25), ("forgive", None), ("forbid", None)]),
    steps=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(1, 40), st.integers(0, 30), st.sampled_from([0, 0, 0, 1, 3])), min_size=15, max_size=40
    ),
)
def test_random_days_agree_with_the_model(committed_db, policy, steps):
    with undone():
        walk = Walk(PointUnitFactory.create(), *policy)

        for step in steps:
            walk.step(*step)


FACTS = {
    Movement: ("seq", "kind", "debit", "credit", "amount", "reason", "available_after", "pending_after", "held_after", "arrears_after",
               "business_on", "occurred_at"),
    Lot: ("unit", "granted_on", "grant_month", "source_kind", "portfolio", "expires_on", "matures_on", "granted", "remaining", "held",
          "reversed", "is_pending", "terms"),
    LotMove: ("from_state", "to_state", "units", "business_on", "reason", "grant_month", "source_kind", "portfolio"),
}  # fmt: skip


def rows(purse):
    """Everything about a wallet but ids and moments of recording."""
    return [list(model.objects.filter(points_account=purse.account).order_by("id").values_list(*facts)) for model, facts in FACTS.items()]


@QUIET
@given(
    batches=st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(0, 2), st.integers(1, 50), st.booleans(), st.integers(1, 9)), min_size=1, max_size=8),
            st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), max_size=3, unique_by=lambda wanted: wanted[0]),
        ),
        min_size=1,
        max_size=5,
    ),
    in_arrears=st.booleans(),
)
def test_one_by_one_gives_the_same_rows_as_all_at_once(committed_db, batches, in_arrears):
    with undone():
        unit = PointUnitFactory.create()
        singly, at_once = [Purse.of(unit) for _ in range(3)], [Purse.of(unit) for _ in range(3)]
        for purse in (singly[0], at_once[0]) if in_arrears else ():
            earned = purse.grant(30)
            purse.redeem(30)
            purse.reverse(earned, 30)

        for day, (given_points, taken) in enumerate(batches):
            on = DAY + dt.timedelta(days=day)
            answers = []
            for purses in (singly, at_once):
                grants = [
                    a_grant(purses[place].account, unit.pk, units, on, matures_on=on + dt.timedelta(days=3) if is_pending else None,
                            expires_on=on + dt.timedelta(days=life))
                    for place, units, is_pending, life in given_points
                ]  # fmt: skip
                takings = [a_taking(purses[place].account, unit.pk, units, on) for place, units in taken]
                answers.append(one_by_one(grants, takings) if purses is singly else all_at_once(grants, takings))
            assert answers[0] == answers[1]

        assert [rows(purse) for purse in singly] == [rows(purse) for purse in at_once]
        assert queries.verify(programme=unit.programme) == []


def one_by_one(grants, takings):
    made = [services.grant(grant=grant) for grant in grants]
    for taking in takings:
        try:
            with transaction.atomic():
                made.append(services.redeem(taking=taking))
        except services.NotEnoughPoints as refusal:
            made.append(refusal)
    return figures(made)


def all_at_once(grants, takings):
    return figures([*services.grant_many(grants=grants), *services.redeem_many(takings=takings)])


def figures(outcomes):
    return [o.extra if isinstance(o, Problem) else (o.available, o.pending, o.held, o.arrears, o.seq, o.replayed) for o in outcomes]
