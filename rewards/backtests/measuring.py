"""What one member's past comes to under the live rules and under a draft: figures that add up over members. Writes nothing."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from loyalty.kit.clock import add_months
from rewards.backtests.around import SEGMENTS, Around
from rewards.backtests.domain.figures import Figures, count
from rewards.backtests.domain.redeeming import Followed, follow, sums_of
from rewards.backtests.lane import Lane, Rules, Stand
from rewards.backtests.past import Bought, CameBack, Past
from rewards.earning.domain import Rule
from rewards.earning.domain.rulebook import Rulebook
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.surroundings import Scene

LIVE, DRAFT = "live", "draft"
SIDES = (LIVE, DRAFT)
NO_TIER = "-"
NO_STORE = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """What is measured: the days, the main currency with how long its points live on each side, and which segments members are told apart
    by."""

    first_on: dt.date
    last_on: dt.date
    currency: str
    lives_months: Mapping[str, int | None]
    segments: tuple[str, ...]

    def holds(self, day: dt.date) -> bool:
        return self.first_on <= day <= self.last_on

    @property
    def months(self) -> list[dt.date]:
        """The first day of each month that the days touch."""
        first = self.first_on.replace(day=1)
        count_of = (self.last_on.year - first.year) * 12 + self.last_on.month - first.month + 1
        return [add_months(first, place) for place in range(count_of)]


class Drafted:
    """The live rules with some of them left out and drafts in their stead, on every day of the back-test."""

    def __init__(self, live: Rules, drafts: Sequence[Rule], dropped: frozenset[str], first_on: dt.date) -> None:
        self.live, self.drafts, self.first_on = live, drafts, first_on
        self.gone = dropped | {rule.code for rule in drafts}
        self._books: dict[int, tuple[Rulebook, Rulebook]] = {}

    def rules_on(self, day: dt.date) -> Rulebook:
        live = self.live.rules_on(day)
        if day < self.first_on:
            return live
        known = self._books.get(id(live))
        if known is None or known[0] is not live:
            known = self._books[id(live)] = (live, Rulebook([*(rule for rule in live if rule.code not in self.gone), *self.drafts]))
        return known[1]


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """Rules, and what is known around members under them."""

    rules: Rules
    around: Around


def measure(past: Past, *, live: Side, draft: Side, frame: Frame) -> Figures:
    """Live a member's past twice; return what both come to."""
    return _Measuring(past, {LIVE: live, DRAFT: draft}, frame).figures()


class _Measuring:
    def __init__(self, past: Past, sides: Mapping[str, Side], frame: Frame) -> None:
        self.past, self.around, self.frame = past, sides[LIVE].around, frame
        self.lanes = {side: Lane(of.rules, of.around, past.member) for side, of in sides.items()}
        self.units: dict[str, Counter[dt.date]] = {side: Counter() for side in SIDES}
        self.visits: Counter[str] = Counter()
        self.found: Figures = {}

    def figures(self) -> Figures:
        for happened in self.past.happened:
            if isinstance(happened, Bought):
                self._buy(happened)
            else:
                self._bring_back(happened)
        if self.visits:
            self._sum_up()
        return self.found

    def _buy(self, bought: Bought) -> None:
        live = self.lanes[LIVE].buy(bought)
        stands = {LIVE: live, DRAFT: self.lanes[DRAFT].buy(bought, live)}
        day = bought.scene.business_on
        if not self.frame.holds(day):
            return
        count(self.found, "lines", by=len(bought.lines))
        month = ("months", _month_of(day))
        count(self.found, *month, "purchases")
        count(self.found, *month, "spend", by=bought.price_minor)
        store = bought.scene.facts.store or NO_STORE
        self.visits[store] += 1
        for side, stand in stands.items():
            self._note(side, day, stand.units, 1)
            self._note_rules(side, stand)
            count(self.found, "stores", store, side, by=stand.units.get(self.frame.currency, 0))
        if bought.gave is not None:
            self._compare(stands[LIVE], bought.gave)

    def _bring_back(self, back: CameBack) -> None:
        for side, lane in self.lanes.items():
            stand, taken = lane.bring_back(back)
            if self.frame.holds(back.business_on):
                self._note(side, back.business_on, taken, -1)
                store = stand.bought.scene.facts.store or NO_STORE
                count(self.found, "stores", store, side, by=-taken.get(self.frame.currency, 0))

    def _note(self, side: str, day: dt.date, units: Mapping[str, int], sign: int) -> None:
        for code, of in units.items():
            count(self.found, "months", _month_of(day), side, code, by=sign * of)
        self.units[side][day.replace(day=1)] += sign * units.get(self.frame.currency, 0)

    def _note_rules(self, side: str, stand: Stand) -> None:
        for outcome in stand.evaluation.outcomes:
            if outcome.units:
                count(self.found, "rules", side, outcome.rule, outcome.currency, "units", by=outcome.units)
                count(self.found, "rules", side, outcome.rule, outcome.currency, "purchases")

    def _compare(self, stand: Stand, gave: Mapping[str, int]) -> None:
        """Hold the live rules against what was given then."""
        now = {code: units for code, units in stand.units.items() if units}
        count(self.found, "replayed", "purchases")
        if now != {code: units for code, units in gave.items() if units}:
            count(self.found, "replayed", "differing")
            main = self.frame.currency
            count(self.found, "replayed", "units", by=now.get(main, 0) - gave.get(main, 0))

    def _sum_up(self) -> None:
        """What the member as a whole comes to."""
        months = self.frame.months
        earned = {side: [self.units[side][month] for month in months] for side in SIDES}
        redeemed = [self.past.redeemed.get(month, 0) for month in months]
        followed = follow(
            earned[LIVE], earned[DRAFT], redeemed, lives_months=(self.frame.lives_months[LIVE], self.frame.lives_months[DRAFT])
        )
        for side, of in zip(SIDES, followed, strict=True):
            self._note_following(side, of, months)
        totals = {side: sum(of) for side, of in earned.items()}
        self._note_redeeming(totals, sum(followed[0].redeemed), earned[DRAFT], months)
        more = totals[DRAFT] - totals[LIVE]
        turn = "more" if more > 0 else "less" if more < 0 else "same"
        tiers = {side: lane.tier_on(self.frame.last_on) or NO_TIER for side, lane in self.lanes.items()}
        count(self.found, "members", turn)
        count(self.found, "stores", self.visits.most_common(1)[0][0], turn)
        for side, tier in tiers.items():
            count(self.found, "tiers", side, tier)
        if tiers[LIVE] != tiers[DRAFT]:
            count(self.found, "moves", f"{tiers[LIVE]} {tiers[DRAFT]}")
        self._note_group("of_tiers", tiers[LIVE], totals, turn)
        for code in self._segments():
            self._note_group("segments", code, totals, turn)
        if more:
            self.found["extremes"] = {"winners" if more > 0 else "losers": [[more, str(self.past.member.pk), totals[LIVE], totals[DRAFT]]]}

    def _note_following(self, side: str, of: Followed, months: Sequence[dt.date]) -> None:
        for month, taken, lapsed in zip(months, of.redeemed, of.lapsed, strict=True):
            count(self.found, "following", f"{month:%Y-%m}", side, "redeemed", by=taken)
            count(self.found, "following", f"{month:%Y-%m}", side, "lapsed", by=lapsed)

    def _note_redeeming(self, totals: Mapping[str, int], taken: int, drafted: Sequence[int], months: Sequence[dt.date]) -> None:
        for name, value in sums_of(totals[LIVE], taken).items():
            count(self.found, "redeeming", name, by=value)
        if totals[LIVE] <= 0:  # nobody knows how they redeem: they are told apart, to be reckoned with everybody's rate
            for month, units in zip(months, drafted, strict=True):
                count(self.found, "newcomers", f"{month:%Y-%m}", by=units)

    def _note_group(self, group: str, code: str, totals: Mapping[str, int], turn: str) -> None:
        count(self.found, group, code, turn)
        for side in SIDES:
            count(self.found, group, code, side, by=totals[side])

    def _segments(self) -> frozenset[str]:
        """The segments that the member belongs to on the last day."""
        codes, member, last_on = self.frame.segments, self.past.member, self.frame.last_on
        if not codes:
            return frozenset()
        noon = dt.datetime.combine(last_on, dt.time(12), ZoneInfo(member.programme.time_zone))
        facts = PurchaseFacts("", "", noon, member.programme.currency, "", (), member=member.pk)
        here = Bought(member.pk, Scene(facts, member, last_on), (), ())
        lane = self.lanes[LIVE]
        needs = self.around.asked_by_segments(codes)
        assert not any(name.startswith(SEGMENTS) for name in needs), "a segment is not described by segments"
        return self.around.segments(member.pk, last_on, codes, lane.facts(here, needs))


def _month_of(day: dt.date) -> str:
    return day.isoformat()[:7]
