"""Ladders in words, in the active language: what counts, what each tier asks, what is missing. Asks for currencies only where points count."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.figures import day_text, money_text
from loyalty.kit.money import Money
from rewards.earning.condition_words import condition_text, decimal_text
from rewards.tiers.domain.scheme import PIECES, Base, DowngradeKind, KeepsKind, Level, Metric, MetricKind, Scheme, Threshold, WindowKind
from rewards.tiers.progress import LadderProgress, Way


class Writer:
    """Writes amounts of metrics in the programme's money and points."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._currencies: dict[str, PointCurrency] | None = None

    def amount(self, metric: Metric, amount: int) -> str:
        """Say so much of a metric: "£120.00", "3 visits", "2 pieces with category: hotel"."""
        match metric.kind:
            case MetricKind.SPEND:
                return money_text(Money(amount, self.programme.currency)) + self._where(metric)
            case MetricKind.UNITS:
                currency = self._currency(metric.currency)
                return currency.say(amount) if currency else str(amount)
            case MetricKind.VISITS if metric.of_days:
                return ngettext("%(n)s day with a purchase", "%(n)s days with a purchase", amount) % {"n": amount}
            case MetricKind.VISITS:
                return ngettext("%(n)s purchase", "%(n)s purchases", amount) % {"n": amount}
        return _("%(n)s pieces") % {"n": decimal_text(Decimal(amount) / PIECES)} + self._where(metric)

    def way(self, way: Way) -> str:
        """Say what is missing."""
        return _joined([self.amount(gap.metric, gap.missing) for gap in way.open], needs_all=way.needs_all)

    def threshold(self, scheme: Scheme, asked: Threshold) -> str:
        if asked.asks_nothing:
            return _("nothing but joining") if scheme.base is Base.JOINING else _("one purchase")
        return _joined([self.amount(scheme.metrics[name], least) for name, least in asked.least], needs_all=asked.needs_all)

    def money(self, minor: int) -> str:
        return money_text(Money(minor, self.programme.currency))

    def _where(self, metric: Metric) -> str:
        return f" ({condition_text(metric.tree, self.money)})" if metric.tree is not None else ""

    def _currency(self, code: str) -> PointCurrency | None:
        if self._currencies is None:
            rows = PointCurrency.objects.filter(programme=self.programme).select_related("unit")
            self._currencies = {currency.code: currency for currency in rows}
        return self._currencies.get(code)


def sentences_of(scheme: Scheme, writer: Writer) -> list[str]:
    """Say a version sentence by sentence, so that two can be compared."""
    metrics = [_METRICS[metric.kind](metric) for metric in scheme.metrics.values()]
    said = [_("What counts: %(metrics)s.") % {"metrics": ", ".join(metrics)}, _window_text(scheme), _keeps_text(scheme)]
    said.append(_DOWNGRADES[scheme.downgrade.kind]())
    if days := scheme.downgrade.grace_days:
        said.append(ngettext("First there is %(n)s day of grace.", "First there are %(n)s days of grace.", days) % {"n": days})
    for level in scheme.levels:
        said += _level_text(scheme, level, writer)
    return said


def next_text(progress: LadderProgress, writer: Writer) -> str:
    """Say what leads to the next tier; empty at the top."""
    if progress.next_tier is None or progress.to_next is None:
        return ""
    return _("%(amount)s to go to %(tier)s") % {"amount": writer.way(progress.to_next), "tier": progress.next_tier.local_name}


def keep_text(progress: LadderProgress, writer: Writer, today: dt.date) -> str:
    """Say until when the tier is kept, and what keeps it longer."""
    current = progress.current
    if current is None or current.through_on is None:
        return ""
    kept = _("Yours through %(day)s") % {"day": day_text(current.through_on, today)}
    if progress.to_keep is None or progress.to_keep.is_met or not progress.to_keep.open:
        return kept
    amount = writer.way(progress.to_keep)
    if progress.last_on is None or progress.last_on <= today:
        return _("%(kept)s; %(amount)s more keep it longer") % {"kept": kept, "amount": amount}
    facts = {"kept": kept, "amount": amount, "day": day_text(progress.last_on, today)}
    return _("%(kept)s; %(amount)s more by %(day)s keep it longer") % facts


def benefit_texts(progress: LadderProgress) -> list[str]:
    return [benefit.text_in(get_language() or "") for benefit in progress.benefits]


def _joined(parts: list[str], *, needs_all: bool) -> str:
    return (_(" and ") if needs_all else _(" or ")).join(parts)


def _level_text(scheme: Scheme, level: Level, writer: Writer) -> list[str]:
    name = level.other_names.get(get_language() or "", level.name)
    if level.reach is None:
        said = [_("%(tier)s is only given by hand.") % {"tier": name}]
    else:
        said = [_("%(tier)s needs %(threshold)s.") % {"tier": name, "threshold": writer.threshold(scheme, level.reach)}]
    if level.keep is not None and level.keep != level.reach:
        said.append(_("%(threshold)s keep %(tier)s.") % {"tier": name, "threshold": writer.threshold(scheme, level.keep)})
    texts = [benefit.text_in(get_language() or "") for benefit in level.benefits]
    return [*said, *(_("%(tier)s brings: %(benefit)s") % {"tier": name, "benefit": text} for text in texts)]


def _window_text(scheme: Scheme) -> str:
    window = scheme.window
    if window.kind is WindowKind.ROLLING and window.days:
        return ngettext("It counts over the last day.", "It counts over the last %(n)s days.", window.days) % {"n": window.days}
    if window.kind is WindowKind.ROLLING:
        return ngettext("It counts over the last month.", "It counts over the last %(n)s months.", window.months) % {"n": window.months}
    return _WINDOWS[window.kind]()


def _keeps_text(scheme: Scheme) -> str:
    if scheme.window.kind is WindowKind.LIFETIME:
        return _("A tier is kept for life.")
    if scheme.keeps.kind is KeepsKind.MONTHS:
        months = scheme.keeps.months
        return ngettext("A tier is kept for %(n)s month.", "A tier is kept for %(n)s months.", months) % {"n": months}
    if scheme.keeps.kind is KeepsKind.END_OF_YEAR:
        return _("A tier is kept to the end of the year.")
    return _("A tier is kept to the end of the next year.")


_METRICS: Mapping[MetricKind, Callable[[Metric], str]] = {
    MetricKind.SPEND: lambda metric: _("the price of what was bought") if metric.key.startswith("gross") else _("what was paid in money"),
    MetricKind.UNITS: lambda metric: _("%(currency)s earned by purchases") % {"currency": metric.currency},
    MetricKind.VISITS: lambda metric: _("days with a purchase") if metric.of_days else _("purchases"),
    MetricKind.ELEMENTS: lambda _metric: _("pieces bought"),
}
_WINDOWS: Mapping[WindowKind, Callable[[], str]] = {
    WindowKind.CALENDAR_YEAR: lambda: _("It counts over the calendar year."),
    WindowKind.ANNIVERSARY: lambda: _("It counts over the member's year, from the day of joining."),
    WindowKind.MEMBERSHIP_YEAR: lambda: _("It counts over the member's year; with each tier reached or kept a new one begins."),
    WindowKind.LIFETIME: lambda: _("It counts over the whole membership."),
}
_DOWNGRADES: Mapping[DowngradeKind, Callable[[], str]] = {
    DowngradeKind.FULL: lambda: _("Then the member falls to the tier that was earned."),
    DowngradeKind.ONE_STEP: lambda: _("Then the member falls one step for a period, and after it to the tier that was earned."),
    DowngradeKind.SOFT_LANDING: lambda: _("Then the member falls one step each period."),
    DowngradeKind.NONE: lambda: _("Nobody loses a tier."),
}
TIER_TITLES: Mapping[str, Callable[[], str]] = {
    "reached": lambda: _("%(tier)s reached"),
    "returned": lambda: _("%(tier)s lost"),
    "kept": lambda: _("%(tier)s kept"),
    "lowered": lambda: _("Lowered to %(tier)s"),
    "grace": lambda: _("%(tier)s, days of grace"),
    "given": lambda: _("%(tier)s given by hand"),
    "ended": lambda: _("%(tier)s ended"),
}
"""What a recorded standing says."""
