"""Random days of two wallets agree with a model of the bank; and one by one gives the same rows as all at once."""

import contextlib
import datetime as dt
import uuid

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.points import queries, services
from ledger.points.domain import ArrearsPolicy, Kind, Reason, Source
from ledger.points.models import Lot, LotMove, Movement
from loyalty.kit.problems import Problem
from tests.ledger.factories import DAY, PointUnitFactory, a_grant, a_taking, noon
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
    "send",
    "send",
    "send_back",
    "turn",
    "turn",
)
POLICIES = {"owe": ArrearsPolicy.LIMIT, "forbid": ArrearsPolicy.FORBID, "forgive": ArrearsPolicy.FORGIVE}


class Walk:
    """Two wallets and their models, led through the same acts; every act is compared. Acts are those of `purse`; a turn makes it the other."""

    def __init__(self, unit, policy, limit):
        self.friend, self.friend_model = Purse.of(unit), Model(policy, limit)
        self.purse, self.model = Purse.of(unit), Model(policy, limit)
        self.policy, self.limit = POLICIES[policy], limit
        self.day = 0
        self.grants, self.redemptions, self.holds, self.received = [], [], [], []
        self.friends = [], [], [], []

    @property
    def on(self):
        return DAY + dt.timedelta(days=self.day)

    def step(self, act, units, pick, rest):
        self.day += rest
        before = self.purse.balance, self.friend.balance
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
            assert (self.purse.balance, self.friend.balance) == before
        elif outcome is not None:
            self.keep(act, outcome, made)
        self.compare()

    def compare(self):
        for purse, model in ((self.purse, self.model), (self.friend, self.friend_model)):
            lots = Lot.objects.filter(points_account=purse.account).order_by("id")
            found = list(lots.values_list("granted", "remaining", "held", "reversed", "is_pending"))
            assert found == [(lot.granted, lot.remaining, lot.held, lot.reversed, lot.is_pending) for lot in model.lots]
            assert purse.balance == model.balance
            assert purse.shown(self.on)[0] == model.spendable(self.day)
        assert self.purse.is_sound, queries.verify(programme=self.purse.unit.programme)

    def keep(self, act, outcome, made):
        kept = {"grant": self.grants, "pending": self.grants, "redeem": self.redemptions, "capture": self.redemptions, "hold": self.holds}
        if act in kept:
            kept[act].append((outcome, made))
        elif act == "send":
            self.friends[-1].append((outcome, made))

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
        outcome, hold = self.chosen(self.holds, pick)
        return self.purse.capture(outcome, on=self.on, part=self.part_of(hold, units)) if outcome else None

    def model_capture(self, units, pick):
        return self.model_finish(pick, lambda hold: self.part_of(hold, units))

    def part_of(self, hold, units):
        """Every third capture takes less than was held, where there is less than that."""
        held = sum(part for _, part in hold["taken"])
        return min(units, held) if units % 3 == 0 else held

    def release(self, units, pick):
        outcome, _ = self.chosen(self.holds, pick)
        return self.purse.release(outcome, on=self.on) if outcome else None

    def model_release(self, units, pick):
        return self.model_finish(pick, lambda _hold: 0)

    def model_finish(self, pick, captured):
        entry = self.chosen(self.holds, pick)
        if entry[1] is None:
            return None
        self.holds.remove(entry)
        self.model.finish(entry[1], self.day, captured(entry[1]))
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
        self.friend_model.expire(self.day)

    def send(self, units, pick):
        return self.purse.send(self.friend, units, on=self.on)

    def model_send(self, units, pick):
        return self.model.send(units, self.day, self.friend_model)

    def send_back(self, units, pick):
        outcome, _ = self.chosen(self.received, pick)
        return self.purse.send_back(outcome, self.friend, units, on=self.on) if outcome else None

    def model_send_back(self, units, pick):
        _, made = self.chosen(self.received, pick)
        if made:
            self.model.send_back(made, units, self.day, self.friend_model)

    def turn(self, units, pick):
        self.purse, self.model, self.friend, self.friend_model = self.friend, self.friend_model, self.purse, self.model
        mine, self.friends = self.friends, (self.grants, self.redemptions, self.holds, self.received)
        self.grants, self.redemptions, self.holds, self.received = mine

    def model_turn(self, units, pick):
        pass


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
        st.tuples(st.sampled_from(ACTS), st.integers(1, 40), st.integers(0, 30), st.sampled_from([0, 0, 0, 1, 3])), min_size=20, max_size=50
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


@QUIET
@given(
    waiting=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 50), st.integers(1, 4), st.integers(5, 9)), min_size=1, max_size=12),
    owed=st.integers(0, 60),
    through=st.integers(1, 6),
    not_before=st.none() | st.integers(0, 6),
    chunk=st.integers(1, 5),
)
def test_maturing_lot_by_lot_gives_the_same_rows_as_all_at_once(committed_db, waiting, owed, through, not_before, chunk):
    with undone():
        unit = PointUnitFactory.create()
        singly, at_once = [Purse.of(unit) for _ in range(3)], [Purse.of(unit) for _ in range(3)]
        for purses in (singly, at_once):
            if owed:
                earned = purses[0].grant(owed)
                purses[0].redeem(owed)
                purses[0].reverse(earned, owed)
            for place, units, matures, ends in waiting:
                purses[place].grant(units, matures_on=DAY + dt.timedelta(days=matures), expires_on=DAY + dt.timedelta(days=ends))
        last, first = DAY + dt.timedelta(days=through), None if not_before is None else DAY + dt.timedelta(days=not_before)

        lot_by_lot(singly, last, first)
        done = services.activate_due(unit=unit.pk, through_on=last, at=noon(last), not_before=first, chunk=chunk)

        due = [1 for _, _, matures, _ in waiting if matures <= through]
        assert done == len(due)
        assert [rows(purse) for purse in singly] == [rows(purse) for purse in at_once]
        assert acts(singly) == acts(at_once)
        assert queries.verify(programme=unit.programme) == []


def lot_by_lot(purses, through, not_before):
    for purse in purses:
        due = Lot.objects.filter(points_account=purse.account, is_pending=True, remaining__gt=0, matures_on__lte=through)
        for lot in due.order_by("id"):
            on = max(lot.matures_on, not_before or lot.matures_on)
            settling = a_taking(
                purse.account,
                purse.unit.pk,
                1,
                on,
                source=Source.JOB,
                key=f"mature:{lot.pk}",
                reason=Reason.MATURATION,
                occurred_at=noon(through),
            )
            services.activate(lot=lot.pk, settling=settling, order=purse.unit.consumption_order)


def acts(purses):
    """Which lot each maturing names: as its key, as what it follows, and by its lot moves."""
    found = []
    for purse in purses:
        lots = list(Lot.objects.filter(points_account=purse.account).order_by("id").values_list("id", flat=True))
        for movement in Movement.objects.filter(points_account=purse.account, kind=Kind.ACTIVATE).select_related("act").order_by("id"):
            key = movement.act.key.removeprefix("mature:")
            moved = LotMove.objects.filter(movement=movement.pk).values_list("lot", flat=True)
            found.append(
                (movement.act.source, lots.index(uuid.UUID(key)), lots.index(movement.reverses_id), [lots.index(one) for one in moved])
            )
    return found
