"""What one member's past comes to under the live rules and under a draft: figures that add up over members. Writes nothing."""

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from loyalty.kit.clock import add_months
from rewards.backtests.around import SEGMENTS, Around
from rewards.backtests.domain.figures import Figures, nested
from rewards.backtests.domain.redeeming import Followed, follow, sums_of
from rewards.backtests.lane import Lane, PlainYears, Rules, Stand
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
        self.years = PlainYears(self.around)
        self.lanes = {side: Lane(of.rules, of.around, past.member, self.years) for side, of in sides.items()}
        self.visits: Counter[str] = Counter()
        self.found: defaultdict[tuple[str, ...], int] = defaultdict(int)

    def figures(self) -> Figures:
        for happened in self.past.happened:
            if isinstance(happened, Bought):
                self._buy(happened)
            else:
                self._bring_back(happened)
        extremes = self._sum_up() if self.visits else {}
        return nested(self.found) | extremes

    def _buy(self, bought: Bought) -> None:
        live = self.lanes[LIVE].buy(bought)
        draft = self.lanes[DRAFT].buy(bought, live)
        self.years.buy(bought)
        day = bought.scene.business_on
        if not self.frame.holds(day):
            return
        month, store = _month_of(day), bought.scene.facts.store or NO_STORE
        self.found["lines",] += len(bought.lines)
        self.found["months", month, "purchases"] += 1
        self.found["months", month, "spend"] += bought.price_minor
        self.visits[store] += 1
        for side, stand in ((LIVE, live), (DRAFT, draft)):
            self._note(side, month, store, stand.units)
            self._note_rules(side, stand)
        if bought.gave is not None:
            self._compare(live, bought.gave)

    def _bring_back(self, back: CameBack) -> None:
        for side, lane in self.lanes.items():
            stand, taken = lane.bring_back(back)
            if self.frame.holds(back.business_on):
                store = stand.bought.scene.facts.store or NO_STORE
                self._note(side, _month_of(back.business_on), store, {code: -units for code, units in taken.items()})
        self.years.bring_back(back, stand)

    def _note(self, side: str, month: str, store: str, units: Mapping[str, int]) -> None:
        for code, of in units.items():
            self.found["months", month, side, code] += of
        self.found["stores", store, side] += units.get(self.frame.currency, 0)

    def _note_rules(self, side: str, stand: Stand) -> None:
        for outcome in stand.evaluation.outcomes:
            if outcome.units:
                self.found["rules", side, outcome.rule, outcome.currency, "units"] += outcome.units
                self.found["rules", side, outcome.rule, outcome.currency, "purchases"] += 1

    def _compare(self, stand: Stand, gave: Mapping[str, int]) -> None:
        """Hold the live rules against what was given then."""
        now = {code: units for code, units in stand.units.items() if units}
        self.found["replayed", "purchases"] += 1
        if now != {code: units for code, units in gave.items() if units}:
            self.found["replayed", "differing"] += 1
            main = self.frame.currency
            self.found["replayed", "units"] += now.get(main, 0) - gave.get(main, 0)

    def _sum_up(self) -> Figures:
        """Count what the member as a whole comes to; return how far the draft is from the live rules."""
        months, main = self.frame.months, self.frame.currency
        earned = {side: [self.found.get(("months", _month_of(month), side, main), 0) for month in months] for side in SIDES}
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
        self.found["members", turn] += 1
        self.found["stores", self.visits.most_common(1)[0][0], turn] += 1
        for side, tier in tiers.items():
            self.found["tiers", side, tier] += 1
        if tiers[LIVE] != tiers[DRAFT]:
            self.found["moves", f"{tiers[LIVE]} {tiers[DRAFT]}"] += 1
        self._note_group("of_tiers", tiers[LIVE], totals, turn)
        for code in self._segments():
            self._note_group("segments", code, totals, turn)
        if not more:
            return {}
        return {"extremes": {"winners" if more > 0 else "losers": [[more, str(self.past.member.pk), totals[LIVE], totals[DRAFT]]]}}

    def _note_following(self, side: str, of: Followed, months: Sequence[dt.date]) -> None:
        for month, taken, lapsed in zip(months, of.redeemed, of.lapsed, strict=True):
            self.found["following", _month_of(month), side, "redeemed"] += taken
            self.found["following", _month_of(month), side, "lapsed"] += lapsed

    def _note_redeeming(self, totals: Mapping[str, int], taken: int, drafted: Sequence[int], months: Sequence[dt.date]) -> None:
        for name, value in sums_of(totals[LIVE], taken).items():
            self.found["redeeming", name] += value
        if totals[LIVE] <= 0:  # nobody knows how they redeem: they are told apart, to be reckoned with everybody's rate
            for month, units in zip(months, drafted, strict=True):
                self.found["newcomers", _month_of(month)] += units

    def _note_group(self, group: str, code: str, totals: Mapping[str, int], turn: str) -> None:
        self.found[group, code, turn] += 1
        for side in SIDES:
            self.found[group, code, side] += totals[side]

    def _segments(self) -> frozenset[str]:
        """The segments that the member belongs to on the last day."""
        codes, member, last_on = self.frame.segments, self.past.member, self.frame.last_on
        if not codes:
            return frozenset()
        noon = dt.datetime.combine(last_on, dt.time(12), ZoneInfo(member.programme.time_zone))
        facts = PurchaseFacts("", "", noon, member.programme.currency, "", (), member=member.pk)
        here = Bought(member.pk, Scene(facts, member, last_on), (), (), 0)
        lane = self.lanes[LIVE]
        needs = self.around.asked_by_segments(codes)
        assert not any(name.startswith(SEGMENTS) for name in needs), "a segment is not described by segments"
        return self.around.segments(member.pk, last_on, codes, lane.facts(here, needs))


def _month_of(day: dt.date) -> str:
    return day.isoformat()[:7]
