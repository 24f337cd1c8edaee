"""Tiers given by hand, and what becomes of a tier that nothing keeps any longer."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from loyalty.kit.clock import business_date
from loyalty.kit.money import Money
from rewards.purchases.domain import whole_line
from rewards.tiers.models import Tier, TierAward
from rewards.tiers.queries import standing
from rewards.tiers.services import grant_award, judge_day, request_award
from tests.accounts.factories import MemberFactory, UserFactory
from tests.scenarios.buying import buy
from tests.scenarios.sentences import minor
from tests.scenarios.stage import ANYBODY, Stage, noon
from tests.scenarios.vocabulary import SHOP, NotSpoken, only

REACHED_ON, KEPT_ON, JUDGED_ON = dt.date(2026, 2, 2), dt.date(2027, 6, 1), dt.date(2028, 1, 1)
"""A tier that was reached in one year is kept to the end of the next; then the year before is looked at."""
POLICIES = {"one_down": "one_step", "balance_based": "full"}


@SHOP.given("tiers")
def tiers(stage: Stage, value: Mapping[str, int]) -> None:
    stage.seen["thresholds"] = value


@SHOP.given("member")
def member(stage: Stage, value: Mapping[str, Any]) -> None:
    """With `manual` the level was given by hand; without, it was reached by points of which so many are left."""
    facts = only(value, "id", "level", "manual", "active_points")
    if "manual" not in facts:
        stage.seen["falling"] = facts
        return
    if facts["level"] != facts["manual"]:
        raise NotSpoken(f"level {facts['level']} beside {facts['manual']} by hand")
    who = stage.member(facts["id"])
    award = request_award(
        member=who,
        tier=Tier.objects.get(ladder__programme=stage.programme, name=facts["manual"]),
        kind=TierAward.Kind.values[0],
        to_on=stage.today + dt.timedelta(days=300),
        note="By hand",
        proof="The scenario",
        staff=UserFactory.create(is_staff=True),
        at=stage.at,
    )
    grant_award(award=award, approver=UserFactory.create(is_staff=True), at=stage.at)
    assert _level(who, stage.today) == facts["level"]


@SHOP.when("qualifying_amount")
def qualifying_amount(stage: Stage, amount: int) -> None:
    buy(stage.member(ANYBODY), [whole_line(Money(minor(amount), "EUR"))], at=stage.at)


@SHOP.then("level")
def level(stage: Stage, expected: str) -> None:
    assert _level(stage.member(ANYBODY), stage.today) == expected


@SHOP.when("reevaluate")
def reevaluate(stage: Stage, value: bool) -> None:
    """Play the years with each policy: points that reach the level, those that are left, and the day on which it ends."""
    assert value is True
    stage.seen["fallen"] = {name: _fallen(stage, kind) for name, kind in POLICIES.items()}


@SHOP.then("one_down|balance_based")
def fallen(stage: Stage, expected: str) -> None:
    assert stage.seen["fallen"][stage.word] == expected


def _fallen(stage: Stage, policy: str) -> str | None:
    thresholds, facts = stage.seen["thresholds"], stage.seen["falling"]
    steps = [{"code": name.lower(), "name": name, "reach": {"all": {"points": least}}} for name, least in thresholds.items()]
    ladder = {
        "metrics": {"points": {"kind": "units", "currency": "points"}},
        "window": {"kind": "calendar_year"},
        "downgrade": {"kind": policy},
        "tiers": steps,
    }
    programme = stage.open_programme([{"points": 1, "step_minor": 100}], ladder=ladder)
    stage.members[policy] = who = MemberFactory.create(programme=programme)
    for day, points in ((REACHED_ON, thresholds[facts["level"]]), (KEPT_ON, facts["active_points"])):
        buy(who, [whole_line(Money(minor(Decimal(points)), "EUR"))], at=noon(day), ref=f"{day}")
        assert _level(who, day) == facts["level"]
    stage.at = noon(JUDGED_ON)
    assert stage.has_of(programme, policy) == facts["active_points"]
    judge_day(programme=programme, day=business_date(stage.at, programme.time_zone), at=stage.at)
    return _level(who, JUDGED_ON)


def _level(who: Any, day: dt.date) -> str | None:
    stands = standing(who, day)
    return stands.tier.name if stands else None
