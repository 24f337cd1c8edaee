"""Which rules and terms does a purchase meet? Read once, kept for a few seconds per process: they change rarely and never in place."""

import dataclasses
import datetime as dt
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.programmes.domain import expires_on
from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme
from ledger.books.domain import AllocationBasis, Profile
from ledger.points.domain import Reason
from ledger.points.models import PointUnit
from ledger.valuation.domain import EstimateTerms, PoolKey, choose_estimate
from ledger.valuation.queries import estimates_in_force
from loyalty.kit.problems import Refused
from rewards.earning import domain
from rewards.earning.models import EarningRuleVersion
from rewards.earning.words import Explanation, explain

_KEEP_SECONDS = 5.0
_kept: dict[uuid.UUID, tuple[float, "Setting"]] = {}


class NoTermsInForce(Refused):
    code = "no_terms_in_force"


@dataclasses.dataclass(frozen=True, slots=True)
class CurrencySetting:
    """A currency with every approved version of its terms, newest first."""

    currency: PointCurrency
    unit: PointUnit
    terms: tuple[CurrencyTerms, ...]

    def terms_on(self, day: dt.date) -> CurrencyTerms:
        """Raises: NoTermsInForce."""
        for terms in self.terms:
            if terms.valid_from <= day:
                return terms
        raise NoTermsInForce(_("The programme had not begun on %(day)s. Send a later purchase.") % {"day": day})

    def expires_on(self, day: dt.date) -> dt.date | None:
        return expires_on(self.terms_on(day), day)


@dataclasses.dataclass(slots=True)
class Setting:
    """All that evaluation needs to know of a programme."""

    programme: Programme
    currencies: dict[str, CurrencySetting]
    main: str
    versions: tuple[EarningRuleVersion, ...]
    compiled: dict[uuid.UUID, domain.Rule]
    estimates: tuple[EstimateTerms, ...]
    counts_tender: bool
    """Whether the book allocates on the continuation view: goods stand at their price, points tender included."""
    posts_in_full: bool
    """Whether the book posts cash and revenue too, so that it must hear of sales without points."""
    ssp: dict[tuple[str, dt.date], tuple[Decimal, int | None]] = dataclasses.field(default_factory=dict)
    rules: dict[dt.date, list[domain.Rule]] = dataclasses.field(default_factory=dict)
    codes: dict[int, str] = dataclasses.field(init=False)
    """The currencies' codes by unit."""

    def __post_init__(self) -> None:
        self.codes = {of.unit.pk: code for code, of in self.currencies.items()}

    def rules_on(self, day: dt.date) -> list[domain.Rule]:
        """The newest version of each rule valid on `day`, in the order of their codes."""
        if day not in self.rules:
            self.rules[day] = self._rules_on(day)
        return self.rules[day]

    def _rules_on(self, day: dt.date) -> list[domain.Rule]:
        newest: dict[int, EarningRuleVersion] = {}
        for version in self.versions:
            if version.valid_from <= day:
                newest[version.rule_id] = version
        return [self.compiled[v.pk] for v in newest.values() if v.valid_to is None or v.valid_to >= day]

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
    kept = _kept.get(programme.pk)
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    setting = _read(programme)
    _kept[programme.pk] = (time.monotonic() + _KEEP_SECONDS, setting)
    return setting


def forget_rules(programme: uuid.UUID) -> None:
    """Read the programme's rules afresh from now on, and again once the change is committed."""
    _kept.pop(programme, None)
    transaction.on_commit(lambda: _kept.pop(programme, None))


def compiled_versions(versions: Sequence[uuid.UUID], programme: Programme) -> dict[uuid.UUID, domain.Rule]:
    """Return the compiled rules of these versions, in force or not (a return is evaluated under the purchase's own)."""
    setting = setting_of(programme)
    return {version: setting.compiled[version] for version in versions}


def explanations(
    outcomes: Sequence[Mapping[str, Any]], *, currency: str, locale: str, write_points: Callable[[int], str]
) -> list[Explanation]:
    """Put a purchase's stored evaluation into words, under the rule versions that it was evaluated with; one query.

    `currency` is the money's code; `write_points` writes points with their word.
    """
    wanted = [uuid.UUID(outcome["version_id"]) for outcome in outcomes]
    versions = EarningRuleVersion.objects.select_related("rule__currency").in_bulk(wanted)
    return [
        explain(
            outcome,
            _compiled(versions[version]),
            name=versions[version].rule.name_in(locale),
            currency=currency,
            write_points=write_points,
        )
        for outcome, version in zip(outcomes, wanted, strict=True)
    ]


def _compiled(version: EarningRuleVersion) -> domain.Rule:
    rule = version.rule
    return domain.compile_rule(
        version_id=version.pk, code=rule.code, version=version.version, currency=rule.currency.code, definition=version.definition
    )


def _read(programme: Programme) -> Setting:
    versions = tuple(
        EarningRuleVersion.objects.approved()
        .filter(rule__programme=programme)
        .select_related("rule__currency")
        .order_by("rule__code", "valid_from", "version")
    )
    compiled = {version.pk: _compiled(version) for version in versions}
    currencies = {}
    main = ""
    for currency in PointCurrency.objects.filter(programme=programme).select_related("unit"):
        terms = tuple(currency.terms.approved().order_by("-valid_from", "-version"))
        currencies[currency.code] = CurrencySetting(currency, currency.unit, terms)
        main = currency.code if currency.is_default else main
    book = programme.legal_entity.book
    counts_tender = book.allocation_basis == AllocationBasis.CONTINUATION
    return Setting(
        programme, currencies, main, versions, compiled, tuple(estimates_in_force(book)), counts_tender, book.profile == Profile.FULL
    )
