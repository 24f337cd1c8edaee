"""What points are called, of which kind they are, how they live, and what they are worth."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.programmes.domain import CurrencyDefinition, MalformedCurrency, Terms, definition_of, parse_currency
from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme
from accounts.programmes.services import open_currency, supersede_currency_terms
from ledger.points.domain import ArrearsPolicy, ConsumptionOrder
from loyalty.kit.rows import checked
from rewards.programme_files.domain.definitions import in_points, in_units
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, decimals_of, plain_text, points_of, units_of, without
from rewards.programme_files.domain.outline import TIER, Outline
from rewards.programme_files.parts.base import Hand, Part

_OWN = {"main"}
_KEYS = frozenset(
    [
        "main",
        "kind",
        "singular",
        "plural",
        "other_words",
        "scale",
        "consumption_order",
        "arrears_policy",
        "arrears_limit",
        "terms",
        "expiry",
        "number",
        "month",
        "day",
        "date",
        "unless",
        "activity",
        "tiers",
        "pending_days",
        "point_value",
        "tender_step",
        "sending",
        "least",
        "most",
        "most_30_days",
        "after_days",
        "every_hours",
    ]
)
"""What may stand in a currency, for those who mistype."""
_POINTS_OF_TERMS = {"tender_step": "tender_step_units"}
_POINTS_OF_SENDING = {"least": "least_units", "most": "most_units", "most_30_days": "most_units_30_days"}
"""What stands as points in a file and as units in a definition."""
_USUAL = {"kind": "spendable", "scale": 0, "consumption_order": "expiry_first", "arrears_policy": "limit", "main": False}
_USUAL_TERMS = {"pending_days": 0}
_USUAL_SENDING = {"after_days": 0, "every_hours": 0}


class CurrenciesPart(Part):
    key = "currencies"
    fixed = frozenset({"main", "kind", "scale", "consumption_order", "arrears_policy", "arrears_limit"})
    is_needed = True
    may_end = False

    def label(self) -> str | Promise:
        return gettext_lazy("Points")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        specs = {code: self._one(section, code, outline) for code in section.given if section.code_of(code)}
        if not specs:
            section.faults.add(section.path, "A programme has at least one currency of points.")
            return {}
        mains = [code for code, spec in specs.items() if spec.get("main")]
        if not mains:
            mains = [next(iter(specs))]
            specs[mains[0]]["main"] = True
        for code in mains[1:]:
            section.faults.add((*section.path, code, "main"), f"{mains[0]} is the main currency already.")
        if specs[mains[0]].get("kind", "spendable") in ("qualifying", "accrual", "allowance"):
            section.faults.add((*section.path, mains[0], "kind"), "The main currency is one that members spend.")
        outline.main = mains[0]
        outline.scales = {code: int(spec.get("scale") or 0) for code, spec in specs.items()}
        outline.kinds = {code: spec.get("kind") or "spendable" for code, spec in specs.items()}
        return specs

    def _one(self, section: Fields, code: str, outline: Outline) -> Spec:
        fields = section.inner(code)
        is_main = fields.flag("main", False)
        terms = fields.inner("terms")
        if "expiry" not in terms.given:
            terms.faults.add(terms.path, "expiry is missing: say when the points lapse, or kind: none.", of_key=True)
        value = terms.number("point_value", places=decimals_of(outline.currency) + 6 - _scale(fields.given))
        if value is None or "expiry" not in terms.given:
            return {}
        before = len(fields.faults.found)
        definition = _definition(code, fields, terms, value, outline.currency)
        if len(fields.faults.found) > before:
            return {}
        try:
            parsed = parse_currency(definition)
        except MalformedCurrency as malformed:
            fields.faults.add_errors(fields.path, malformed.errors, _KEYS)
            return {}
        for tier in parsed.terms.tier_expiry:
            outline.refer((*terms.path, "expiry", "tiers", tier), TIER, tier)
        return _spelt(parsed, outline.currency, is_main=bool(is_main))

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        rows = programme.currencies.select_related("unit").order_by("-is_default", "code")
        terms = {row.currency_id: row for row in CurrencyTerms.objects.filter(currency__programme=programme).in_force_on(on)}
        return {row.code: self._live(row, terms[row.pk], programme.currency) for row in rows if row.pk in terms}

    def _live(self, row: PointCurrency, terms: CurrencyTerms, currency: str) -> Spec:
        unit = row.unit
        spec = {
            "main": row.is_default,
            "kind": str(row.kind),
            "singular": row.singular,
            "plural": row.plural,
            "other_words": {locale: list(pair) for locale, pair in row.other_words.items()},
            **_policies(unit.scale, unit.consumption_order, unit.arrears_policy, unit.arrears_limit),
            "terms": _terms(terms, currency, row.unit.scale),
        }
        return without(spec, _USUAL)

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        """The main currency was opened with the programme."""
        for code, spec in specs.items():
            if not spec.get("main"):
                self._open(code, spec, hand)

    def change(self, change: Change, hand: Hand) -> None:
        author, approver = hand.two_people()
        if not change.was:
            self._open(change.code, change.now, hand)
            return
        row, said = hand.currency(change.code), parsed_currency(change.code, change.now, hand.programme.currency)
        if "terms" in change.keys:
            supersede_currency_terms(currency=row, terms=said.terms, valid_from=hand.on, author=author, approver=approver, at=hand.at)
        if change.keys & {"singular", "plural", "other_words"}:
            row.singular, row.plural, row.other_words = change.now["singular"], change.now["plural"], change.now.get("other_words", {})
            checked(row).save(update_fields=["singular", "plural", "other_words"])

    def _open(self, code: str, spec: Spec, hand: Hand) -> None:
        said = parsed_currency(code, spec, hand.programme.currency)
        open_currency(
            programme=hand.programme,
            words=said.words,
            terms=said.terms,
            valid_from=hand.on,
            at=hand.at,
            unit_policies=said.unit_policies,
        )


def parsed_currency(code: str, spec: Mapping[str, Any], currency: str) -> CurrencyDefinition:
    """Return what a checked spec says, as services take it."""
    fields, terms = Fields.of(spec), Fields.of(spec["terms"])
    return parse_currency(_definition(code, fields, terms, str(spec["terms"]["point_value"]), currency))


def _definition(code: str, fields: Fields, terms: Fields, value: str, currency: str) -> dict[str, Any]:
    scale = _scale(fields.given)
    minor = plain_text(Decimal(value).scaleb(decimals_of(currency) - scale))
    own_terms = {key: one for key, one in in_units(terms, _POINTS_OF_TERMS, scale).items() if key != "point_value"}
    if isinstance(terms.given.get("sending"), dict):
        own_terms["sending"] = in_units(terms.inner("sending"), _POINTS_OF_SENDING, scale)
    own = {key: one for key, one in fields.given.items() if key not in _OWN}
    if own.get("arrears_limit") is not None:
        limit = fields.points("arrears_limit", scale, least=0)
        own["arrears_limit"] = None if limit is None else units_of(limit, scale)
    return own | {"code": code, "terms": own_terms | {"point_value_minor": minor}}


def _scale(given: Mapping[str, Any]) -> int:
    """Return the decimals of a currency; what is none is refused where the whole currency is read."""
    scale = given.get("scale", 0)
    return scale if isinstance(scale, int) and 0 <= scale <= 4 else 0


def _spelt(said: CurrencyDefinition, currency: str, *, is_main: bool) -> Spec:
    words, unit = said.words, said.unit_policies
    spec = {
        "main": is_main,
        "kind": words.kind.value,
        "singular": words.singular,
        "plural": words.plural,
        "other_words": {locale: list(pair) for locale, pair in words.others.items()},
        **_policies(unit["scale"], unit["consumption_order"], unit["arrears_policy"], unit["arrears_limit"]),
        "terms": _terms(said.terms, currency, unit["scale"]),
    }
    return without(spec, _USUAL)


def _policies(scale: int, order: int, arrears: int, limit: int | None) -> dict[str, Any]:
    return {
        "scale": scale,
        "consumption_order": ConsumptionOrder(order).name.lower(),
        "arrears_policy": ArrearsPolicy(arrears).name.lower(),
        "arrears_limit": None if limit is None else points_of(limit, scale),
    }


def _terms(terms: Terms | CurrencyTerms, currency: str, scale: int) -> Spec:
    """Write terms as a file does: it names the value of a whole point, the terms keep that of the smallest part of one."""
    said = definition_of(terms)
    value = Decimal(said.pop("point_value_minor")).scaleb(scale - decimals_of(currency))
    expiry = _without_zeros(said.pop("expiry"))
    plain = without(in_points(said, _POINTS_OF_TERMS, scale), _USUAL_TERMS | {"tender_step": points_of(1, scale)})
    if "sending" in said:
        plain["sending"] = without(in_points(said["sending"], _POINTS_OF_SENDING, scale), _USUAL_SENDING)
    return {"expiry": expiry, "point_value": plain_text(value), **plain}


def _without_zeros(expiry: Mapping[str, Any]) -> Spec:
    """Leave out numbers that say nothing, however deep."""
    return {key: _without_zeros(one) if isinstance(one, Mapping) else one for key, one in expiry.items() if (key, one) != ("number", 0)}
