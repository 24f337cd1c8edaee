"""The definition of a card, a challenge or a streak. Pure.

kind        card: one step that fills, again and again · challenge: steps that must all be done · streak: done in periods in a row
steps       1 to 5 of {name, trigger, counts, target, of, where, when}: what happens, what of it is counted, and how much is needed
            trigger  as in rules (purchase without one)
            counts   times · pieces (of lines) · amount (money paid for lines; of an event the field `of`)
            target   1 to 1,000,000,000; money in minor units
            of       {field: event.NAME, kind: number | money}, for an amount of an event
            where    condition on lines; when: condition on all around (as in rules)
head_start  card: so much of the target is given once, at the start
period      challenge: lifetime (or day, week, month, year: it begins anew with each) · streak: day, week or month
in_a_row    streak: so many periods in a row
times       how often it can be done (a challenge: in each period); 0: without end. Card and streak 0, challenge 1
reward      {points: 100, currency: CODE} (the main currency without one) or {reward: CODE} from the catalogue
on_return   take_back (without one): goods that come back take progress and reward along · keep: what was given stays
"""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from loyalty.kit.definitions import Reader
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Malformed
from rewards.earning.domain.conditions import ALWAYS, Condition, compile_condition
from rewards.earning.domain.fields import Field, Kind, is_event_field
from rewards.earning.domain.rules import asks_lines
from rewards.earning.domain.triggers import PURCHASE, is_trigger

MOST_STEPS = 5
_STEP_KEYS = {"name", "trigger", "counts", "target", "of", "where", "when"}
_KEYS = {"kind", "steps", "head_start", "period", "in_a_row", "times", "reward", "on_return"}


class MalformedQuest(Malformed):
    code = "malformed_quest"


class QuestKind(enum.StrEnum):
    CARD = "card"
    CHALLENGE = "challenge"
    STREAK = "streak"


class Counts(enum.StrEnum):
    TIMES = "times"
    PIECES = "pieces"
    AMOUNT = "amount"


class Period(enum.StrEnum):
    LIFETIME = "lifetime"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class OnReturn(enum.StrEnum):
    TAKE_BACK = "take_back"
    KEEP = "keep"


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What must happen, and how much of it."""

    name: str
    trigger: str
    counts: Counts
    target: int
    of: Field | None
    where: Condition
    when: Condition
    given: Mapping[str, Any]

    @property
    def needs(self) -> frozenset[str]:
        """The facts that the step asks for beside the lines."""
        return self.when.fields() | ({self.of.name} if self.of else set())


@dataclasses.dataclass(frozen=True, slots=True)
class Prize:
    """Points of a currency ("" is the main one), or a reward of the catalogue."""

    points: int
    currency: str
    reward: str


@dataclasses.dataclass(frozen=True, slots=True)
class Quest:
    """A compiled definition."""

    kind: QuestKind
    steps: tuple[Step, ...]
    head_start: int
    period: Period
    in_a_row: int
    times: int
    prize: Prize
    on_return: OnReturn

    @property
    def triggers(self) -> frozenset[str]:
        return frozenset(step.trigger for step in self.steps)


def parse_quest(definition: Any) -> Quest:
    """Check a definition and make it runnable. Raises: MalformedQuest, naming each wrong key."""
    reader = Reader(definition, known=_KEYS)
    kind = reader.choice("kind", QuestKind, QuestKind.CARD)
    steps = tuple(_step(part, place) for place, part in enumerate(reader.parts("steps", _STEP_KEYS, most=MOST_STEPS), start=1))
    quest = Quest(
        kind=kind,
        steps=steps,
        head_start=reader.whole("head_start", default=0),
        period=reader.choice("period", Period, Period.WEEK if kind is QuestKind.STREAK else Period.LIFETIME),
        in_a_row=reader.whole("in_a_row", least=2, most=366) if kind is QuestKind.STREAK else 1,
        times=reader.whole("times", most=1_000_000, default=1 if kind is QuestKind.CHALLENGE else 0),
        prize=_prize(reader),
        on_return=reader.choice("on_return", OnReturn, OnReturn.TAKE_BACK),
    )
    _check_kind(reader, quest)
    if reader.errors:
        raise MalformedQuest("Correct the marked parts.", errors=reader.errors)
    return quest


def _check_kind(reader: Reader, quest: Quest) -> None:
    """What one kind has and another has not."""
    if quest.kind is QuestKind.CARD:
        if len(quest.steps) > 1:
            reader.wrong("/steps", "too_many", "A card has one step. Make it a challenge.")
        if quest.steps and not quest.head_start < quest.steps[0].target:
            reader.wrong("/head_start", "out_of_range", "A head start is less than the whole card.")
        if quest.period is not Period.LIFETIME:
            reader.wrong("/period", "unknown", "A card has no period. Make it a challenge.")
    elif quest.head_start:
        reader.wrong("/head_start", "unknown", "Only a card has a head start.")
    if quest.kind is QuestKind.STREAK and quest.period in (Period.LIFETIME, Period.YEAR):
        reader.wrong("/period", "unknown", "Choose day, week or month.")
    if quest.kind is not QuestKind.STREAK and "in_a_row" in reader.given:
        reader.wrong("/in_a_row", "unknown", "Only a streak counts periods in a row.")


def _step(reader: Reader, number: int) -> Step:
    trigger = reader.given.get("trigger", PURCHASE)
    if not isinstance(trigger, str) or not is_trigger(trigger):
        reader.wrong("/trigger", "unknown", "Choose purchase, an event's type (event:CODE) or a moment as in rules.")
        trigger = PURCHASE
    counts = reader.choice("counts", Counts, Counts.TIMES)
    is_purchase = trigger == PURCHASE
    if counts is Counts.PIECES and not is_purchase:
        reader.wrong("/counts", "unknown", "An event has no pieces. Count times or an amount.")
    if "where" in reader.given and not is_purchase:
        reader.wrong("/where", "unknown", "An event has no lines.")
    when = _condition(reader, "when", of_lines=False)
    wrong = [name for name in when.fields() if (is_event_field(name) if is_purchase else name.startswith("order."))]
    if wrong or (not is_purchase and asks_lines(reader.given.get("when"))):
        reader.wrong("/when", "not_there", f"There is no {', '.join(sorted(wrong)) or 'line'} here. What happens is a {trigger}.")
    return Step(
        name=reader.text("name", default=f"Step {number}", most=100),
        trigger=trigger,
        counts=counts,
        target=reader.whole("target", least=1),
        of=_of(reader, needed=counts is Counts.AMOUNT and not is_purchase),
        where=_condition(reader, "where", of_lines=True),
        when=when,
        given=reader.given,
    )


def _of(reader: Reader, *, needed: bool) -> Field | None:
    if not needed:
        if "of" in reader.given:
            reader.wrong("/of", "unknown", "Only an amount of an event is counted on one of its fields.")
        return None
    of = reader.part("of", {"field", "kind"})
    name, kind = of.given.get("field"), of.given.get("kind")
    if not isinstance(name, str) or not is_event_field(name) or kind not in (Kind.NUMBER, Kind.MONEY):
        of.wrong("", "malformed", "Write the field that is counted and its kind, number or money.")
        return None
    return Field(name, Kind(kind))


def _condition(reader: Reader, key: str, *, of_lines: bool) -> Condition:
    if key not in reader.given:
        return ALWAYS
    condition, errors = compile_condition(reader.given[key], of_lines=of_lines, pointer=f"{reader.at}/{key}")
    reader.errors += errors
    return condition


def _prize(reader: Reader) -> Prize:
    part = reader.part("reward", {"points", "currency", "reward"})
    if ("points" in part.given) == ("reward" in part.given):
        part.wrong("", "malformed", "Give either points or a reward of the catalogue.")
        return Prize(0, "", "")
    if "reward" in part.given:
        if "currency" in part.given:
            part.wrong("/currency", "unknown", "A reward of the catalogue has no currency.")
        return Prize(0, "", part.code("reward"))
    return Prize(part.whole("points", least=1, most=MOST_POINTS), part.code("currency", default=""), "")
