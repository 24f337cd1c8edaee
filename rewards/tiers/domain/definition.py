"""One version of a tier ladder: its definition is data, checked and made runnable once. Pure.

Keys of a definition (`metrics`, `window` and `tiers` are needed, the others have defaults):
    metrics     {name: {kind, ...}}, one to five of what counts
                spend (basis: gross or paid; where) · units (currency) · visits (of: days or purchases) · elements (where)
                `where` is a condition on lines (`rewards.earning.domain.conditions`)
    window      {kind: calendar_year | anniversary | membership_year | lifetime} or {kind: rolling, days or months}
    keeps       {kind: end_of_year | end_of_next_year} or {kind: months, months}: how long a tier that was reached is kept
    downgrade   {kind: full | one_step | soft_landing | none, grace_days}: what happens when nothing keeps it any longer
    base        first_purchase or joining: from when on a tier that asks nothing is held
    tiers       [{code, name, other_names, reach, keep, benefits}], one to twenty, lowest first
                reach  {all: {metric: least}} or {any: {...}}; a tier without it is only given by hand
                keep   the same for those who hold the tier; as reach where it is left out
                benefits [{code, text, other_texts}]
Money stands in minor units, units of a currency as points with its decimals (12 or "12.5"), elements as pieces with three decimals at most.
"""

import enum
import hashlib
import json
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, TypeVar

from loyalty.kit.problems import FieldError, Malformed
from rewards.earning.domain.conditions import compile_condition, plain_number
from rewards.tiers.domain.scheme import (
    Base,
    Benefit,
    Downgrade,
    DowngradeKind,
    Keeps,
    KeepsKind,
    Level,
    Metric,
    MetricKind,
    Scheme,
    Threshold,
    Window,
    WindowKind,
)

MOST_METRICS, MOST_TIERS, MOST_BENEFITS = 5, 20, 30
MOST = 10**12


class MalformedLadder(Malformed):
    code = "malformed_ladder"


def compile_ladder(definition: Mapping[str, Any], *, scales: Mapping[str, int]) -> Scheme:
    """Check a version's definition and make it runnable. Raises: MalformedLadder, naming each wrong key.

    `scales` are the decimals of the programme's currencies by code.
    """
    reader = _Reader(definition, scales)
    scheme = reader.scheme()
    if reader.errors:
        raise MalformedLadder("Correct the marked fields of the ladder.", errors=reader.errors)
    return scheme


Choice = TypeVar("Choice", bound=enum.StrEnum)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,19}", re.ASCII)
_KEYS = {"metrics", "window", "keeps", "downgrade", "base", "tiers"}
_METRIC_KEYS = {
    MetricKind.SPEND: {"basis", "where"},
    MetricKind.UNITS: {"currency"},
    MetricKind.VISITS: {"of"},
    MetricKind.ELEMENTS: {"where"},
}
_TIER_KEYS = {"code", "name", "other_names", "reach", "keep", "benefits"}


class _Reader:
    """Reads one definition and collects what is wrong with it."""

    def __init__(self, definition: Mapping[str, Any], scales: Mapping[str, int]) -> None:
        self.given: Mapping[str, Any] = definition if isinstance(definition, Mapping) else {}
        self.scales = scales
        self.errors: list[FieldError] = []
        self.metrics: dict[str, Metric] = {}

    def wrong(self, pointer: str, code: str, detail: str) -> None:
        self.errors.append(FieldError(pointer, code, detail))

    def unknown(self, given: Mapping[str, Any], known: set[str], pointer: str) -> None:
        for key in sorted(set(map(str, given)) - known):
            self.wrong(f"{pointer}/{key[:50]}", "unknown", "There is no such key here.")

    def scheme(self) -> Scheme:
        self.unknown(self.given, _KEYS, "")
        self.read_metrics()
        window = self.window()
        return Scheme(
            metrics=self.metrics,
            window=window,
            keeps=self.keeps(),
            downgrade=self.downgrade(),
            base=self.choice(self.given, "base", Base, Base.FIRST_PURCHASE, ""),
            levels=self.levels(),
            definition=self.given,
        )

    def choice(self, given: Mapping[str, Any], key: str, kind: type[Choice], default: Choice, pointer: str) -> Choice:
        value = given.get(key, default)
        if not isinstance(value, str) or value not in set(kind):
            self.wrong(f"{pointer}/{key}", "unknown", f"Choose one of {', '.join(kind)}.")
            return default
        return kind(value)

    def part(self, key: str, default: Mapping[str, Any]) -> Mapping[str, Any]:
        value = self.given.get(key, default)
        if isinstance(value, Mapping):
            return value
        self.wrong(f"/{key}", "malformed", "Write an object.")
        return default

    def whole(self, given: Mapping[str, Any], key: str, most: int, pointer: str) -> int:
        value = given.get(key)
        if type(value) is not int or not 1 <= value <= most:
            self.wrong(f"{pointer}/{key}", "out_of_range", f"Write a whole number from 1 to {most:,}.")
            return 1
        return value

    def read_metrics(self) -> None:
        given = self.given.get("metrics")
        if not isinstance(given, Mapping) or not 1 <= len(given) <= MOST_METRICS:
            self.wrong("/metrics", "malformed", f"Name one to {MOST_METRICS} metrics.")
            return
        for name, one in given.items():
            pointer = f"/metrics/{str(name)[:50]}"
            if not isinstance(name, str) or not _NAME.fullmatch(name) or not isinstance(one, Mapping):
                self.wrong(pointer, "malformed", "A metric has a name of small letters and digits, and a kind.")
                continue
            self.metrics[name] = self.metric(name, one, pointer)

    def metric(self, name: str, given: Mapping[str, Any], pointer: str) -> Metric:
        kind = self.choice(given, "kind", MetricKind, MetricKind.SPEND, pointer)
        self.unknown(given, _METRIC_KEYS[kind] | {"kind"}, pointer)
        if kind is MetricKind.UNITS:
            return self.units(name, given, pointer)
        if kind is MetricKind.VISITS:
            return Metric(name, kind, "purchases", of_days=self.one_of(given, "of", ("days", "purchases"), pointer) == "days")
        stem = "pieces" if kind is MetricKind.ELEMENTS else self.one_of(given, "basis", ("gross", "paid"), pointer)
        tree = given.get("where")
        if tree is None:
            if kind is MetricKind.ELEMENTS:
                return Metric(name, kind, "pieces")
            return Metric(name, kind, stem)
        where, errors = compile_condition(tree, of_lines=True, pointer=f"{pointer}/where")
        self.errors += errors
        mark = hashlib.blake2b(json.dumps(tree, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()
        return Metric(name, kind, f"{stem}:{mark}", where=where, tree=tree)

    def one_of(self, given: Mapping[str, Any], key: str, known: tuple[str, ...], pointer: str) -> str:
        value = given.get(key, known[0])
        if value not in known:
            self.wrong(f"{pointer}/{key}", "unknown", f"Choose one of {', '.join(known)}.")
            return known[0]
        return str(value)

    def units(self, name: str, given: Mapping[str, Any], pointer: str) -> Metric:
        currency = given.get("currency")
        if not isinstance(currency, str) or currency not in self.scales:
            self.wrong(f"{pointer}/currency", "unknown", f"Choose one of {', '.join(sorted(self.scales)) or 'the currencies'}.")
            currency = ""
        return Metric(name, MetricKind.UNITS, f"units:{currency}", currency=currency)

    def window(self) -> Window:
        given = self.part("window", {})
        kind = self.choice(given, "kind", WindowKind, WindowKind.CALENDAR_YEAR, "/window")
        if "kind" not in given:
            self.wrong("/window/kind", "required", f"Choose one of {', '.join(WindowKind)}.")
        if kind is not WindowKind.ROLLING:
            self.unknown(given, {"kind"}, "/window")
            return Window(kind)
        self.unknown(given, {"kind", "days", "months"}, "/window")
        if ("days" in given) == ("months" in given):
            self.wrong("/window/days", "required", "Write either days or months.")
            return Window(kind, days=1)
        if "days" in given:
            return Window(kind, days=self.whole(given, "days", 3_660, "/window"))
        return Window(kind, months=self.whole(given, "months", 120, "/window"))

    def keeps(self) -> Keeps:
        given = self.part("keeps", {"kind": KeepsKind.END_OF_NEXT_YEAR.value})
        kind = self.choice(given, "kind", KeepsKind, KeepsKind.END_OF_NEXT_YEAR, "/keeps")
        self.unknown(given, {"kind", "months"} if kind is KeepsKind.MONTHS else {"kind"}, "/keeps")
        return Keeps(kind, self.whole(given, "months", 120, "/keeps") if kind is KeepsKind.MONTHS else 0)

    def downgrade(self) -> Downgrade:
        given = self.part("downgrade", {})
        self.unknown(given, {"kind", "grace_days"}, "/downgrade")
        kind = self.choice(given, "kind", DowngradeKind, DowngradeKind.FULL, "/downgrade")
        grace = self.whole(given, "grace_days", 366, "/downgrade") if given.get("grace_days") else 0
        return Downgrade(kind, grace)

    def levels(self) -> tuple[Level, ...]:
        given = self.given.get("tiers")
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_TIERS or not all(isinstance(one, Mapping) for one in given):
            self.wrong("/tiers", "malformed", f"Write one to {MOST_TIERS} tiers, lowest first.")
            return ()
        levels = [self.level(one, f"/tiers/{place}") for place, one in enumerate(given)]
        codes = [level.code for level in levels]
        for place, code in enumerate(codes):
            if code in codes[:place]:
                self.wrong(f"/tiers/{place}/code", "repeated", "Another tier of this ladder has this code.")
        for place, (lower, higher) in enumerate(pairwise(levels), start=1):
            self.rises(lower, higher, f"/tiers/{place}/reach")
        return tuple(levels)

    def rises(self, lower: Level, higher: Level, pointer: str) -> None:
        if lower.reach is None or higher.reach is None:
            return
        below, above = dict(lower.reach.least), dict(higher.reach.least)
        falls = any(above[name] < below[name] for name in above.keys() & below.keys())
        if falls or lower.reach == higher.reach or higher.reach.asks_nothing:
            self.wrong(pointer, "too_low", "Each tier asks for more than the one before it.")

    def level(self, given: Mapping[str, Any], pointer: str) -> Level:
        self.unknown(given, _TIER_KEYS, pointer)
        code = given.get("code")
        if not isinstance(code, str) or not _NAME.fullmatch(code):
            self.wrong(f"{pointer}/code", "malformed", "Use at most twenty small letters, digits, hyphens and underscores.")
            code = ""
        reach = self.threshold(given, "reach", pointer)
        keep = self.threshold(given, "keep", pointer) if given.get("keep") is not None else reach
        if reach is not None and keep is not None:
            asked = dict(reach.least)
            if any(amount > asked.get(name, amount) for name, amount in keep.least):
                self.wrong(f"{pointer}/keep", "too_high", "Keeping a tier never asks for more than reaching it.")
        words = self.words(given.get("other_names", {}), f"{pointer}/other_names", 50)
        return Level(code, self.text(given, "name", pointer, 50), words, reach, keep, self.benefits(given, pointer))

    def text(self, given: Mapping[str, Any], key: str, pointer: str, most: int) -> str:
        value = given.get(key)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= most or "\0" in value:
            self.wrong(f"{pointer}/{key}", "malformed", f"Write 1 to {most} characters.")
            return ""
        return value.strip()

    def words(self, given: Any, pointer: str, most: int) -> Mapping[str, str]:
        fits = isinstance(given, Mapping) and len(given) <= 20
        if not fits or not all(isinstance(k, str) and 0 < len(k) <= 10 and isinstance(v, str) and len(v) <= most for k, v in given.items()):
            self.wrong(pointer, "malformed", f"Write texts of at most {most} characters by language.")
            return {}
        return {str(key): str(value) for key, value in given.items()}

    def benefits(self, given: Mapping[str, Any], pointer: str) -> tuple[Benefit, ...]:
        found = given.get("benefits", [])
        if not isinstance(found, list) or len(found) > MOST_BENEFITS or not all(isinstance(one, Mapping) for one in found):
            self.wrong(f"{pointer}/benefits", "malformed", f"Write at most {MOST_BENEFITS} benefits, each with code and text.")
            return ()
        benefits = []
        for place, one in enumerate(found):
            at = f"{pointer}/benefits/{place}"
            self.unknown(one, {"code", "text", "other_texts"}, at)
            code = one.get("code")
            if not isinstance(code, str) or not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", code, re.ASCII):
                self.wrong(f"{at}/code", "malformed", "Use at most forty small letters, digits, hyphens and underscores.")
                code = ""
            benefits.append(
                Benefit(code, self.text(one, "text", at, 2_000), self.words(one.get("other_texts", {}), f"{at}/other_texts", 2_000))
            )
        return tuple(benefits)

    def threshold(self, given: Mapping[str, Any], key: str, pointer: str) -> Threshold | None:
        value = given.get(key)
        if value is None:
            return None
        at = f"{pointer}/{key}"
        if not isinstance(value, Mapping) or len(value) != 1 or not set(value) <= {"all", "any"}:
            self.wrong(at, "malformed", "Write {all: {metric: least}} or {any: {metric: least}}.")
            return None
        [(how, least)] = value.items()
        if not isinstance(least, Mapping) or not least:
            self.wrong(f"{at}/{how}", "malformed", "Write how much of each metric is needed.")
            return None
        amounts = [(str(name), self.amount(str(name), amount, f"{at}/{how}/{str(name)[:50]}")) for name, amount in least.items()]
        return Threshold(how == "all", tuple(sorted(amounts)))

    def amount(self, name: str, value: Any, pointer: str) -> int:
        """Return a least amount in counted units."""
        metric = self.metrics.get(name)
        if metric is None:
            self.wrong(pointer, "unknown", "There is no metric with this name.")
            return 0
        places = {MetricKind.UNITS: self.scales.get(metric.currency, 0), MetricKind.ELEMENTS: 3}.get(metric.kind, 0)
        number = plain_number(value)
        if number is None or not 0 <= number <= MOST or number != round(number, places):
            self.wrong(pointer, "out_of_range", f"Write a number from 0 on with at most {places} decimals.")
            return 0
        return int(number * 10**places)
