"""One member's past, lived again under given rules: every fact is worked out from what had happened by then. Writes nothing."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from accounts.members.models import Member
from loyalty.kit.clock import business_date
from rewards.backtests.around import ATTRIBUTES, SEGMENTS, TIERS, Around
from rewards.backtests.past import Bought, CameBack
from rewards.chosen_days.domain import FACT
from rewards.earning.domain import Basket, Cap, Evaluation, Line, Rule, RuleOutcome, basket_of, evaluate
from rewards.earning.domain.basket import Value
from rewards.earning.domain.fields import CATEGORIES
from rewards.earning.domain.rulebook import Rulebook
from rewards.earning.domain.standing import PREFIX
from rewards.earning.uses import is_limited
from rewards.earning.windows import used_in, window_start
from rewards.plans.domain import FACT as PLANS
from rewards.purchases.domain import Kept, kept_lines
from rewards.purchases.surroundings import REFERRED, categories_fact, history_fact, plain_facts
from rewards.tiers.domain import Amount, Fact, best_on, periods
from rewards.tiers.domain.counting import Kept as Counted
from rewards.tiers.domain.counting import Tally, tallies
from rewards.tiers.domain.judging import Case, judge
from rewards.tiers.domain.replaying import Recount
from rewards.tiers.ladders import Judged

_SAID = (PREFIX, ATTRIBUTES, FACT, PLANS, "member.segments", "order.codes", "order.tenders")
"""What is taken from the purchase where it was written down: nothing that rules give changes it."""


class Rules(Protocol):
    """The rules of each day."""

    def rules_on(self, day: dt.date) -> Rulebook: ...


@dataclasses.dataclass(slots=True)
class Stand:
    """What is left of a purchase: quantities, what it counts as bought, and what it gives by currency."""

    bought: Bought
    rules: Rulebook
    basket: Basket
    evaluation: Evaluation
    left: list[Decimal]
    price_minor: int
    units: dict[str, int]
    ran: dict[uuid.UUID, RuleOutcome]
    """What rules came to by themselves when it was bought, where they do not stand alone."""
    counted: list[Counted] = dataclasses.field(default_factory=list)

    @property
    def stand_alone(self) -> bool:
        """Whether its rules gave what they give by themselves."""
        return _stand_alone(self.basket, self.rules)

    @property
    def known(self) -> dict[uuid.UUID, RuleOutcome]:
        """What its rules came to by themselves when it was bought."""
        return {outcome.version_id: outcome for outcome in self.evaluation.outcomes} if self.stand_alone else self.ran


class Lane:
    """Buys and brings back in the order of what happened."""

    def __init__(self, rules: Rules, around: Around, member: Member, years: "PlainYears") -> None:
        self.rules, self.around, self.member = rules, around, member
        self.stands: dict[uuid.UUID, Stand] = {}
        self._uses: dict[str, dict[uuid.UUID, tuple[dt.date, int, int, int]]] = {}
        self._tiers = Tiers(around, member, years)

    def buy(self, bought: Bought, twin: Stand | None = None) -> Stand:
        """Evaluate a purchase under the rules of its day, and remember it. Where its `twin` of another lane asked the same of the same facts,
        rules that both have are not run again.
        """
        day = bought.scene.business_on
        rules = _candidates(self.rules.rules_on(day), bought)
        used = {cap.key: self._used(rule.code, cap, day) for rule, cap in rules.caps}
        rooms = {code: room for code, room in bought.stored.get("rooms", {}).items() if code in rules.campaigns}
        basket = Basket(bought.lines, self.facts(bought, rules.needs), used, rooms)
        if twin is not None and (twin.basket.facts, twin.basket.used) != (basket.facts, basket.used):
            twin = None
        evaluation, ran = _evaluate(basket, rules, twin)
        stand = Stand(bought, rules, basket, evaluation, list(bought.quantities), bought.price_minor, evaluation.units, ran)
        self._note_uses(stand, evaluation)
        self.stands[bought.id] = stand
        self._tiers.buy(stand)
        return stand

    def bring_back(self, back: CameBack) -> tuple[Stand, dict[str, int]]:
        """Take quantities back; return what is left of the purchase, and which units the return takes, by currency."""
        stand = self.stands[back.purchase]
        for place, quantity in back.quantities.items():
            stand.left[place] -= quantity
        kept, again = self._judge_again(stand)
        stand.price_minor -= back.price_minor
        taken = {code: units - min(units, again.units.get(code, 0)) for code, units in stand.units.items()}
        stand.units = {code: units - taken[code] for code, units in stand.units.items()}
        self._note_uses(stand, again)
        self._tiers.bring_back(stand, back, kept)
        for code, units in self._judge_later(stand):
            taken[code] = taken.get(code, 0) + units
        return stand, {code: units for code, units in taken.items() if units}

    def _judge_again(self, stand: Stand) -> tuple[tuple[Line, ...], Evaluation]:
        """Return what is kept of a purchase, and what its rules make of it, with what bands over a period have counted before it by now."""
        rest = kept_lines(stand.bought.lines, [Kept(left, was) for left, was in zip(stand.left, stand.bought.quantities, strict=True)])
        kept = tuple(line for line in rest if line.quantity)
        before = {rule.period_key: sum(minor for _of, minor in self._of_period(rule, stand)[0]) for rule in stand.rules if rule.period}
        return kept, evaluate(dataclasses.replace(stand.basket, lines=kept, used={**stand.basket.used, **before}), stand.rules)

    def _judge_later(self, stand: Stand) -> Iterator[tuple[str, int]]:
        """Judge again what was bought after it in the same period; yield the units that this takes, by currency."""
        later = {of: None for rule in stand.rules if rule.period for of, _minor in self._of_period(rule, stand)[1]}
        for other in (self.stands[of] for of in later):
            _kept, again = self._judge_again(other)
            yield from [(code, units - again.units.get(code, 0)) for code, units in other.units.items()]
            other.units = again.units
            self._note_uses(other, again)

    def _of_period(self, rule: Rule, stand: Stand) -> tuple[list[tuple[uuid.UUID, int]], list[tuple[uuid.UUID, int]]]:
        """Return what the rule has counted of the purchases before and after this one in the same period."""
        start = window_start(rule.period, stand.bought.scene.business_on)
        rows = [(of, use[3]) for of, use in self._uses.get(rule.code, {}).items() if window_start(rule.period, use[0]) == start]
        place = next((place for place, (of, _minor) in enumerate(rows) if of == stand.bought.id), len(rows))
        return rows[:place], rows[place + 1 :]

    def tier_on(self, day: dt.date) -> str | None:
        """Return the tier of the main ladder that the member holds on a day."""
        return self._tiers.main_on(day)

    def facts(self, bought: Bought, needs: Collection[str]) -> dict[str, Value]:
        """Return what these rules ask for, as it was known when the purchase was made."""
        if not needs:
            return {}
        scene = bought.scene
        facts = plain_facts(scene, needs)
        if "order.nth" in needs:
            facts["order.nth"] = 1 + sum(any(stand.left) for stand in self.stands.values())
        facts |= {name: self._history(name, scene.business_on) for name in needs if name.startswith("history.")}
        if REFERRED in needs and (since := self.around.referred.get(self.member.pk)) and since <= scene.business_on:
            facts[REFERRED] = (scene.business_on - since).days
        if "member.tier" in needs and (tier := self._tiers.main_on(scene.business_on)):
            facts["member.tier"] = tier
        for name in (name for name in needs if name.startswith(TIERS)):
            if tier := self._tiers.on(name.removeprefix(TIERS), scene.business_on):
                facts[name] = tier
        facts |= self._attributes(needs)
        facts |= self._memberships(bought, needs)
        return facts | _said(bought, needs)

    def _history(self, name: str, day: dt.date) -> Value:
        if name.startswith(CATEGORIES):
            lines = ((of.bought.scene.business_on, line.category) for of in self.stands.values() for line in _lines_left(of))
            return categories_fact(name, lines, day)
        # a purchase that came back whole does not count; one of no value does
        bought = ((of.bought.scene.business_on, of.price_minor) for of in self.stands.values() if of.price_minor or _is_whole(of))
        return history_fact(name, bought, day)

    def _attributes(self, needs: Collection[str]) -> dict[str, Value]:
        known = self.member.attributes
        names = [name for name in needs if name.startswith(ATTRIBUTES)]
        return {name: str(known[key]) for name in names if (key := name.removeprefix(ATTRIBUTES)) in known}

    def _memberships(self, bought: Bought, needs: Collection[str]) -> dict[str, Value]:
        """Segments, campaigns, chosen days and plans."""
        around, member, day = self.around, self.member.pk, bought.scene.business_on
        segments = {name.removeprefix(SEGMENTS) for name in needs if name.startswith(SEGMENTS)}
        campaigns = {name.removeprefix(PREFIX) for name in needs if name.startswith(PREFIX)}
        asked = {around.campaigns[code].terms.segment for code in campaigns if code in around.campaigns} - {""}
        found: dict[str, Value] = {}
        belongs = frozenset[str]()
        if codes := segments | asked:
            belongs = around.segments(member, day, codes, self.facts(bought, around.asked_by_segments(codes)))
        if segments:
            found["member.segments"] = belongs & segments
        for code in campaigns:
            if standing := around.standing(code, member, day, belongs):
                found[PREFIX + code] = standing
        for name in (name for name in needs if name.startswith(FACT)):
            if chosen := around.chosen(name.removeprefix(FACT), member, day):
                found[name] = chosen
        if PLANS in needs:
            found[PLANS] = around.plans_on(member, day)
        return found

    def _used(self, rule: str, cap: Cap, day: dt.date) -> int:
        return used_in(cap.per, day, [(on, cap.of(*use)) for on, *use in self._uses.get(rule, {}).values()])

    def _note_uses(self, stand: Stand, evaluation: Evaluation) -> None:
        limited: Mapping[uuid.UUID, Rule] = {rule.version_id: rule for rule, _cap in stand.rules.caps if is_limited(rule)}
        for outcome in evaluation.outcomes if limited else ():
            if outcome.version_id in limited:
                uses = self._uses.setdefault(outcome.rule, {})
                uses[stand.bought.id] = (stand.bought.scene.business_on, outcome.units, int(bool(outcome.units)), outcome.counted_minor)


def _candidates(rules: Rulebook, bought: Bought) -> Rulebook:
    if rules.tells_all:
        return rules
    codes = bought.stored.get("facts", {}).get("order.codes") or bought.scene.facts.codes
    return rules.candidates(Basket(bought.lines, {"order.codes": frozenset(codes)}))


def _evaluate(basket: Basket, rules: Rulebook, twin: Stand | None) -> tuple[Evaluation, dict[uuid.UUID, RuleOutcome]]:
    """Evaluate a basket; what its twin found by evaluating the same facts is not looked for again. Also return what rules came to by
    themselves, where that is something else."""
    if not _stand_alone(basket, rules):
        known = twin.known if twin else {}
        return evaluate(basket, rules, known=known), known
    if twin is None or not twin.stand_alone:
        return evaluate(basket, rules), {}
    found = twin.known
    own = evaluate(basket, [rule for rule in rules if rule.version_id not in found])
    found |= {outcome.version_id: outcome for outcome in own.outcomes}
    return Evaluation(tuple(found[rule.version_id] for rule in rules)), {}


def _stand_alone(basket: Basket, rules: Rulebook) -> bool:
    """Whether rules give for a basket what they give by themselves: rules of one campaign share the room in its budget."""
    return rules.stands_alone and not basket.rooms


def _is_whole(stand: Stand) -> bool:
    return tuple(stand.left) == stand.bought.quantities


def _lines_left(stand: Stand) -> list[Line]:
    return [line for line, left in zip(stand.bought.lines, stand.left, strict=True) if left]


def _said(bought: Bought, needs: Collection[str]) -> dict[str, Value]:
    """Return what was written down with the purchase and is the same under all rules."""
    written = bought.stored.get("facts", {})
    names = {name for name in needs if name.startswith(_SAID)}
    if any(name.startswith(SEGMENTS) for name in needs):
        names.add("member.segments")
    said = {name: value for name, value in written.items() if name in names}
    return dict(basket_of((), {"facts": said}).facts) if said else {}


class PlainYears:
    """A member's years on the plain ladder. They count what was bought and came back, whatever rules give for it: all lanes share them."""

    def __init__(self, around: Around) -> None:
        self.is_counted = around.plain is not None
        self._recount = Recount(around.ladders.plain, around.plain.since if around.plain else None)

    @property
    def facts(self) -> Sequence[Fact]:
        return self._recount.facts

    def buy(self, bought: Bought) -> None:
        """Count a purchase; all lanes have made it by then."""
        if self.is_counted:
            day = bought.scene.business_on
            self._recount.add(Amount(business_on=day, amount_minor=bought.price_minor, purchases=1, evidence=bought.id, year=day.year), day)

    def bring_back(self, back: CameBack, stand: Stand) -> None:
        """Count a return of which this is left."""
        if self.is_counted:
            day, gone = stand.bought.scene.business_on, 0 if any(stand.left) else -1
            known_on = max(back.business_on, day)
            amount = Amount(business_on=known_on, amount_minor=-back.price_minor, purchases=gone, evidence=back.id, year=day.year)
            self._recount.add(amount, day)


class Tiers:
    """Where a member stands on each ladder of the programme, counted from what the lane has seen."""

    def __init__(self, around: Around, member: Member, years: PlainYears) -> None:
        self.around, self.member, self.years = around, member, years
        self._tallies: list[Tally] = []
        self._marks: dict[int, list[tuple[dt.date, str | None]]] = {}
        self._metrics = list({key: metric for ladder in around.ladders.judged for key, metric in ladder.metrics.items()}.values())
        self._joined_on = business_date(member.joined_at, around.programme.time_zone)

    def buy(self, stand: Stand) -> None:
        if self._metrics:
            bought = stand.bought
            self._count(stand, bought.id, bought.scene.business_on, bought.lines)

    def bring_back(self, stand: Stand, back: CameBack, kept: tuple[Line, ...]) -> None:
        if self._metrics:
            self._count(stand, back.id, max(back.business_on, stand.bought.scene.business_on), kept)

    def main_on(self, day: dt.date) -> str | None:
        if self.around.plain:
            return self._plain_on(day)
        main = self.around.ladders.main
        return self._judged_on(main, day) if main else None

    def on(self, ladder: str, day: dt.date) -> str | None:
        if self.around.plain and ladder == self.around.plain.code:
            return self._plain_on(day)
        judged = next((of for of in self.around.ladders.judged if of.ladder.code == ladder), None)
        return self._judged_on(judged, day) if judged else None

    def _plain_on(self, day: dt.date) -> str | None:
        plain = self.around.plain
        assert plain is not None
        facts = [fact for fact in self.years.facts if fact.from_on <= day]
        best = best_on(periods([*self.around.given.get(self.member.pk, ()), *facts]), day)
        return plain.codes[best.tier] if best else None

    def _judged_on(self, ladder: Judged, day: dt.date) -> str | None:
        pk = ladder.ladder.pk
        if pk not in self._marks:
            case = Case(self._joined_on, ladder.versions, self._tallies, self.around.hands.get((self.member.pk, pk), ()), ladder.ranks)
            self._marks[pk] = [(mark.on, mark.tier) for mark in judge(case)]
        return next((tier for on, tier in reversed(self._marks[pk]) if on <= day), None)

    def _count(self, stand: Stand, evidence: uuid.UUID, known_on: dt.date, lines: tuple[Line, ...]) -> None:
        paid = sum(line.paid_minor for line in lines)
        stage = Counted(evidence, known_on, int(any(stand.left)), stand.price_minor, paid, dict(stand.units), lines)
        stand.counted.append(stage)
        told = tallies(stand.bought.scene.business_on, stand.counted, self._metrics)
        self._tallies += [tally for tally in told if tally.evidence == evidence]
        self._marks.clear()
