"""One version of an earning rule: its definition is data, checked and made runnable once. Pure.

Keys of a definition, all but those of its kind optional:
    kind             per_step (points, step_minor) · fixed (points) · per_unit (points) · rate (rate: points for 1.00 of money)
                     · bands (bands: [{from_minor, rate}], progressive, period: month, quarter or year: of all that is bought in it)
                     · multiplier (factor, of what base rules gave)
                     · ceiling (rate: the most points for 1.00 of money that all rules of the currency give together)
    basis, rounding, scope                    what is counted, how it is rounded, where
    only_categories, except_categories, where which lines count (`conditions`, of lines)
    when                                      when the rule counts at all (`conditions`)
    trigger          purchase · an event's type (event:gym-visit) · a moment of the programme's own (`triggers.SYSTEM`)
    of               {field: event.NAME, kind: number | money}: what per_step, rate and bands count of an event
    phase            base · bonus: what multipliers leave alone
    group            {name, mode, per}: how rules of one name stand to each other; per day: over all purchases of a day
    order            lower comes first in a group and on lists
    caps             [{units | uses, per}]: the most it gives a member per purchase, day, week, month, year, lifetime or 30d
"""

import dataclasses
import enum
import re
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from loyalty.kit.problems import FieldError, Malformed
from rewards.earning.domain.conditions import ALWAYS, AllOf, Condition, compile_condition, plain_number
from rewards.earning.domain.fields import Field, Kind, is_event_field
from rewards.earning.domain.kinds import Basis, GroupMode, Phase, Rounding, RuleKind, Scope
from rewards.earning.domain.standing import InCampaign
from rewards.earning.domain.triggers import PURCHASE, SYSTEM, is_trigger


class MalformedRule(Malformed):
    code = "malformed_rule"


@dataclasses.dataclass(frozen=True, slots=True)
class Cap:
    """The most that a rule gives one member in a window, in units of the currency or in times."""

    most: int
    counts_units: bool
    per: str
    key: str
    counts_basis: bool = False
    """It limits nothing: it asks for the amount that the rule has counted in the window."""

    def of(self, units: int, uses: int, basis_minor: int) -> int:
        """Return which of these it counts."""
        return basis_minor if self.counts_basis else units if self.counts_units else uses

    @property
    def needs_history(self) -> bool:
        return self.per != "purchase"


@dataclasses.dataclass(frozen=True, slots=True)
class Band:
    """From this amount on, so many points for 1.00 of money."""

    from_minor: int
    rate: Fraction


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One compiled version of a rule. `points` is in units of the currency's scale; `rate` in such units for one minor unit of money."""

    version_id: uuid.UUID
    code: str
    version: int
    currency: str
    trigger: str
    kind: RuleKind
    of: Field | None
    decimals: int
    points: int
    step_minor: int
    rate: Fraction
    bands: tuple[Band, ...]
    is_progressive: bool
    period: str
    """Of which the bands count all that is bought: month, quarter or year; empty: of one purchase."""
    basis: Basis
    rounding: Rounding
    scope: Scope
    only_categories: frozenset[str]
    except_categories: frozenset[str]
    where: Condition
    when: Condition
    phase: Phase
    group: str
    mode: GroupMode
    is_daily: bool
    """Of its group one rule counts a day, over all purchases of the member on it."""
    order: int
    caps: tuple[Cap, ...]
    definition: Mapping[str, Any]
    campaign: str = ""
    """The code of the campaign that the rule belongs to; `when` then asks for it first."""

    @property
    def day_key(self) -> str:
        """Under which a basket says how often the rule gave something on its day."""
        return f"{self.code}:uses:day"

    @property
    def period_key(self) -> str:
        """Under which a basket says what the rule has counted in the period of the purchase, without the purchase itself."""
        return f"{self.code}:basis:{self.period}"

    @property
    def looked_back(self) -> tuple[Cap, ...]:
        """What must be known of earlier purchases: the windows of caps, and, limiting nothing, the day of a daily group and a period of bands."""
        of_day = (Cap(_MOST, counts_units=False, per="day", key=self.day_key),) if self.is_daily else ()
        of_period = (Cap(_MOST, counts_units=False, per=self.period, key=self.period_key, counts_basis=True),) if self.period else ()
        return (*(cap for cap in self.caps if cap.needs_history), *of_day, *of_period)


_OWN_KEYS = {
    RuleKind.PER_STEP: {"points", "step_minor", "rounding"},
    RuleKind.FIXED: {"points"},
    RuleKind.PER_UNIT: {"points"},
    RuleKind.RATE: {"rate", "rounding"},
    RuleKind.BANDS: {"bands", "progressive", "rounding", "period"},
    RuleKind.MULTIPLIER: {"factor", "rounding"},
    RuleKind.CEILING: {"rate"},
}
_COUNTED_KEYS = {"trigger", "kind", "basis", "only_categories", "except_categories", "where", "when", "order"}
_KEYS = _COUNTED_KEYS | {"scope", "phase", "group", "caps"}
_EVENT_KEYS = {"trigger", "of", "kind", "when", "phase", "group", "order", "caps"}
_OWN_PHASES = {RuleKind.MULTIPLIER: Phase.MULTIPLIER, RuleKind.CEILING: Phase.CEILING}
COUNTING = frozenset({RuleKind.PER_STEP, RuleKind.RATE, RuleKind.BANDS})
"""Kinds that count an amount."""
_PER = re.compile(r"purchase|day|week|month|year|lifetime|[1-9][0-9]{0,2}d", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_DAY = "day"
_ONE_OF_GROUP = (GroupMode.FIRST, GroupMode.BEST)
_MOST = 10**9
Choice = TypeVar("Choice", bound=enum.StrEnum)


def compile_rule(
    *,
    version_id: uuid.UUID,
    code: str,
    version: int,
    currency: str,
    definition: Mapping[str, Any],
    scale: int = 0,
    decimals: int = 2,
    campaign: str = "",
) -> Rule:
    """Check a definition and make it runnable. Raises: MalformedRule, naming each wrong key.

    `scale` is the point currency's, `decimals` the money's.
    """
    reader = _Reader(definition, scale, decimals)
    rule = reader.rule(version_id, code, version, currency)
    if reader.errors:
        raise MalformedRule("Correct the marked fields of the rule.", errors=reader.errors)
    return dataclasses.replace(rule, campaign=campaign, when=AllOf((InCampaign(campaign), rule.when))) if campaign else rule


class _Reader:
    """Reads one definition and collects what is wrong with it."""

    def __init__(self, definition: Mapping[str, Any], scale: int, decimals: int) -> None:
        self.given = definition
        self.scale = scale
        self.decimals = decimals
        self.errors: list[FieldError] = []

    def rule(self, version_id: uuid.UUID, code: str, version: int, currency: str) -> Rule:
        kind = self.choice("kind", RuleKind, RuleKind.PER_STEP)
        known = _known_keys(kind, self.given.get("trigger", PURCHASE)) | _OWN_KEYS[kind]
        self.errors += [FieldError(f"/{key}", "unknown", f"A rule of this kind has no {key}.") for key in sorted(set(self.given) - known)]
        trigger = self.trigger()
        group, mode, is_daily = self.group()
        bands = self.bands() if kind is RuleKind.BANDS else ()
        has_factor, has_rate = kind is RuleKind.MULTIPLIER, kind in (RuleKind.RATE, RuleKind.CEILING)
        return Rule(
            version_id=version_id,
            code=code,
            version=version,
            currency=currency,
            trigger=trigger,
            kind=kind,
            of=None if trigger == PURCHASE else self.of(kind),
            decimals=self.decimals,
            points=self.points() if "points" in _OWN_KEYS[kind] else 0,
            step_minor=self.whole("step_minor", self.given.get("step_minor")) if kind is RuleKind.PER_STEP else 0,
            rate=self.factor() if has_factor else self.rate("rate") if has_rate else Fraction(0),
            bands=bands,
            is_progressive=self.flag("progressive"),
            period=self.period(trigger, bands) if kind is RuleKind.BANDS else "",
            basis=self.choice("basis", Basis, Basis.PAID),
            rounding=self.choice("rounding", Rounding, Rounding.FLOOR),
            scope=self.choice("scope", Scope, Scope.PURCHASE),
            only_categories=self.names("only_categories"),
            except_categories=self.names("except_categories"),
            where=self.condition("where", of_lines=True),
            when=self.when(trigger),
            phase=self.phase(kind),
            group=group,
            mode=mode,
            is_daily=is_daily,
            order=self.order(),
            caps=self.caps(code),
            definition=self.given,
        )

    def wrong(self, pointer: str, code: str, detail: str) -> None:
        self.errors.append(FieldError(pointer, code, detail))

    def trigger(self) -> str:
        trigger = self.given.get("trigger", PURCHASE)
        if not isinstance(trigger, str) or not is_trigger(trigger):
            known = ", ".join((PURCHASE, *SYSTEM))
            self.wrong("/trigger", "unknown", f"Choose an event's type (event:CODE) or one of {known}.")
            return PURCHASE
        return trigger

    def of(self, kind: RuleKind) -> Field | None:
        """What an event's rule counts. Fixed points and multipliers count nothing."""
        if kind is RuleKind.PER_UNIT:
            self.wrong("/kind", "unknown", "An event has no pieces. Give points by a field of its payload: per_step, rate or bands.")
        if kind is RuleKind.CEILING:
            self.wrong(
                "/kind", "unknown", "A ceiling counts money that was paid: it is for purchases. Limit the rules of the event themselves."
            )
        if kind not in COUNTING:
            if "of" in self.given:
                self.wrong("/of", "unknown", "A rule of this kind counts nothing.")
            return None
        of = self.given.get("of")
        whole = of if isinstance(of, Mapping) and set(of) == {"field", "kind"} else {"field": "", "kind": ""}
        name, counted = whole["field"], whole["kind"]
        if not isinstance(name, str) or not is_event_field(name) or counted not in (Kind.NUMBER, Kind.MONEY):
            self.wrong("/of", "malformed", "Write the field that is counted and its kind, number or money.")
            return None
        return Field(name, Kind(counted))

    def when(self, trigger: str) -> Condition:
        """The condition; a purchase has no payload, an event no basket."""
        condition = self.condition("when", of_lines=False)
        wrong = [name for name in condition.fields() if (is_event_field(name) if trigger == PURCHASE else name.startswith("order."))]
        if wrong or (trigger != PURCHASE and asks_lines(self.given.get("when"))):
            asked = ", ".join(sorted(wrong)) or "lines"
            self.wrong("/when", "not_there", f"There is no {asked} here. What happens is a {trigger}.")
        return condition

    def choice(self, key: str, kind: type[Choice], default: Choice) -> Choice:
        value = self.given.get(key, default)
        if not isinstance(value, str) or value not in set(kind):
            self.wrong(f"/{key}", "unknown", f"Choose one of {', '.join(kind)}.")
            return default
        return kind(value)

    def phase(self, kind: RuleKind) -> Phase:
        own = _OWN_PHASES.get(kind, Phase.BASE)
        phase = self.choice("phase", Phase, own)
        if phase is not own and {own, phase} & set(_OWN_PHASES.values()):
            self.wrong("/phase", "unknown", "Choose base or bonus; only multipliers and ceilings have a phase of their own.")
        return phase

    def flag(self, key: str) -> bool:
        value = self.given.get(key, False)
        if not isinstance(value, bool):
            self.wrong(f"/{key}", "not_a_flag", "Write true or false.")
        return value is True

    def whole(self, key: str, value: Any) -> int:
        if type(value) is not int or not 1 <= value <= _MOST:
            self.wrong(f"/{key}", "out_of_range", "Write a whole number from 1 to 1,000,000,000.")
            return 1
        return value

    def points(self) -> int:
        """Points may have as many decimals as their currency."""
        value = self.given.get("points")
        number = self.number("points", value, self.scale) if isinstance(value, str) else self.whole("points", value)
        return int((number or 1) * 10**self.scale)

    def rate(self, key: str) -> Fraction:
        return Fraction(self.number(key, self.given.get(key), 6) or 0) * Fraction(10**self.scale, 10**self.decimals)

    def factor(self) -> Fraction:
        number = self.number("factor", self.given.get("factor"), 4)
        if number is not None and not 1 < number <= 100:
            self.wrong("/factor", "out_of_range", "A multiplier is more than 1 and at most 100.")
        return Fraction(number or 1)

    def number(self, key: str, value: Any, places: int) -> Decimal | None:
        number = plain_number(value)
        if number is None or not 0 < number <= _MOST or number != round(number, places):
            self.wrong(f"/{key}", "out_of_range", f"Write a number above 0 with at most {places} decimals.")
            return None
        return number

    def bands(self) -> tuple[Band, ...]:
        given = self.given.get("bands")
        if not isinstance(given, list) or not 1 <= len(given) <= 20 or not all(isinstance(band, Mapping) for band in given):
            self.wrong("/bands", "not_a_list", "Write 1 to 20 bands, each with from_minor and rate.")
            return ()
        bands = []
        for place, band in enumerate(given):
            start, rate = band.get("from_minor"), self.number(f"bands/{place}/rate", band.get("rate"), 6)
            if type(start) is not int or not 0 <= start <= 10**12 or set(band) != {"from_minor", "rate"}:
                self.wrong(f"/bands/{place}/from_minor", "out_of_range", "Write an amount in minor units.")
            else:
                bands.append(Band(start, Fraction(rate or 0) * Fraction(10**self.scale, 10**self.decimals)))
        starts = [band.from_minor for band in bands]
        if starts != sorted(set(starts)):
            self.wrong("/bands", "out_of_order", "Each band begins above the one before.")
        return tuple(bands)

    def period(self, trigger: str, bands: Sequence[Band]) -> str:
        """Rates do not fall from band to band, so that what comes back never earns anything."""
        period = self.given.get("period")
        if period is None:
            return ""
        if period not in ("month", "quarter", "year") or trigger != PURCHASE:
            self.wrong("/period", "unknown", "Choose month, quarter or year for what is bought; leave it out for bands of one purchase.")
            return ""
        wrong = [key for key in ("caps", "group") if self.given.get(key)] + ["scope"] * (self.given.get("scope") == Scope.LINE)
        for key in wrong:
            self.wrong(f"/{key}", "unknown", f"Bands over a period have no {key}: they count all that is bought in it, once.")
        rates = [band.rate for band in bands]
        if rates != sorted(rates):
            self.wrong("/bands", "out_of_order", "Over a period a higher band has at least the rate of the one below it.")
        return str(period)

    def names(self, key: str) -> frozenset[str]:
        names = self.given.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) and 0 < len(name) <= 100 for name in names) or len(names) > 1_000:
            self.wrong(f"/{key}", "not_a_list", "Write a list of category names.")
            return frozenset()
        return frozenset(names)

    def condition(self, key: str, *, of_lines: bool) -> Condition:
        if key not in self.given:
            return ALWAYS
        condition, errors = compile_condition(self.given[key], of_lines=of_lines, pointer=f"/{key}")
        self.errors += errors
        return condition

    def group(self) -> tuple[str, GroupMode, bool]:
        given = self.given.get("group")
        if given is None:
            return "", GroupMode.ALL, False
        whole = given if isinstance(given, Mapping) and set(given) - {"per"} == {"name", "mode"} else {"name": "", "mode": ""}
        name, mode, per = whole["name"], whole["mode"], whole.get("per", PURCHASE)
        if not isinstance(name, str) or not _NAME.fullmatch(name) or not isinstance(mode, str) or mode not in set(GroupMode):
            self.wrong("/group", "malformed", f"Write a group's name and its mode: {', '.join(GroupMode)}.")
            return "", GroupMode.ALL, False
        if per not in (PURCHASE, _DAY) or (per == _DAY and mode not in _ONE_OF_GROUP):
            self.wrong("/group", "malformed", "Write purchase or day; of a group with the mode first or best one rule may count a day.")
            return "", GroupMode.ALL, False
        if per == _DAY and self.given.get("trigger", PURCHASE) != PURCHASE:
            self.wrong("/group", "malformed", "One rule of a group counts a day among those that run on purchases.")
        return name, GroupMode(mode), per == _DAY

    def order(self) -> int:
        order = self.given.get("order", 0)
        if type(order) is not int or not 0 <= order <= 10_000:
            self.wrong("/order", "out_of_range", "Write a whole number from 0 to 10,000.")
            return 0
        return order

    def caps(self, code: str) -> tuple[Cap, ...]:
        given = self.given.get("caps", [])
        if not isinstance(given, list) or len(given) > 10 or not all(isinstance(cap, Mapping) for cap in given):
            self.wrong("/caps", "not_a_list", "Write at most ten caps, each with units or uses, and per.")
            return ()
        return tuple(cap for place, one in enumerate(given) if (cap := self.cap(code, one, place)) is not None)

    def cap(self, code: str, given: Mapping[str, Any], place: int) -> Cap | None:
        per, what = given.get("per"), "units" if "units" in given else "uses"
        if set(given) != {what, "per"} or not isinstance(per, str) or not _PER.fullmatch(per):
            self.wrong(f"/caps/{place}/per", "unknown", "Choose purchase, day, week, month, year, lifetime or a number of days as 30d.")
            return None
        most = self.whole(f"caps/{place}/{what}", given[what])
        return Cap(most * (pow(10, self.scale) if what == "units" else 1), what == "units", per, f"{code}:{what}:{per}")


def _known_keys(kind: RuleKind, trigger: Any) -> set[str]:
    if trigger != PURCHASE:
        return _EVENT_KEYS
    return _COUNTED_KEYS if kind is RuleKind.CEILING else _KEYS


def asks_lines(tree: Any) -> bool:
    """Tell whether a condition asks anything of lines."""
    if not isinstance(tree, Mapping):
        return False
    return "lines" in tree or any(asks_lines(part) for key in ("all", "any", "none") for part in tree.get(key, ()) if key in tree)
