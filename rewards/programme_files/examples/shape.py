"""How examples are written.

- name: one cent below the threshold
  from: 2026-03-02              the day of the first step; members join then
  steps:
    - buy: 349.99               one act (see `ACTS`), by the programme's clock
      on: 2026-03-02            left out: the day of the step before
      time: "23:59"             left out: noon
      who: ada                  left out: the one member of most examples
      as: first                 a name by which a return names a purchase; left out: "1", "2", ...
      expect: {earned: 349}     what is so after it (see `EXPECTATIONS`)
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rewards.programme_files.domain.fields import Fields, minor_of, short_form
from rewards.programme_files.domain.outline import CAMPAIGN, LADDER, SEGMENT, Outline, tier_of
from rewards.programme_files.domain.reading import Path
from rewards.programme_files.examples import topics
from rewards.programme_files.examples.steps import NOON, Example, Expectation, Step

NOBODY_ELSE = "member"
MOST_EXAMPLES, MOST_STEPS = 100, 60
LONGEST = dt.timedelta(days=366 * 6)


def read_examples(whole: Fields, outline: Outline) -> tuple[Example, ...]:
    items = whole.items("examples", [], most=MOST_EXAMPLES)
    return tuple(example for fields in items if (example := _example(fields, outline)) is not None)


def _example(fields: Fields, outline: Outline) -> Example | None:
    name, begins = fields.text("name", most=200), fields.day("from")
    items = fields.items("steps", most=MOST_STEPS)
    fields.done()
    if begins is None or not items:
        if begins is not None:
            fields.wrong("steps", "An example has at least one step.")
        return None
    day = dt.date.fromisoformat(begins)
    reading = _Reading(outline, day)
    steps = tuple(reading.step(item, str(place)) for place, item in enumerate(items, start=1))
    return Example(fields.path, name or "", day, steps)


class _Reading:
    """Reads the steps of one example, one after the other."""

    def __init__(self, outline: Outline, begins: dt.date) -> None:
        self.outline = outline
        self.begins = self.day = begins
        self.bought: set[str] = set()
        self.members: set[str] = set()

    def step(self, fields: Fields, place: str) -> Step:
        acts = [key for key in fields.given if key in ACTS]
        if len(acts) != 1:
            fields.faults.add(fields.path, f"A step has exactly one act: {', '.join(ACTS)}.", of_key=True)
        act = acts[0] if acts else "wait"
        given = ACTS[act](fields, self.outline) if acts else {}
        said = fields.day("on", None)
        self.day = dt.date.fromisoformat(said) if said else given.pop("until", self.day)
        if not self.begins <= self.day <= self.begins + LONGEST:
            fields.faults.add(fields.path, "A step lies on the example's first day or within the six years after it.", of_key=True)
            self.day = self.begins
        who, name = fields.text("who", NOBODY_ELSE, most=40), fields.text("as", place, most=40)
        if act == "join" and who in self.members:
            fields.wrong("join", "Whoever joins takes no step before.")
        self.members.add(str(who))
        if act == "return" and given.get("of") not in self.bought:
            fields.wrong(
                "return", f"No step before this one bought {given.get('of')}. Named so far: {', '.join(sorted(self.bought)) or 'none'}."
            )
        if act == "buy":
            self.bought.add(name)
        expectations = self._expectations(fields.inner("expect", {}))
        time = _time(fields)
        fields.done(*acts)
        return Step(fields.path, act, given, self.day, who or NOBODY_ELSE, name or place, expectations, time)

    def _expectations(self, fields: Fields) -> tuple[Expectation, ...]:
        known = [name for name in fields.given if name in EXPECTATIONS]
        fields.done(*EXPECTATIONS)
        return tuple(Expectation((*fields.path, name), name, EXPECTATIONS[name](fields, name, self.outline)) for name in known)


def _time(fields: Fields) -> dt.time:
    text = fields.text("time", "12:00", most=5)
    try:
        return dt.time.fromisoformat(text or "12:00")
    except ValueError:
        fields.wrong("time", 'Write a time of the day in quotation marks: "23:59".')
        return NOON


def _buy(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "buy", "amount")
    lines = [_line(line, outline) for line in inner.items("lines", [], most=50)]
    amount = inner.amount("amount", outline.currency, None)
    if bool(lines) == (amount is not None):
        fields.wrong("buy", "Write an amount or lines.")
    points = inner.amount("points", outline.currency, None)
    codes, tenders = inner.raw("codes", []), inner.raw("tenders", [])
    for key, value in (("codes", codes), ("tenders", tenders)):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            inner.wrong(key, "Write a list of texts.")
    channel, buyer = inner.text("channel", "store", most=40), inner.text("buyer", "", most=40)
    partner = inner.text("partner", "", most=40)
    fulfilled = inner.day("fulfilled_on", None)
    inner.done()
    return {
        "fulfilled_on": dt.date.fromisoformat(fulfilled) if fulfilled else None,
        "amount_minor": None if amount is None else minor_of(amount, outline.currency),
        "lines": lines,
        "points_minor": None if points is None else minor_of(points, outline.currency),
        "codes": codes,
        "tenders": tenders,
        "channel": channel,
        "buyer": buyer,
        "partner": partner,
    }


def _line(fields: Fields, outline: Outline) -> dict[str, Any]:
    price = fields.amount("amount", outline.currency)
    discount, tax = fields.amount("discount", outline.currency, None), fields.amount("tax", outline.currency, None)
    flags = fields.raw("flags", [])
    if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
        fields.wrong("flags", "Write a list of texts.")
    said = {
        "price_minor": minor_of(price, outline.currency) if price else 0,
        "discount_minor": minor_of(discount, outline.currency) if discount else 0,
        "tax_minor": minor_of(tax, outline.currency) if tax else 0,
        "sku": fields.text("sku", ""),
        "category": fields.text("category", ""),
        "brand": fields.text("brand", ""),
        "quantity": Decimal(fields.number("quantity", "1", places=3) or "1") or Decimal(1),
        "flags": flags,
    }
    fields.done()
    return said


def _return(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "return", "of")
    amount = inner.amount("amount", outline.currency, None)
    lines = inner.mapping("lines", lambda given, line: given.number(line, places=3), {})
    said = {"of": inner.text("of", most=40), "lines": lines, "amount_minor": None if amount is None else minor_of(amount, outline.currency)}
    inner.done()
    return said


def _wait(fields: Fields, _outline: Outline) -> dict[str, Any]:
    day = fields.day("wait")
    return {"until": dt.date.fromisoformat(day)} if day else {}


def _redeem(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "redeem", "reward")
    said = {"reward": inner.text("reward", most=40), "partner": inner.text("partner", "", most=40)}
    inner.done()
    return said


def _decide(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "decide", "conversion")
    said = {"conversion": inner.text("conversion", most=40), "rate": inner.number("rate", places=6)}
    inner.done()
    return said


def _choose(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = fields.inner("choose")
    code = inner.choice("code", sorted(outline.chosen_days) or ["none"])
    day = inner.day("day")
    inner.done()
    return {"code": code, "day": dt.date.fromisoformat(day) if day else None}


def _enlist(fields: Fields, outline: Outline) -> dict[str, Any]:
    return {"segment": fields.choice("enlist", sorted(outline.lists))}


def _strike(fields: Fields, outline: Outline) -> dict[str, Any]:
    return {"segment": fields.choice("strike", sorted(outline.lists))}


def _take(fields: Fields, outline: Outline) -> dict[str, Any]:
    return {"campaign": fields.choice("take", sorted(outline.names.get(CAMPAIGN, ())))}


def _join(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "join", "birth_date")
    day = inner.day("birth_date", None)
    attributes = inner.texts("attributes", {})
    inner.done()
    return {"birth_date": dt.date.fromisoformat(day) if day else None, "attributes": attributes}


def _event(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "event", "type")
    payload = inner.raw("payload", {})
    if not isinstance(payload, dict):
        inner.wrong("payload", "Write a mapping.")
    said = {"type": inner.text("type", most=40), "payload": payload}
    inner.done()
    return said


def _quests(fields: Fields, name: str, _outline: Outline) -> dict[str, dict[str, int]]:
    """Read how often each card or challenge is done, and how far the one under way is."""

    def one(given: Fields, code: str) -> dict[str, int]:
        inner = given.inner(code)
        said = {"done": inner.whole("done", None), "now": inner.whole("now", None)}
        inner.done()
        return {key: value for key, value in said.items() if value is not None}

    return fields.mapping(name, one)


def _units(fields: Fields, name: str, outline: Outline) -> dict[str, int]:
    """Read points of the main currency, or of each currency by its code; answered in smallest units."""
    value = fields.raw(name)
    if not isinstance(value, dict):
        value = {outline.main: value}
    found = {}
    for code, points in value.items():
        path = (*fields.path, name, code) if isinstance(fields.given[name], dict) else (*fields.path, name)
        if code not in outline.scales:
            fields.faults.unknown(path, list(outline.scales))
        else:
            found[code] = _units_of(fields, path, points, outline.scales[code])
    return found


def _units_of(fields: Fields, path: Path, points: Any, scale: int) -> int:
    try:
        units = Decimal(str(points)).scaleb(scale)
    except ArithmeticError:
        units = Decimal("NaN")
    if isinstance(points, bool) or not units.is_finite() or abs(units) > 10**15 or units != int(units):
        fields.faults.add(path, f"Write a number of points with at most {scale} decimals.")
        return 0
    return int(units)


def _lapses(fields: Fields, name: str, outline: Outline) -> dict[str, dict[str, int]]:
    """Read which points end on which day, of the main currency or by currency; never is a day too."""
    value = fields.raw(name)
    by_currency = value if isinstance(value, dict) and set(value) & set(outline.scales) else {outline.main: value}
    found: dict[str, dict[str, int]] = {}
    for code, days in by_currency.items():
        path = (*fields.path, name, code) if by_currency is value else (*fields.path, name)
        if code not in outline.scales:
            fields.faults.unknown(path, list(outline.scales))
            continue
        inner = Fields(fields.faults, path, days)
        found[code] = {day: _units_of(inner, (*path, day), points, outline.scales[code]) for day, points in inner.given.items()}
        for day in found[code]:
            if day != "never" and not _is_day(day):
                inner.wrong(day, "Write a day as 2026-03-31, or never.")
    return found


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _tier(fields: Fields, name: str, outline: Outline) -> dict[str, str]:
    """Read the tier on the main ladder, or on each ladder by its code."""

    def one(inner: Fields, key: str, ladder: str) -> str:
        return str(inner.choice(key, ["none", *sorted(outline.names.get(tier_of(ladder), ()))]))

    return _by_ladder(fields, name, outline, one)


def _tier_until(fields: Fields, name: str, outline: Outline) -> dict[str, str]:
    """Read the last day of the tier; none where it has no end, or where there is no tier."""

    def one(inner: Fields, key: str, _ladder: str) -> str:
        return "none" if inner.given.get(key) == "none" else str(inner.day(key))

    return _by_ladder(fields, name, outline, one)


def _by_ladder(fields: Fields, name: str, outline: Outline, one: Callable[[Fields, str, str], str]) -> dict[str, str]:
    value = fields.raw(name)
    if not isinstance(value, dict):
        return {outline.ladder: one(fields, name, outline.ladder)}
    inner, ladders = fields.inner(name), outline.names.get(LADDER, set())
    for ladder in inner.given.keys() - ladders:
        fields.faults.unknown((*inner.path, ladder), ladders)
    return {ladder: one(inner, ladder, ladder) for ladder in inner.given if ladder in ladders}


def _segments(fields: Fields, name: str, outline: Outline) -> dict[str, bool]:
    """Read whether the member belongs to each of the segments."""
    inner, known = fields.inner(name), outline.names.get(SEGMENT, set())
    for code in inner.given.keys() - known:
        fields.faults.unknown((*inner.path, code), known)
    return {code: bool(inner.flag(code)) for code in inner.given if code in known}


def _text(fields: Fields, name: str, _outline: Outline) -> Any:
    return fields.text(name)


def _reasons(fields: Fields, name: str, _outline: Outline) -> dict[str, str]:
    return fields.texts(name)


ACTS: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {
    "join": _join,
    "buy": _buy,
    "return": _return,
    "event": _event,
    "choose": _choose,
    "decide": _decide,
    "redeem": _redeem,
    "enlist": _enlist,
    "strike": _strike,
    "take": _take,
    "wait": _wait,
    **topics.READ,
}
EXPECTATIONS: dict[str, Callable[[Fields, str, Outline], Any]] = {
    "earned": _units,
    "balance": _units,
    "pending": _units,
    "owed": _units,
    "tier": _tier,
    "tier_until": _tier_until,
    "lapses": _lapses,
    "segments": _segments,
    "reasons": _reasons,
    "quests": _quests,
    "refused": _text,
    **topics.EXPECT,
}
