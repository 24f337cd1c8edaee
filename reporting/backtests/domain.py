"""What the figures of a back-test mean: month by month, group by group, with the interval of the redemption rate. Pure."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from loyalty.kit.money import half_up
from rewards.backtests.domain.redeeming import Rate, rate_of

Figures = Mapping[str, Any]
LIVE, DRAFT = "live", "draft"


@dataclasses.dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month, points in units of the main currency: under the live rules and under the draft. Money in minor units.

    `liability_minor` is what the points that the draft gives more, and that are neither redeemed nor lapsed by the end of the month, are
    carried at; `breakage_minor` what is expected never to be redeemed of them.
    """

    month: str
    purchases: int
    spend_minor: int
    live: int
    draft: int
    redeemed_live: int
    redeemed_draft: int
    lapsed_live: int
    lapsed_draft: int
    liability_minor: int
    breakage_minor: int

    @property
    def more(self) -> int:
        return self.draft - self.live


@dataclasses.dataclass(frozen=True, slots=True)
class GroupFigures:
    """Members of a store, tier or segment: points under both rules, and how many members get more, less or the same."""

    code: str
    live: int
    draft: int
    winners: int
    losers: int
    same: int

    @property
    def more(self) -> int:
        return self.draft - self.live


@dataclasses.dataclass(frozen=True, slots=True)
class RuleFigures:
    code: str
    currency: str
    live: int
    draft: int
    live_purchases: int
    draft_purchases: int


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page of a back-test shows. `cost_low` and `cost_high` hold the cost with about 95 %, where it can be told."""

    months: list[MonthFigures]
    cost_minor: int
    cost_low: int | None
    cost_high: int | None
    rate: Rate
    live: int
    draft: int
    winners: int
    losers: int
    same: int
    stores: list[GroupFigures]
    tiers: list[GroupFigures]
    segments: list[GroupFigures]
    moves: list[tuple[str, str, int]]
    rules: list[RuleFigures]
    best: list[tuple[int, str, int, int]]
    worst: list[tuple[int, str, int, int]]
    purchases: int
    differing: int
    differing_units: int

    @property
    def moved(self) -> int:
        """Members who stand on another tier in the end."""
        return sum(count for _from, _to, count in self.moves)


def report_of(figures: Figures) -> Report:
    """Read the stored figures."""
    terms = figures["terms"]
    months = _months(figures)
    live, draft = sum(month.live for month in months), sum(month.draft for month in months)
    worth = draft * Decimal(terms["draft"]["point_value_minor"]) - live * Decimal(terms["point_value_minor"])
    rate = rate_of(figures.get("redeeming", {}))
    cost = half_up(worth * Decimal(terms["redemption"]))
    low, high = _interval(worth, Decimal(terms["redemption"]), rate)
    members, replayed, extremes = figures.get("members", {}), figures.get("replayed", {}), figures.get("extremes", {})
    return Report(
        months=months,
        cost_minor=cost,
        cost_low=low,
        cost_high=high,
        rate=rate,
        live=live,
        draft=draft,
        winners=members.get("more", 0),
        losers=members.get("less", 0),
        same=members.get("same", 0),
        stores=_groups(figures.get("stores", {})),
        tiers=_groups(figures.get("of_tiers", {})),
        segments=_groups(figures.get("segments", {})),
        moves=sorted(((*name.split(" "), count) for name, count in figures.get("moves", {}).items()), key=lambda of: -of[2]),
        rules=_rules(figures.get("rules", {})),
        best=[(row[0], row[1], row[2], row[3]) for row in extremes.get("winners", [])],
        worst=[(row[0], row[1], row[2], row[3]) for row in extremes.get("losers", [])],
        purchases=replayed.get("purchases", 0),
        differing=replayed.get("differing", 0),
        differing_units=replayed.get("units", 0),
    )


def _interval(worth: Decimal, redemption: Decimal, rate: Rate) -> tuple[int | None, int | None]:
    """The relative uncertainty of the members' own rate, laid around the expected redemption, which stays a share of all points."""
    if rate.low is None or rate.high is None or not rate.value:
        return None, None
    bounds = sorted(
        half_up(worth * min(Decimal(1), max(Decimal(0), redemption * Decimal(str(bound / rate.value))))) for bound in (rate.low, rate.high)
    )
    return bounds[0], bounds[1]


def _months(figures: Figures) -> list[MonthFigures]:
    terms, following, newcomers = figures["terms"], figures.get("following", {}), figures.get("newcomers", {})
    values = {LIVE: Decimal(terms["point_value_minor"]), DRAFT: Decimal(terms["draft"]["point_value_minor"])}
    redemption = Decimal(terms["redemption"])
    sums = figures.get("redeeming", {})
    found: list[MonthFigures] = []
    outstanding = {LIVE: 0, DRAFT: 0}
    for month in sorted({*figures.get("months", {}), *following}):
        of, moved = figures.get("months", {}).get(month, {}), following.get(month, {})
        live, draft = (of.get(side, {}).get(terms["currency"], 0) for side in (LIVE, DRAFT))
        taken = {side: moved.get(side, {}).get("redeemed", 0) for side in (LIVE, DRAFT)}
        lapsed = {side: moved.get(side, {}).get("lapsed", 0) for side in (LIVE, DRAFT)}
        taken[DRAFT] += newcomers.get(month, 0) * sums.get("y", 0) // (sums.get("x", 0) or 1)
        for side, earned in ((LIVE, live), (DRAFT, draft)):
            outstanding[side] += earned - taken[side] - lapsed[side]
        worth = outstanding[DRAFT] * values[DRAFT] - outstanding[LIVE] * values[LIVE]
        found.append(
            MonthFigures(
                month=month,
                purchases=of.get("purchases", 0),
                spend_minor=of.get("spend", 0),
                live=live,
                draft=draft,
                redeemed_live=taken[LIVE],
                redeemed_draft=taken[DRAFT],
                lapsed_live=lapsed[LIVE],
                lapsed_draft=lapsed[DRAFT],
                liability_minor=half_up(worth * redemption),
                breakage_minor=half_up(worth * (1 - redemption)),
            )
        )
    return found


def _groups(by_code: Mapping[str, Figures]) -> list[GroupFigures]:
    found = [
        GroupFigures(code, of.get(LIVE, 0), of.get(DRAFT, 0), of.get("more", 0), of.get("less", 0), of.get("same", 0))
        for code, of in by_code.items()
    ]
    return sorted(found, key=lambda of: (-abs(of.more), -of.live, of.code))


def _rules(sides: Figures) -> list[RuleFigures]:
    keys = sorted({(code, currency) for side in sides.values() for code, of in side.items() for currency in of})
    return [
        RuleFigures(
            code,
            currency,
            *(sides.get(side, {}).get(code, {}).get(currency, {}).get("units", 0) for side in (LIVE, DRAFT)),
            *(sides.get(side, {}).get(code, {}).get(currency, {}).get("purchases", 0) for side in (LIVE, DRAFT)),
        )
        for code, currency in keys
    ]
