"""Every approved version of a programme's rules, made runnable once per process: they never change, there are only more of them."""

import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Sequence

from django.db.models import Count, Max, Subquery

from accounts.programmes.models import Programme
from loyalty.kit.money import exponent
from rewards.earning import domain
from rewards.earning.domain.rulebook import Rulebook
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.models import EarningRuleVersion, UndoneDays

MOST_BOOKS = 50
"""So many days' rulebooks are kept: late purchases of a year ask for the rules of many days."""

_Stamp = tuple[int, dt.datetime | None, int]
"""Versions, the moment when the newest was approved, and how often days were undone: none of them is ever changed or taken away."""
_read: dict[uuid.UUID, tuple[_Stamp, "Approved"]] = {}
_known: dict[uuid.UUID, domain.Rule] = {}


class Approved:
    """The versions, oldest first for each rule; `compiled` and `rule_ids` by version, the ids of campaigns by code."""

    def __init__(self, versions: Sequence[EarningRuleVersion], undone: Sequence[UndoneDays] = ()) -> None:
        self.versions, self._undone = versions, undone
        self.compiled = {version.pk: _known.get(version.pk) or _known.setdefault(version.pk, compiled(version)) for version in versions}
        self.rule_ids = {version.pk: version.rule_id for version in versions}
        self.campaigns = {version.rule.campaign.code: version.rule.campaign.pk for version in versions if version.rule.campaign}
        ends = (version.valid_to + dt.timedelta(days=1) for version in versions if version.valid_to and version.valid_to < dt.date.max)
        self._turns = sorted({version.valid_from for version in versions}.union(ends))
        self._books: dict[tuple[int, str], Rulebook] = {}

    def rules_on(self, day: dt.date, trigger: str = PURCHASE) -> Rulebook:
        """The newest version of each rule valid on `day` that runs on this trigger."""
        turn = bisect_right(self._turns, day), trigger
        book = self._books.get(turn)
        if book is None:
            if len(self._books) >= MOST_BOOKS:
                self._books.clear()
            book = self._books[turn] = Rulebook(rule for rule in self._rules_on(day) if rule.trigger == trigger)
        return book

    def struck_on(self, day: dt.date, store: int | None) -> frozenset[uuid.UUID]:
        """The versions that do not count for a purchase of that day in a store, because its day was undone; mostly none."""
        undone = [of for of in self._undone if of.first_on <= day <= of.last_on]
        if not undone:
            return frozenset()
        return frozenset(version.pk for version in self.versions if any(of.strikes(version, store) for of in undone))

    def _rules_on(self, day: dt.date) -> list[domain.Rule]:
        newest: dict[int, EarningRuleVersion] = {}
        for version in self.versions:
            if version.valid_from <= day:
                newest[version.rule_id] = version
        return [self.compiled[v.pk] for v in newest.values() if v.valid_to is None or v.valid_to >= day]


def approved_of(programme: Programme) -> Approved:
    """Return the programme's approved versions; read afresh only when there are more of them, or of undone days, than last time."""
    known, undone_days = _read.get(programme.pk), UndoneDays.objects.filter(programme=programme)
    counted = Subquery(undone_days.values("programme").annotate(count=Count("pk")).values("count"))  # asked once, not for each version
    rows = EarningRuleVersion.objects.approved().filter(rule__programme=programme).annotate(undone_count=counted)
    if known is not None:
        stamp = rows.aggregate(count=Count("pk"), last=Max("approved_at"), undone=Max("undone_count"))
        if known[0] == (stamp["count"], stamp["last"], stamp["undone"] or 0):
            return known[1]
    versions = tuple(
        rows.select_related("rule__currency__unit", "rule__programme", "rule__campaign").order_by("rule__code", "valid_from", "version")
    )
    last = max((version.approved_at for version in versions if version.approved_at), default=None)
    undone = tuple(undone_days) if versions and versions[0].undone_count else ()  # type: ignore[attr-defined]  # annotated above
    _read[programme.pk] = (len(versions), last, len(undone)), Approved(versions, undone)
    return _read[programme.pk][1]


def forget_approved(programme: uuid.UUID) -> None:
    _read.pop(programme, None)


def compiled(version: EarningRuleVersion) -> domain.Rule:
    """Make a version runnable; needs its rule with currency, unit, programme and campaign loaded."""
    rule = version.rule
    return domain.compile_rule(
        version_id=version.pk,
        code=rule.code,
        version=version.version,
        currency=rule.currency.code,
        definition=version.definition,
        scale=rule.currency.unit.scale,
        decimals=exponent(rule.programme.currency),
        campaign=rule.campaign.code if rule.campaign else "",
    )
