"""{% load pointbook %}: how templates write points and money, draw charts, and colour states.

Charts are tags, so that no app imports this shell: pages hand over plain integers.
"""

import functools
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django import template

from loyalty.kit import figures as kit_figures
from loyalty.kit.money import Money
from loyalty.shell import charts, figures

register = template.Library()

# Pairs of a name and its amounts: points, or minor units where a currency is named, or None for a gap.
Series = Sequence[tuple[str, Sequence[int | None]]]

_STATES = {
    "positive": ("available", "active", "done", "posted", "approved", "ready", "open", "verified", "delivered", "live", "ok"),
    "warning": ("pending", "exception", "ending", "awaiting", "soft_closed", "overdue"),
    "danger": ("failed", "refused", "broken", "blocked_member"),
    "info": ("held", "running", "current", "draft", "queued", "submitted"),
}
_KIND_OF_STATE = {state: kind for kind, states in _STATES.items() for state in states}
_ICON_OF_STATE = {
    "pending": "clock",
    "held": "lock",
    "reversed": "undo",
    "expired": "clock",
    "exception": "alert",
    "failed": "alert",
    "done": "check",
    "posted": "check",
    "approved": "check",
    "used": "check",
    "soft_closed": "lock",
    "hard_closed": "lock",
    "closed": "lock",
}
_ICON_OF_ALERT = {"positive": "check-circle", "warning": "alert", "danger": "alert"}
_KIND_OF_MESSAGE = {"success": "positive", "warning": "warning", "error": "danger"}
_KIND_OF_REWARD = {"can": "accent", "almost": "warning"}
_ICON_OF_REWARD = {"can": "check", "locked": "lock"}


@register.filter
def points(value: int, scale: int = 0) -> str:
    """{{ balance|points }} or {{ balance|points:2 }}: 1,204"""
    return figures.points_text(int(value), int(scale))


@register.filter
def said_points(value: int, scale: int = 0) -> str:
    """{{ price|said_points:3 }}, as in a sentence: 1.5 where a table has 1.500"""
    return kit_figures.said_points_text(int(value), int(scale))


@register.filter
def signed_points(value: int, scale: int = 0) -> str:
    """{{ change|signed_points }}: +320"""
    return figures.signed_points_text(int(value), int(scale))


@register.filter
def money(value: Money | int, currency: str = "") -> str:
    """{{ amount|money }} of a Money, or {{ amount_minor|money:"GBP" }}: £12.40"""
    return figures.money_text(value if isinstance(value, Money) else Money(value, currency))


@register.filter
def share(value: Decimal, decimals: int = 1) -> str:
    """{{ rate|share }} of a share of one: 41.2%"""
    return figures.share_text(value, int(decimals))


@register.simple_tag
def books_rhythm() -> str:
    """{% books_rhythm as rhythm %}: how often the books take in what happened."""
    return kit_figures.books_rhythm()


@register.filter
def plain(value: object) -> str:
    """{{ cell|plain }}: a table cell by its type (Money, integer, Decimal, day, moment, text; nothing for None)"""
    return figures.plain_text(value)


@register.inclusion_tag("components/chart_columns.html")
def columns_chart(
    *, name: str, title: str, unit: str, labels: Sequence[str], series: Series, description: str = "", currency: str = ""
) -> dict[str, charts.Chart]:
    """{% columns_chart name="sales" title=... unit=... labels=labels series=series currency="GBP" %}"""
    data = charts.Data(name, title, unit, labels, _series(series), description)
    return {"chart": charts.columns_chart(data, write=_writer(currency))}


@register.inclusion_tag("components/chart_lines.html")
def lines_chart(
    *, name: str, title: str, unit: str, labels: Sequence[str], series: Series, description: str = "", currency: str = ""
) -> dict[str, charts.Chart]:
    """{% lines_chart name="points" title=... unit=... labels=labels series=series %}"""
    data = charts.Data(name, title, unit, labels, _series(series), description)
    return {"chart": charts.lines_chart(data, write=_writer(currency))}


@register.inclusion_tag("components/chart_ranking.html")
def ranking_chart(*, title: str, unit: str, rows: Sequence[tuple[str, int]], currency: str = "") -> dict[str, object]:
    """{% ranking_chart title=... unit=... rows=rows currency="GBP" %}, rows being pairs of a name and an amount, largest first"""
    return {"title": title, "unit": unit, "rows": charts.ranking(rows, write=_writer(currency))}


@register.filter
def percent_of(value: int, maximum: int) -> int:
    """Return the whole percentage for bars and rings, 0 to 100; only a full bar says 100."""
    if maximum <= 0:
        return 100
    return max(0, min(100, int(value) * 100 // int(maximum)))


@register.filter
def paired(left: Sequence[Any], right: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Walk two lists together: {% for column, cell in columns|paired:row %}"""
    return list(zip_longest(left, right))


@register.filter
def state_kind(state: str) -> str:
    return _KIND_OF_STATE.get(state, "")


@register.filter
def state_icon(state: str) -> str:
    return _ICON_OF_STATE.get(state, "")


@register.filter
def alert_icon(kind: str) -> str:
    return _ICON_OF_ALERT.get(kind, "info")


@register.filter
def message_kind(level_tag: str) -> str:
    return _KIND_OF_MESSAGE.get(level_tag, "info")


@register.filter
def reward_kind(status: str) -> str:
    return _KIND_OF_REWARD.get(status, "")


@register.filter
def reward_icon(status: str) -> str:
    return _ICON_OF_REWARD.get(status, "")


def _series(pairs: Series) -> list[charts.Series]:
    return [charts.Series(name, amounts) for name, amounts in pairs]


def _writer(currency: str) -> charts.Write:
    if not currency:
        return charts.Write(figures.plain_text, figures.short_points_text)
    return charts.Write(functools.partial(_money_amount, currency), functools.partial(figures.short_money_text, currency=currency))


def _money_amount(currency: str, amount: charts.Amount) -> str:
    return figures.money_text(Money(int(amount), currency))
