"""Which rules and terms does a purchase meet? Read once, kept for a few seconds per process: they change rarely and never in place."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.programmes.domain import counts_from_joining, expires_on, moves
from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme
from ledger.books.domain import AllocationBasis, Profile
from ledger.points.domain import Reason
from ledger.points.models import PointUnit
from ledger.valuation.domain import EstimateTerms, PoolKey, choose_estimate
from ledger.valuation.queries import estimates_in_force
from loyalty.kit.clock import business_date
from loyalty.kit.kept import Kept
from loyalty.kit.problems import Refused
from rewards.earning import domain
from rewards.earning.approved import Approved, approved_of, compiled, forget_approved
from rewards.earning.domain.rulebook import Rulebook
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.models import EarningRuleVersion
from rewards.earning.words import Explanation, explain, writer_of

_settings: Kept[uuid.UUID, "Setting"] = Kept()


class NoTermsInForce(Refused):
    code = "no_terms_in_force"


@dataclasses.dataclass(frozen=True, slots=True)
class CurrencySetting:
    """A currency with every approved version of its terms, newest first."""

    currency: PointCurrency
    unit: PointUnit
    terms: tuple[CurrencyTerms, ...]
    _ends: dict[tuple[dt.date, dt.date, str | None, dt.date | None], dt.date | None] = dataclasses.field(default_factory=dict, repr=False)

    def terms_on(self, day: dt.date) -> CurrencyTerms:
        """Raises: NoTermsInForce."""
        for terms in self.terms:
            if terms.valid_from <= day:
                return terms
        raise NoTermsInForce(_("The programme had not begun on %(day)s. Send a later purchase.") % {"day": day})

    def expires_on(
        self, day: dt.date, tier: str | None = None, joined_at: dt.datetime | None = None, had_on: dt.date | None = None
    ) -> dt.date | None:
        """Return the first day without points that a member of `tier` earns on `day`; worked out once for all who do. Raises: NoTermsInForce.

        `joined_at` is asked for by terms that count from joining; without a member they give a whole year. `had_on` is the later day on which
        what was bought is had: under the terms of `day` points live as if they were earned then.
        """
        terms = self.terms_on(day)
        joined_on = business_date(joined_at, self.unit.time_zone) if joined_at and counts_from_joining(terms) else None
        key = (day, had_on or day, tier, joined_on)
        if key not in self._ends:
            self._ends[key] = expires_on(terms, had_on or day, tier, joined_on)
        return self._ends[key]


@dataclasses.dataclass(slots=True)
class Setting:
    """All that evaluation needs to know of a programme."""

    programme: Programme
    currencies: dict[str, CurrencySetting]
    main: str
    approved: Approved
    estimates: tuple[EstimateTerms, ...]
    counts_tender: bool
    """Whether the book allocates on the continuation view: goods stand at their price, points tender included."""
    posts_in_full: bool
    """Whether the book posts cash and revenue too, so that it must hear of sales without points."""
    ssp: dict[tuple[str, dt.date], tuple[Decimal, int | None]] = dataclasses.field(default_factory=dict)
    codes: dict[int, str] = dataclasses.field(init=False)
    """The currencies' codes by unit."""
    moving: dict[int, CurrencyTerms] = dataclasses.field(init=False)
    """The terms, by id, under which points may end later than was said when they were given."""

    def __post_init__(self) -> None:
        self.codes = {of.unit.pk: code for code, of in self.currencies.items()}
        self.moving = {terms.pk: terms for of in self.currencies.values() for terms in of.terms if moves(terms)}

    @property
    def compiled(self) -> dict[uuid.UUID, domain.Rule]:
        return self.approved.compiled

    @property
    def rule_ids(self) -> dict[uuid.UUID, int]:
        """The rule of each version."""
        return self.approved.rule_ids

    @property
    def campaign_ids(self) -> dict[str, int]:
        """The campaigns of the rules, by code."""
        return self.approved.campaigns

    def rules_on(self, day: dt.date, trigger: str = PURCHASE) -> Rulebook:
        """The newest version of each rule valid on `day` that runs on this trigger."""
        return self.approved.rules_on(day, trigger)

    def struck_on(self, day: dt.date, store: int | None) -> frozenset[uuid.UUID]:
        """The versions that do not count for a late purchase of that day in a store, because its day was undone; mostly none."""
        return self.approved.struck_on(day, store)

    def ssp_on(self, currency: str, day: dt.date) -> tuple[Decimal, int | None]:
        """Stand-alone selling price of one point in minor units (value x expected redemption), and the estimate it came from."""
        month = day.replace(day=1)
        if (currency, month) not in self.ssp:
            of = self.currencies[currency]
            terms = of.terms_on(day)
            pool = PoolKey(of.unit.pk, month, Reason.SALE, terms.portfolio)
            estimate = choose_estimate(self.estimates, pool, day)
            rate = estimate.percentage / 100 if estimate else Decimal(1)
            self.ssp[currency, month] = (terms.point_value_minor * rate, estimate.id if estimate else None)
        return self.ssp[currency, month]


def setting_of(programme: Programme) -> Setting:
    """Return the programme's rules and terms, at most a few seconds old."""
    return _settings.get(programme.pk, lambda: _read(programme))


def forget_rules(programme: uuid.UUID) -> None:
    """Read the programme's rules afresh from now on, and again once the change is committed."""
    _settings.forget(programme)
    forget_approved(programme)


def compiled_versions(versions: Sequence[uuid.UUID], programme: Programme) -> dict[uuid.UUID, domain.Rule]:
    """Return the compiled rules of these versions, in force or not (a return is evaluated under the purchase's own)."""
    setting = setting_of(programme)
    if any(version not in setting.compiled for version in versions):
        forget_rules(programme.pk)
        setting = setting_of(programme)
    return {version: setting.compiled[version] for version in versions}


def explanations(outcomes: Sequence[Mapping[str, Any]], *, currency: str, locale: str) -> list[Explanation]:
    """Put a purchase's stored evaluation into words, under the rule versions that it was evaluated with; one query.

    `currency` is the money's code.
    """
    wanted = [uuid.UUID(outcome["version_id"]) for outcome in outcomes]
    versions = EarningRuleVersion.objects.select_related("rule__currency__unit", "rule__programme", "rule__campaign").in_bulk(wanted)
    return [
        explain(
            outcome,
            compiled(versions[version]),
            name=versions[version].rule.name_in(locale),
            currency=currency,
            write_points=writer_of(versions[version].rule.currency),
        )
        for outcome, version in zip(outcomes, wanted, strict=True)
    ]


def _read(programme: Programme) -> Setting:
    currencies = {}
    main = ""
    for currency in PointCurrency.objects.filter(programme=programme).select_related("unit"):
        terms = tuple(currency.terms.approved().order_by("-valid_from", "-version"))
        currencies[currency.code] = CurrencySetting(currency, currency.unit, terms)
        main = currency.code if currency.is_default else main
    book = programme.legal_entity.book
    counts_tender = book.allocation_basis == AllocationBasis.CONTINUATION
    return Setting(
        programme, currencies, main, approved_of(programme), tuple(estimates_in_force(book)), counts_tender, book.profile == Profile.FULL
    )
