"""A currency with its terms, as a definition in a file says it. Pure.

Keys of a definition:
    code, singular, plural   required; other_words {language: [singular, plural]}
    kind                     spendable (default) · qualifying · stamp · accrual · credit · allowance
    scale                    decimals of the currency, 0 to 4
    consumption_order        expiry_first (default) · oldest_first · newest_first
    arrears_policy           limit (default) · forbid · forgive; arrears_limit: units, absent: no limit
    terms                    expiry (see domain/expiry.py), pending_days, point_value_minor (text), tender_step_units,
                             sending {least_units, most_units, most_units_30_days, after_days, every_hours}
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from accounts.programmes.domain.expiry import Activity, Ending, ExpiryKind, ExpiryTerms, ending_fault, sliding_fault
from accounts.programmes.domain.kinds import CurrencyKind
from accounts.programmes.domain.reading import Reader
from ledger.points.domain import ArrearsPolicy, ConsumptionOrder
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import FieldError, Malformed

MOST_TIERS = 20
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,19}", re.ASCII)
_TIER = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.ASCII)
_ORDERS = {order.name.lower(): order for order in ConsumptionOrder}
_POLICIES = {policy.name.lower(): policy for policy in ArrearsPolicy}


class MalformedCurrency(Malformed):
    code = "malformed_currency"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How points of a currency live: when they lapse (`slide_...`: after the last activity; `tier_expiry`: definitions by tier), when they can
    be spent, what one is worth in minor units, in steps of how many they pay, and whether and how many of them members may send to one
    another (None: no limit).
    """

    expiry_kind: str = ExpiryKind.MONTHS.value
    expiry_number: int = 12
    expiry_month: int | None = None
    expiry_day: int | None = None
    expiry_date: dt.date | None = None
    slide_kind: str = ""
    slide_number: int = 0
    slide_by: str = ""
    tier_expiry: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    pending_days: int = 0
    point_value_minor: Decimal = Decimal(1)
    tender_step_units: int = 1
    may_be_sent: bool = False
    send_least_units: int = 1
    send_most_units: int | None = None
    send_most_units_30_days: int | None = None
    send_after_days: int = 0
    send_every_hours: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What points are called, `others` by language, and what they are for."""

    code: str = "points"
    singular: str = "point"
    plural: str = "points"
    others: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    kind: CurrencyKind = CurrencyKind.SPENDABLE


@dataclasses.dataclass(frozen=True, slots=True)
class CurrencyDefinition:
    """A checked definition. `unit_policies` are fields of PointUnit."""

    words: Words
    terms: Terms
    unit_policies: Mapping[str, Any]


def parse_currency(given: Any) -> CurrencyDefinition:
    """Check a definition. Raises: MalformedCurrency, naming each wrong key."""
    reader = Reader(given)
    reader.only(
        {"code", "kind", "singular", "plural", "other_words", "scale", "consumption_order", "arrears_policy", "arrears_limit", "terms"}
    )
    kind = reader.choice("kind", CurrencyKind, CurrencyKind.SPENDABLE)
    code = reader.name("code", _CODE)
    words = Words(code=code, singular=reader.text("singular", 30), plural=reader.text("plural", 30), others=_other_words(reader), kind=kind)
    policies = {
        "scale": reader.whole("scale", 0, 4, 0),
        "consumption_order": int(_one_of(reader, "consumption_order", _ORDERS, "expiry_first")),
        "arrears_policy": int(_one_of(reader, "arrears_policy", _POLICIES, "limit")),
        "arrears_limit": reader.whole_or_none("arrears_limit", 0, MOST_POINTS),
    }
    terms = _terms(reader.part("terms"))
    for pointer, detail in kind_faults(kind, terms, scale=policies["scale"] or 0):
        reader.wrong(f"terms/{pointer}" if pointer != "scale" else pointer, "does_not_fit", detail)
    if reader.errors:
        raise MalformedCurrency("Correct the marked keys of the currency.", errors=reader.errors)
    return CurrencyDefinition(words, terms, policies)


def kind_faults(kind: CurrencyKind, terms: Terms, *, scale: int) -> list[tuple[str, str]]:
    """Return what terms say that a kind forbids: key and reason."""
    faults = []
    if terms.may_be_sent and kind is not CurrencyKind.SPENDABLE:
        faults.append(("sending", "Only spendable points may be sent to other members."))
    if kind is CurrencyKind.CREDIT and terms.point_value_minor != 1:
        faults.append(("point_value_minor", "One unit of credit is one minor unit of money: write 1."))
    if kind is CurrencyKind.CREDIT and scale:
        faults.append(("scale", "Credit has no decimals: one unit is one minor unit of money."))
    if kind is CurrencyKind.QUALIFYING and terms.point_value_minor:
        faults.append(("point_value_minor", "Qualifying points are worth nothing, because they can never be spent: write 0."))
    if kind is CurrencyKind.ALLOWANCE and terms.point_value_minor:
        faults.append(("point_value_minor", "An allowance is worth nothing to who has it: write 0, and give what arrives its value."))
    if kind is CurrencyKind.ACCRUAL and not terms.point_value_minor:
        faults.append(
            ("point_value_minor", "Write your best estimate of what a unit will be worth: the books defer it from the first sale on.")
        )
    return faults


class WrittenTerms(ExpiryTerms, Protocol):
    """Terms of a currency: `Terms`, or a row of them."""

    @property
    def pending_days(self) -> int: ...
    @property
    def point_value_minor(self) -> Decimal: ...
    @property
    def tender_step_units(self) -> int: ...
    @property
    def may_be_sent(self) -> bool: ...
    @property
    def send_least_units(self) -> int: ...
    @property
    def send_most_units(self) -> int | None: ...
    @property
    def send_most_units_30_days(self) -> int | None: ...
    @property
    def send_after_days(self) -> int: ...
    @property
    def send_every_hours(self) -> int: ...


def definition_of(terms: WrittenTerms) -> dict[str, Any]:
    """Write terms as the definition that `parse_terms` reads back to the same."""
    sending = {
        "least_units": terms.send_least_units,
        "most_units": terms.send_most_units,
        "most_units_30_days": terms.send_most_units_30_days,
        "after_days": terms.send_after_days,
        "every_hours": terms.send_every_hours,
    }
    value = {
        "expiry": _expiry_definition(terms),
        "pending_days": terms.pending_days,
        "point_value_minor": f"{terms.point_value_minor.normalize():f}",
        "tender_step_units": terms.tender_step_units,
    }
    return value | ({"sending": {key: units for key, units in sending.items() if units is not None}} if terms.may_be_sent else {})


def parse_terms(given: Any) -> Terms:
    """Check the terms of a definition by themselves. Raises: MalformedCurrency, naming each wrong key."""
    reader = Reader(given)
    terms = _terms(reader)
    if reader.errors:
        raise MalformedCurrency("Correct the marked keys of the terms.", errors=reader.errors)
    return terms


def checked_tiers(given: Any) -> dict[str, Any]:
    """Check the expiry of each tier; return it as it is stored. Raises: MalformedCurrency."""
    reader = Reader(given, "/tiers")
    found = _tiers(reader)
    if reader.errors:
        raise MalformedCurrency("Correct the marked keys of the expiry.", errors=reader.errors)
    return found


def _terms(reader: Reader) -> Terms:
    reader.only({"expiry", "pending_days", "point_value_minor", "tender_step_units", "sending"})
    expiry = _expiry(reader.part("expiry"), with_tiers=True) if "expiry" in reader.given else {}
    return Terms(
        **expiry,
        pending_days=reader.whole("pending_days", 0, 365, 0),
        point_value_minor=reader.number("point_value_minor", 6, most=10**8 - 1, default="1"),
        tender_step_units=reader.whole("tender_step_units", 1, 1_000_000, 1),
        **(_sending(reader.part("sending")) if reader.has("sending") else {}),
    )


def _sending(reader: Reader) -> dict[str, Any]:
    reader.only({"least_units", "most_units", "most_units_30_days", "after_days", "every_hours"})
    least = reader.whole("least_units", 1, MOST_POINTS, 1)
    return {
        "may_be_sent": True,
        "send_least_units": least,
        "send_most_units": reader.whole_or_none("most_units", least, MOST_POINTS),
        "send_most_units_30_days": reader.whole_or_none("most_units_30_days", least, MOST_POINTS),
        "send_after_days": reader.whole("after_days", 0, 3_650, 0),
        "send_every_hours": reader.whole("every_hours", 0, 8_760, 0),
    }


def _expiry(reader: Reader, *, with_tiers: bool) -> dict[str, Any]:
    """Return the columns of CurrencyTerms that an expiry definition fills."""
    reader.only({"kind", "number", "month", "day", "date", "unless", *(["tiers"] if with_tiers else [])})
    kind = reader.choice("kind", ExpiryKind)
    number = reader.whole("number", 0, 36_500, 0)
    month = reader.whole_or_none("month", 1, 12)
    day = reader.whole_or_none("day", 1, 31)
    date = reader.day("date") if reader.has("date") else None
    fault = ending_fault(Ending(kind, number, month, day, date))
    if fault is not None:
        reader.wrong(fault, "does_not_fit", f"This does not fit points that lapse by {kind.value}.")
    columns: dict[str, Any] = {
        "expiry_kind": kind.value,
        "expiry_number": number,
        "expiry_month": month,
        "expiry_day": day,
        "expiry_date": date,
    }
    if kind is ExpiryKind.MEMBER_YEAR and (reader.has("unless") or reader.has("tiers") or not with_tiers):
        reader.wrong("kind", "does_not_fit", "The member's year ends the points of all members alike: leave unless and tiers out.")
    if reader.has("unless"):
        columns |= _unless(reader.part("unless"))
    if with_tiers and reader.has("tiers"):
        columns["tier_expiry"] = _tiers(reader.part("tiers"))
    return columns


def _unless(reader: Reader) -> dict[str, Any]:
    reader.only({"activity", "kind", "number"})
    by = reader.choice("activity", Activity)
    kind, number = reader.choice("kind", ExpiryKind, ExpiryKind.MONTHS), reader.whole("number", 0, 36_500)
    fault = sliding_fault(kind, number, by)
    if fault is not None:
        reader.wrong(
            fault.removeprefix("slide_"), "does_not_fit", "Points end some days or months, or at the end of a period, after an activity."
        )
    return {"slide_kind": kind.value, "slide_number": number, "slide_by": by.value}


def _tiers(reader: Reader) -> dict[str, Any]:
    """Return the definitions by tier, each complete, as they are stored."""
    if len(reader.given) > MOST_TIERS:
        reader.errors.append(FieldError(reader.pointer, "too_many", f"Name at most {MOST_TIERS} tiers."))
        return {}
    found = {}
    for tier in map(str, reader.given):
        if not _TIER.fullmatch(tier):
            reader.wrong(tier[:80], "not_a_name", "Name a tier of the main ladder by its code.")
            continue
        columns = _expiry(reader.part(tier), with_tiers=False)
        found[tier] = _stored(columns)
    return found


def _stored(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Write the columns of an expiry as JSON keeps it."""
    date = columns["expiry_date"]
    whole = {
        "kind": columns["expiry_kind"],
        "number": columns["expiry_number"],
        "month": columns["expiry_month"],
        "day": columns["expiry_day"],
        "date": date.isoformat() if date else None,
    }
    kept = {key: value for key, value in whole.items() if value is not None}
    if columns.get("slide_kind"):
        kept["unless"] = {"activity": columns["slide_by"], "kind": columns["slide_kind"], "number": columns["slide_number"]}
    return kept


def _expiry_definition(terms: ExpiryTerms) -> dict[str, Any]:
    names = ("expiry_kind", "expiry_number", "expiry_month", "expiry_day", "expiry_date", "slide_kind", "slide_number", "slide_by")
    own = _stored({name: getattr(terms, name) for name in names})
    return own | ({"tiers": dict(terms.tier_expiry)} if terms.tier_expiry else {})


def _other_words(reader: Reader) -> dict[str, tuple[str, str]]:
    words = reader.part("other_words")
    found = {}
    for language, pair in words.given.items():
        good = isinstance(pair, (list, tuple)) and len(pair) == 2 and all(isinstance(word, str) and 0 < len(word) <= 30 for word in pair)
        if not good or not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            words.wrong(str(language)[:80], "not_two_words", 'Write the singular and the plural, for example ["puan", "puan"].')
        else:
            found[language] = (pair[0], pair[1])
    return found


def _one_of(reader: Reader, key: str, known: Mapping[str, Any], default: str) -> Any:
    value = reader.given.get(key, default)
    if not isinstance(value, str) or value not in known:
        reader.wrong(key, "unknown", f"Choose one of {', '.join(known)}.")
        return known[default]
    return known[value]
