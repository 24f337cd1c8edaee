"""Which estimates are there, and what would one of them change?"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.queries import currency_of
from accounts.users.queries import names_of
from ledger.books.models import Book, Period
from ledger.books.queries import current_period
from ledger.points.models import PointUnit
from ledger.valuation import queries as valuation
from ledger.valuation.domain import EstimateTerms, PoolKey
from ledger.valuation.models import Estimate, Pool
from loyalty.kit.clock import add_months
from loyalty.kit.problems import NotFound

_MONTHS_AHEAD = 12


class EstimateNotFound(NotFound):
    code = "estimate_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class Versions:
    """All estimates of a programme's currency, newest first."""

    currency: PointCurrency
    estimates: Sequence[Estimate]
    names: Mapping[UUID, str]


@dataclasses.dataclass(frozen=True, slots=True)
class PoolEffect:
    """A pool's liability at the close, as estimated so far and as proposed; minor units."""

    pool: PoolKey
    before_minor: int
    after_minor: int

    @property
    def change_minor(self) -> int:
        return self.after_minor - self.before_minor


@dataclasses.dataclass(frozen=True, slots=True)
class EstimateStory:
    """One estimate with its people; a draft also with what it would change if the open month closed with it now."""

    estimate: Estimate
    programme: Programme | None
    names: Mapping[UUID, str]
    units: Mapping[int, PointUnit]
    period: Period | None
    effect: Sequence[PoolEffect]

    @property
    def book(self) -> Book:
        return self.estimate.unit.book


@dataclasses.dataclass(frozen=True, slots=True)
class Choices:
    """What a draft may name: months from the open one on, and grant months that have points."""

    unit: PointUnit
    months: Sequence[dt.date]
    grant_months: Sequence[dt.date]


def versions(programme: Programme) -> Versions:
    currency = currency_of(programme)
    found = list(Estimate.objects.filter(unit=currency.unit).order_by("-valid_from", "-pk"))
    return Versions(currency, found, names_of(user for one in found for user in (one.prepared_by, one.approved_by)))


def choices(programme: Programme) -> Choices:
    unit = currency_of(programme).unit
    first = current_period(programme.legal_entity.book).starts_on
    granted = Pool.objects.filter(unit=unit).order_by("-grant_month").values_list("grant_month", flat=True).distinct()
    return Choices(unit, [add_months(first, number) for number in range(_MONTHS_AHEAD)], list(granted))


def estimate_story(pk: int, at: dt.datetime) -> EstimateStory:
    """Raises: EstimateNotFound."""
    estimate = Estimate.objects.select_related("unit__book").filter(pk=pk).first()
    if estimate is None:
        raise EstimateNotFound(_("There is no such estimate."))
    unit = estimate.unit
    is_draft = estimate.state == Estimate.State.DRAFT
    period = current_period(unit.book) if is_draft else None
    return EstimateStory(
        estimate=estimate,
        programme=Programme.objects.filter(pk=unit.programme).first(),
        names=names_of([estimate.prepared_by, estimate.approved_by]),
        units={unit.pk: unit},
        period=period,
        effect=_effect(estimate, period, at) if period else [],
    )


def _effect(estimate: Estimate, period: Period, at: dt.datetime) -> list[PoolEffect]:
    """Settle every pool with and without the draft, as if the open month closed now."""
    book, on = estimate.unit.book, max(period.ends_on, estimate.valid_from)
    terms = EstimateTerms(
        estimate.pk, estimate.unit_id, estimate.portfolio, estimate.grant_month, estimate.percentage, estimate.valid_from, at
    )
    before = valuation.proposed_statements(book, period, on=on)
    after = valuation.proposed_statements(book, period, proposed=terms, on=on)
    effects = (PoolEffect(key, before[key].liability_minor, after[key].liability_minor) for key in sorted(after))
    return [effect for effect in effects if effect.pool.unit == estimate.unit_id]
