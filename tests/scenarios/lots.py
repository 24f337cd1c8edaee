"""Lots: which points are left, when they end, and from which of them others are taken."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ledger.points import services as bank
from ledger.points.domain import Kind, State
from ledger.points.models import Lot, LotMove, Movement
from ledger.points.queries import open_lots
from rewards.redemptions.models import Redemption
from tests.scenarios.stage import ANYBODY, Stage, day_of, noon
from tests.scenarios.taking import redeem
from tests.scenarios.vocabulary import SHOP, NotSpoken, only


@SHOP.given("lots")
def lots_before(stage: Stage, value: Sequence[Mapping[str, Any]]) -> None:
    for facts in (only(lot, "member", "points", "earned", "expires") for lot in value):
        on = day_of(facts["earned"]) if "earned" in facts else None
        stage.give(
            facts.get("member", ANYBODY), facts["points"], on=on, expires_on=day_of(facts["expires"]) if "expires" in facts else None
        )


@SHOP.then("lots_left")
def lots_left(stage: Stage, expected: Mapping[str, int]) -> None:
    """A lot is named by the purchase that earned it or by its day."""
    found = {}
    for name in expected:
        lots = Lot.objects.filter(unit=stage.unit)
        bought = stage.purchases.get(name)
        [lot] = lots.filter(pk=bought.earned[0]["movement"]) if bought else lots.filter(granted_on=day_of(name))
        found[name] = lot.remaining
    assert found == expected


@SHOP.when("expire_lot")
def expire_lot(stage: Stage, day: str) -> None:
    [lot] = Lot.objects.filter(unit=stage.unit, granted_on=day_of(day))
    _expire_through(stage, lot.expires_on)


@SHOP.when("expire_run")
def expire_run(stage: Stage, value: Mapping[str, Any]) -> None:
    _expire_through(stage, stage.today + dt.timedelta(days=only(value, "days_after")["days_after"]))


def _expire_through(stage: Stage, day: dt.date) -> None:
    stage.at = noon(day)
    bank.expire_due(unit=stage.unit.pk, through_on=day, at=stage.at)


@SHOP.then("expired")
def expired(stage: Stage, value: Mapping[str, Any]) -> None:
    gone = Movement.objects.filter(unit=stage.unit, kind=Kind.EXPIRE).values_list("amount", flat=True)
    assert sum(gone) == only(value, "points")["points"]


@SHOP.then("deadlines")
def deadlines(stage: Stage, expected: Sequence[Mapping[str, int]]) -> None:
    ends: Counter[str] = Counter()
    for lot in open_lots(points_account=stage.member().points_account_id, today=stage.today):
        ends[str(lot.expires_on)] += lot.remaining
    assert [{day: units} for day, units in sorted(ends.items())] == expected


@SHOP.given("today")
def today(stage: Stage, day: str) -> None:
    stage.at = noon(day_of(day))


@SHOP.when("active")
def active(stage: Stage, value: Mapping[str, Any]) -> None:
    """Points that end on a day, asked on the stage's day whether they can be spent."""
    days = only(value, "expires_on")["expires_on"]
    for place, day in enumerate(days):
        stage.give(f"M{place}", 1, on=stage.today - dt.timedelta(days=30), expires_on=day_of(day))
    stage.seen["active"] = [stage.has(f"M{place}") == 1 for place in range(len(days))]


@SHOP.then("active")
def is_active(stage: Stage, expected: Sequence[bool] | int) -> None:
    """Which of the points that were asked about; a number is what the member can spend."""
    if isinstance(expected, int):
        assert stage.has() == expected
        return
    assert stage.seen["active"] == expected


@SHOP.given("pockets")
def pockets(stage: Stage, value: Mapping[str, int]) -> None:
    """Pockets are lots of one member: what ends first is taken first. A second member has the same."""
    for who in (ANYBODY, "M2"):
        for place, (name, units) in enumerate(value.items(), start=1):
            lot = stage.give(who, units, expires_on=stage.today + dt.timedelta(days=30 * place))
            stage.seen[who, name] = lot.movement


@SHOP.when("pay|pay_instead")
def pay(stage: Stage, units: int) -> Redemption:
    who = ANYBODY if stage.word == "pay" else "M2"
    return redeem(stage, {"member": who, "points": units})


@SHOP.then("taken")
def taken(stage: Stage, expected: Mapping[str, int]) -> None:
    moves = LotMove.objects.filter(points_account=stage.member().points_account_id, to_state=State.REDEEMED)
    by_lot = dict(moves.values_list("lot", "units"))
    assert {name: by_lot[stage.seen[ANYBODY, name]] for name in expected} == expected


@SHOP.then("for_16")
def short_by_one(stage: Stage, sentence: str) -> None:
    if sentence != "error insufficient, both unchanged":
        raise NotSpoken(f"for_16: {sentence}")
    assert stage.turns[-1].code == "not_enough_points"
    stage.has_answered_for_refusals = True
    lots = Lot.objects.filter(points_account=stage.member("M2").points_account_id)
    assert all(lot.remaining == lot.granted for lot in lots)
