"""Conditions in words, in the active language: "price of the purchase: at least £50.00 and tier: gold". Pure."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from loyalty.kit.figures import points_text
from rewards.chosen_days.domain import FACT, TODAY
from rewards.earning.domain.conditions import COUNTS, Tree, kind_of
from rewards.earning.domain.fields import Kind
from rewards.earning.domain.standing import Standing, campaign_of

MoneyText = Callable[[int], str]

LABELS: dict[str, Promise] = {
    "category": gettext_lazy("category"),
    "sku": gettext_lazy("article"),
    "brand": gettext_lazy("brand"),
    "flags": gettext_lazy("flag of the line"),
    "price": gettext_lazy("price of the line"),
    "paid": gettext_lazy("paid in money for the line"),
    "discount": gettext_lazy("discount on the line"),
    "quantity": gettext_lazy("quantity"),
    "order.price": gettext_lazy("price of the purchase"),
    "order.paid": gettext_lazy("paid in money"),
    "order.net": gettext_lazy("paid in money without tax"),
    "order.before_discount": gettext_lazy("price before discounts"),
    "order.items": gettext_lazy("pieces"),
    "order.nth": gettext_lazy("number of the purchase"),
    "order.channel": gettext_lazy("channel"),
    "order.store": gettext_lazy("store"),
    "order.codes": gettext_lazy("code entered"),
    "order.tenders": gettext_lazy("means of payment"),
    "time.day": gettext_lazy("day"),
    "time.weekday": gettext_lazy("weekday"),
    "time.hour": gettext_lazy("hour"),
    "time.month": gettext_lazy("month"),
    "time.day_of_month": gettext_lazy("day of the month"),
    "time.week_of_month": gettext_lazy("week of the month"),
    "member.tier": gettext_lazy("tier"),
    "member.days": gettext_lazy("days as a member"),
    "member.birthday_in": gettext_lazy("days to the birthday"),
    "member.birthday_ago": gettext_lazy("days since the birthday"),
    "member.segments": gettext_lazy("segment"),
    "member.plans": gettext_lazy("paid membership"),
    "member.referred_days": gettext_lazy("days since a friend's code was named"),
}
_METRICS = {
    "spend": gettext_lazy("spent before"),
    "purchases": gettext_lazy("purchases before"),
    "days": gettext_lazy("days with purchases before"),
    "categories": gettext_lazy("categories bought before"),
}
_WINDOWS = {
    "month": gettext_lazy("this month"),
    "year": gettext_lazy("this year"),
    "lifetime": gettext_lazy("ever"),
}


def label_of(name: str) -> str:
    """Name a field: "price of the purchase", "spent before (30 days)"."""
    if name in LABELS:
        return str(LABELS[name])
    prefix, _dot, rest = name.rpartition(".")
    if name.startswith("history."):
        window = _WINDOWS.get(rest) or _("%(days)s days") % {"days": rest.removesuffix("d")}
        return f"{_METRICS[prefix.removeprefix('history.')]} ({window})"
    if prefix == "member.tiers":
        return _("tier of %(ladder)s") % {"ladder": rest.replace("_", " ")}
    if prefix + "." == FACT:
        return _("chosen day %(name)s") % {"name": rest.replace("-", " ")}
    return rest.replace("_", " ")


def condition_text(tree: Tree, money: MoneyText) -> str:
    """Say a condition; `money` writes minor units."""
    if "all" in tree:
        return _(" and ").join(_inner(part, money) for part in tree["all"])
    if "any" in tree:
        return _(" or ").join(_inner(part, money) for part in tree["any"])
    if "none" in tree:
        return _("not (%(condition)s)") % {"condition": _(" or ").join(_inner(p, money) for p in tree["none"])}
    if "lines" in tree:
        return _lines_text(tree, money)
    if _asks_for_chosen_day(tree):
        return _("the day that the member chose")
    return _PHRASES[tree["op"]]() % {"field": label_of(tree["field"]), "value": value_text(tree, tree["value"], money)}


def value_text(tree: Tree, value: Any, money: MoneyText) -> str:
    """Say a value that a comparison wants or found."""
    if value is None or value in ("", []):
        return _("nothing")
    if isinstance(value, list | frozenset):
        return pgettext("between the words of a list", ", ").join(str(one) for one in sorted(value))
    kind = kind_of(tree)
    if kind is Kind.MONEY:
        return money(int(value))
    return decimal_text(Decimal(value)) if kind is Kind.NUMBER else str(value)


def decimal_text(value: Decimal) -> str:
    """Write a number without needless zeros, with the language's decimal sign."""
    exact = value.normalize()
    places = max(0, -int(exact.as_tuple().exponent))
    return points_text(int(exact.scaleb(places)), places)


def miss_text(miss: Mapping[str, Any], money: MoneyText) -> str:
    """Say why a condition did not hold, from the stored miss."""
    wanted = miss["wanted"]
    if campaign_of(wanted):
        return _STANDINGS[Standing(miss["found"] or Standing.NOT_BEGUN)]()
    if _asks_for_chosen_day(wanted):
        return _chosen_day_text(miss["found"])
    facts = {"wanted": condition_text(wanted, money), "found": value_text(wanted, miss["found"], money)}
    if "none" in wanted:
        return _("It counts only if this is not so: %(wanted)s.") % {"wanted": condition_text({"any": wanted["none"]}, money)}
    if "missing" in miss:
        facts["missing"] = value_text(wanted, miss["missing"], money)
        return _("Needed: %(wanted)s. Found: %(found)s, so %(missing)s more would have been enough.") % facts
    return _("Needed: %(wanted)s. Found: %(found)s.") % facts


def _asks_for_chosen_day(tree: Tree) -> bool:
    return str(tree.get("field", "")).startswith(FACT) and tree.get("op") == "eq" and tree.get("value") == TODAY


def _chosen_day_text(found: str | None) -> str:
    """Say which day was chosen instead, or that none was."""
    if found is None:
        return _("No day was chosen for this period. A day is chosen ahead of time under Your days.")
    return _("It counts on the chosen day: %(day)s.") % {"day": date_format(dt.date.fromisoformat(found), "l j F Y")}


def _inner(tree: Tree, money: MoneyText) -> str:
    text = condition_text(tree, money)
    return f"({text})" if "all" in tree or "any" in tree else text


def _lines_text(tree: Tree, money: MoneyText) -> str:
    where = condition_text(tree["where"], money) if "where" in tree else _("anything")
    if tree["lines"] not in COUNTS:
        return _QUANTIFIED[tree["lines"]]() % {"where": where}
    field = label_of(tree["of"]) if tree["lines"] != "count" else _("lines")
    what = _COUNTED[tree["lines"]]() % {"field": field, "where": where}
    return _PHRASES[tree["op"]]() % {"field": what, "value": value_text(tree, tree["value"], money)}


_PHRASES: dict[str, Callable[[], str]] = {
    "eq": lambda: _("%(field)s: %(value)s"),
    "ne": lambda: _("%(field)s: not %(value)s"),
    "lt": lambda: _("%(field)s: less than %(value)s"),
    "le": lambda: _("%(field)s: at most %(value)s"),
    "gt": lambda: _("%(field)s: more than %(value)s"),
    "ge": lambda: _("%(field)s: at least %(value)s"),
    "in": lambda: _("%(field)s: one of %(value)s"),
    "not_in": lambda: _("%(field)s: none of %(value)s"),
    "under": lambda: _("%(field)s: %(value)s and what stands below it"),
    "has": lambda: _("%(field)s: %(value)s"),
    "lacks": lambda: _("%(field)s: not %(value)s"),
}
_QUANTIFIED: dict[str, Callable[[], str]] = {
    "any": lambda: _("a line with %(where)s"),
    "every": lambda: _("every line with %(where)s"),
    "no": lambda: _("no line with %(where)s"),
}
_COUNTED: dict[str, Callable[[], str]] = {
    "count": lambda: _("%(field)s with %(where)s"),
    "sum": lambda: _("%(field)s altogether, of lines with %(where)s"),
    "least": lambda: _("least %(field)s of lines with %(where)s"),
    "most": lambda: _("most %(field)s of lines with %(where)s"),
}


_STANDINGS: dict[Standing, Callable[[], str]] = {
    Standing.NOT_BEGUN: lambda: _("This offer had not begun."),
    Standing.OVER: lambda: _("This offer was over."),
    Standing.PAUSED: lambda: _("This offer was paused."),
    Standing.BLACKOUT: lambda: _("This offer does not count on this day."),
    Standing.NOT_ASKED: lambda: _("This offer was not for you."),
    Standing.HOLDOUT: lambda: _("This offer was not for you."),
    Standing.NOT_CLIPPED: lambda: _("This offer counts for those who have taken it under Offers before they buy."),
}


def listed(names: Iterable[str]) -> str:
    return pgettext("between the words of a list", ", ").join(sorted(names))
