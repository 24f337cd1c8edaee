"""Purchases of twenty lines under ten rules and under ten thousand, and how much of a request it takes to evaluate them."""

import datetime as dt
import time
from typing import Any

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from loyalty.kit import clock
from loyalty.shell.bench import http
from loyalty.shell.bench.measures import Found, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from rewards.earning.domain import Basket, evaluate
from rewards.earning.domain.basket import Line
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.queries import setting_of

FEW = 10
MANY = 10_000
LINES = 20
EVALUATIONS = 200


def many_rules(scratch: Scratch, scale: Scale) -> Found:
    """One connection, so that a rate is a time; several at first, so that every worker has read the rules. Both programmes live in one database and are asked in turn."""
    seconds: dict[int, list[float]] = {FEW: [], MANY: []}
    evaluating: dict[int, list[float]] = {FEW: [], MANY: []}
    with scratch.fresh() as url:
        scenes = {count: _under(count) for count in seconds}
        with http.server(url) as port:
            for turn in range(-1, scale.rounds):
                for count in sorted(seconds, reverse=bool(turn % 2)):
                    scene = scenes[count]
                    rate = http.load(
                        scene, port, scene.path("purchases"), scale.seconds, item=_ITEM, connections=1 if turn >= 0 else http.CONNECTIONS
                    )
                    evaluation = _evaluation(scene.slug)
                    if turn >= 0:
                        seconds[count].append(1 / rate)
                        evaluating[count].append(evaluation)
    told = {
        count: f"{1000 * median(seconds[count]):.1f} ms, {1000 * median(evaluating[count]):.2f} of them evaluation" for count in seconds
    }
    return {
        "rules": Rounds(seconds[MANY], seconds[FEW], f"a request of {LINES} lines: {told[MANY]}, over {told[FEW]}"),
        "rules-share": Rounds(evaluating[FEW], seconds[FEW], f"{told[FEW]}; under {MANY:,} rules {told[MANY]}"),
    }


def _under(count: int) -> http.Scene:
    """Make a programme with so many rules: the general one, and one for the goods of each of as many numbers."""
    scene = http.prepare(f"rules-{count}")
    programme = Programme.objects.get(slug=scene.slug)
    currency, at = currency_of(programme), clock.now()
    rules = EarningRule.objects.bulk_create(
        EarningRule(programme=programme, code=f"goods-{number}", name=f"Goods {number}", currency=currency) for number in range(1, count)
    )
    EarningRuleVersion.objects.bulk_create(
        EarningRuleVersion(
            rule=rule,
            version=1,
            valid_from=at.date() - dt.timedelta(days=300),
            definition=_definition(number),
            approved_at=at,
        )
        for number, rule in enumerate(rules, start=1)
    )
    return scene


def _definition(number: int) -> dict[str, Any]:
    """Points for goods of a number, more of them above an amount."""
    where = {"field": "sku", "op": "eq", "value": _sku(number)}
    return {"kind": "per_unit", "points": 2, "where": where, "when": {"field": "order.price", "op": "ge", "value": 1000}}


def _sku(number: int) -> str:
    return f"40{number:011d}"


def _evaluation(slug: str) -> float:
    """Return the seconds of evaluating the basket once, as a purchase does it."""
    programme = Programme.objects.select_related("legal_entity__book").get(slug=slug)
    book = setting_of(programme).rules_on(clock.now().date())
    lines = tuple(Line(one["category"], one["sku"], 195, 195) for one in _ITEM["lines"])
    began = time.perf_counter()
    for _time in range(EVALUATIONS):
        basket = Basket(lines)
        evaluate(basket, book.candidates(basket))
    return (time.perf_counter() - began) / EVALUATIONS


_ITEM: dict[str, Any] = http.ITEM | {
    "lines": [
        {"external_id": str(number), "sku": _sku(number), "category": "goods", "quantity": 1, "unit_price": "1.95"}
        for number in range(1, LINES + 1)
    ]
}
