"""A back-test of the shipped trade, line by line, over nothing but evaluating the same baskets under the same rules in memory."""

import datetime as dt
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from loyalty.kit import clock
from loyalty.kit.clock import month_start
from loyalty.shell.bench.crew import Crew
from loyalty.shell.bench.measures import Found, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from loyalty.shell.bench.triers import try_on
from loyalty.shell.trade.programme import enrol_households, open_trade_programme, open_trade_stores
from loyalty.shell.trade.reading import read_baskets, read_lines, read_parameters
from loyalty.shell.trade.replay import Replay
from rewards.backtests.measuring import Drafted
from rewards.backtests.models import BackTest
from rewards.backtests.services import request_back_test
from rewards.earning.approved import Approved, approved_of, compiled
from rewards.earning.domain import Basket, evaluate
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.queries import forget_rules
from rewards.purchases.models import PurchaseLine

RULES = 10
_FIRST_DAY = dt.date(2017, 1, 1)
_CATEGORIES = ("grocery", "produce", "meat", "drug gm", "dairy", "deli", "pastry", "seafood", "floral")
_Baskets = Sequence[tuple[Basket, dt.date]]


def back_test(scratch: Scratch, scale: Scale) -> Found:
    """Both sides of every member by one worker and by two, reading, tiers, figures and all; the floor is one process that evaluates both sides'
    rules and does nothing else."""
    taken: dict[int, list[float]] = {1: [], 2: []}
    floor = []
    with scratch.fresh() as url:
        programme = _trade()
        draft = _draft(programme)
        baskets = _baskets(programme)
        with Crew(2, try_on, url) as crew:
            for turn in range(-1, scale.rounds):
                lines = 0
                seconds = {}
                for count in taken:
                    lines, seconds[count] = _ours(programme, draft, crew.pipes[:count])
                plain = _floor(programme, draft, baskets)
                if turn >= 0:
                    floor.append(lines / plain)
                    for count, speeds in taken.items():
                        speeds.append(lines / seconds[count])
    about = f"{lines:,} lines of {len(baskets):,} receipts under {RULES} rules and a draft"
    return {
        f"back-test-{count}": Rounds(speeds, floor, f"{about}: {median(speeds):,.0f} over {median(floor):,.0f} a second")
        for count, speeds in taken.items()
    }


def _trade() -> Programme:
    """The trade with its lines, recorded through the services under ten rules."""
    parameters, baskets, at = read_parameters(), read_baskets(), clock.now()
    programme = open_trade_programme(
        slug="back-test", name="Back-test", parameters=parameters, expiry_months=12, first_day=month_start(baskets[0].at.date()), at=at
    )
    open_trade_stores(programme=programme, baskets=baskets)
    enrol_households(programme=programme, baskets=baskets, at=at)
    for number, category in enumerate(_CATEGORIES):
        _write(programme, f"goods-{number}", {"kind": "per_step", "points": 1, "step_minor": 500, "only_categories": [category]}, at)
    forget_rules(programme.pk)
    Replay(programme=programme, parameters=parameters, at=at, redeem=False, lines=read_lines()).run(baskets)
    return programme


def _write(programme: Programme, code: str, definition: dict[str, Any], at: dt.datetime | None) -> EarningRuleVersion:
    rule, _made = EarningRule.objects.get_or_create(
        programme=programme, code=code, defaults={"name": code.capitalize(), "currency": currency_of(programme)}
    )
    return EarningRuleVersion.objects.create(
        rule=rule, version=rule.versions.count() + 1, valid_from=_FIRST_DAY, definition=definition, approved_at=at
    )


def _draft(programme: Programme) -> EarningRuleVersion:
    return _write(programme, "every-step", {"kind": "per_step", "points": 2, "step_minor": 100}, None)


def _ours(programme: Programme, draft: EarningRuleVersion, workers: Sequence[Connection]) -> tuple[int, float]:
    """Return how many lines a back-test of the whole trade looked at, and how long it took from asking to the last figure."""
    at = clock.now()
    began = time.perf_counter()
    row = request_back_test(
        programme=programme, name="Bench", first_on=_FIRST_DAY, last_on=dt.date(2017, 12, 31), author=None, at=at, drafts=[draft]
    )
    for pipe in workers:
        pipe.send(at)
    for pipe in workers:
        pipe.recv()
    row.refresh_from_db()
    assert row.state == BackTest.State.DONE and "differing" not in row.figures["replayed"], row.fault
    return row.figures["lines"], time.perf_counter() - began


def _baskets(programme: Programme) -> _Baskets:
    """Every basket, read beforehand."""
    rows: dict[Any, tuple[list[Any], dt.date]] = {}
    for line in PurchaseLine.objects.filter(purchase__programme=programme).select_related("purchase").order_by("purchase", "position"):
        rows.setdefault(line.purchase_id, ([], line.purchase.business_on))[0].append(line.as_bought())
    return [(Basket(tuple(lines)), day) for lines, day in rows.values()]


def _floor(programme: Programme, draft: EarningRuleVersion, baskets: _Baskets) -> float:
    """Return the seconds that evaluating every basket under both sides' rules takes."""
    live, drafted = _sides(programme, draft)
    began = time.perf_counter()
    for basket, day in baskets:
        evaluate(basket, live.rules_on(day))
        evaluate(basket, drafted.rules_on(day))
    return time.perf_counter() - began


def _sides(programme: Programme, draft: EarningRuleVersion) -> tuple[Approved, Drafted]:
    """Return the rules of both sides by day."""
    live = approved_of(programme)
    version = EarningRuleVersion.objects.select_related("rule__currency__unit", "rule__programme", "rule__campaign").get(pk=draft.pk)
    return live, Drafted(live, [compiled(version)], frozenset(), _FIRST_DAY)
