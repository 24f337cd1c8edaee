"""Which approved changes, still ahead, let points buy less?"""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from accounts.programmes.domain import pays_less
from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme
from rewards.catalogue.domain import asks_more
from rewards.catalogue.models import RewardVersion
from rewards.conversions.domain import ConversionTerms, gives_less
from rewards.devaluations.models import DevaluationNotice
from rewards.setups.domain import SetupKind
from rewards.setups.models import SetupVersion
from rewards.setups.queries import parsed


class _Dated(Protocol):
    valid_from: dt.date


_Row = TypeVar("_Row", bound=_Dated)


@dataclasses.dataclass(frozen=True, slots=True)
class Worth:
    """Points pay less as money: the terms before and after."""

    old: CurrencyTerms
    new: CurrencyTerms


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """A reward asks more or gives less."""

    old: RewardVersion
    new: RewardVersion


@dataclasses.dataclass(frozen=True, slots=True)
class Conversion:
    """What gathers becomes less."""

    old: ConversionTerms
    new: ConversionTerms
    into: PointCurrency


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A change ahead: its key (kept with each notice), its first day, whose holders it touches, and what changes."""

    key: str
    counts_from: dt.date
    currency: PointCurrency
    what: Worth | Price | Conversion

    def is_of(self, code: str) -> bool:
        """Whether it is about the reward with this code."""
        return isinstance(self.what, Price) and self.what.new.reward.code == code


def changes_ahead(programme: Programme, today: dt.date) -> list[Change]:
    """Return what will buy less from a later day than `today` on, the nearest first. Four queries."""
    currencies = {row.code: row for row in PointCurrency.objects.filter(programme=programme).select_related("unit", "programme")}
    main = next((row for row in currencies.values() if row.is_default), None)
    if main is None:
        return []
    found = [
        *_worths(list(currencies.values()), today),
        *_prices(programme, main, today),
        *_conversions(programme, currencies, today),
    ]
    return sorted(found, key=lambda change: (change.counts_from, change.key))


def changes_named(programme: Programme, keys: Iterable[str]) -> list[Change]:
    """Return the changes with these keys, whatever their day; those that are gone are left out."""
    wanted = set(keys)
    return [change for change in changes_ahead(programme, dt.date.min) if change.key in wanted]


def told_of(key: str) -> int:
    """Return how many members were told of a change."""
    return DevaluationNotice.objects.filter(change=key).count()


def price_key(version: RewardVersion) -> str:
    return f"reward:{version.pk}"


def _worths(currencies: Sequence[PointCurrency], today: dt.date) -> Iterator[Change]:
    by_currency = defaultdict(list)
    for row in CurrencyTerms.objects.approved().filter(currency__in=currencies).order_by("valid_from", "version"):
        by_currency[row.currency_id].append(row)
    for currency in currencies:
        for old, new in _worse(by_currency[currency.pk], today, pays_less):
            yield Change(f"terms:{new.pk}", new.valid_from, currency, Worth(old, new))


def _prices(programme: Programme, main: PointCurrency, today: dt.date) -> Iterator[Change]:
    rows = RewardVersion.objects.approved().filter(reward__programme=programme, reward__is_active=True)
    by_reward = defaultdict(list)
    for row in rows.select_related("reward", "min_tier").order_by("valid_from", "version"):
        by_reward[row.reward_id].append(row)
    for versions in by_reward.values():
        for old, new in _worse(versions, today, asks_more):
            yield Change(price_key(new), new.valid_from, main, Price(old, new))


def _conversions(programme: Programme, currencies: dict[str, PointCurrency], today: dt.date) -> Iterator[Change]:
    rows = SetupVersion.objects.approved().filter(setup__programme=programme, setup__kind=SetupKind.CONVERSION)
    by_setup = defaultdict(list)
    for row in rows.select_related("setup").order_by("valid_from", "version"):
        by_setup[row.setup_id].append(row)
    for versions in by_setup.values():
        for old, new in _worse(versions, today, lambda old, new: gives_less(parsed(old), parsed(new))):
            terms: ConversionTerms = parsed(new)
            what = Conversion(parsed(old), terms, currencies[terms.to_code])
            yield Change(f"conversion:{new.pk}", new.valid_from, currencies[terms.from_code], what)


def _worse(rows: Sequence[_Row], today: dt.date, is_worse: Callable[[_Row, _Row], bool]) -> Iterator[tuple[_Row, _Row]]:
    """Return each version that is ahead and worse than the one before it, with that one; `rows` in order. The last of a day counts."""
    counting = {row.valid_from: row for row in rows}.values()
    return ((old, new) for old, new in pairwise(counting) if new.valid_from > today and is_worse(old, new))
