"""The ladders of tiers that members climb."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from rewards.programme_files.domain.definitions import Form, definition_in, written
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, amount_text, minor_of, without
from rewards.programme_files.domain.reading import Path
from rewards.programme_files.parts.base import Hand, Outline, Part
from rewards.tiers.domain import compile_ladder
from rewards.tiers.domain.definition import MalformedLadder
from rewards.tiers.models import TierLadder, TierLadderVersion
from rewards.tiers.services import approve_ladder, write_first_ladder, write_ladder_version

_OWN = {"name", "other_names", "main"}
_KEYS = frozenset({*_OWN, "metrics", "window", "keeps", "downgrade", "base", "tiers"})
_FORM = Form()


class LaddersPart(Part):
    key = "ladders"
    fixed = frozenset({"main"})
    may_end = False

    def label(self) -> str | Promise:
        return gettext_lazy("Ladder of tiers")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        specs = {code: self._one(section, code, outline) for code in section.given if section.code_of(code)}
        mains = [code for code, spec in specs.items() if spec.get("main")]
        if specs and not mains:
            mains = [next(iter(specs))]
            specs[mains[0]]["main"] = True
        for code in mains[1:]:
            section.faults.add((*section.path, code, "main"), f"{mains[0]} is the main ladder already.")
        if mains:
            outline.tiers = {str(tier.get("code")) for tier in specs[mains[0]].get("tiers", ())}
        return specs

    def _one(self, section: Fields, code: str, outline: Outline) -> Spec:
        fields = section.inner(code)
        own = {
            "name": fields.text("name"),
            "other_names": fields.texts("other_names", {}),
            "main": fields.flag("main", False),
        }
        before = len(fields.faults.found)
        definition = definition_in(fields, _OWN, outline.currency, _FORM, outline.events)
        _to_minor(definition, fields, outline.currency)
        if len(fields.faults.found) > before:
            return {}
        try:
            compile_ladder(definition, scales=outline.scales)
        except MalformedLadder as malformed:
            fields.faults.add_errors(fields.path, malformed.errors, _KEYS)
            return {}
        return without(own, {"main": False}) | _spelt(definition, outline.currency)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        rows = TierLadderVersion.objects.approved().filter(ladder__programme=programme, valid_from__lte=on).select_related("ladder")
        newest = rows.order_by("ladder_id", "-valid_from", "-version").distinct("ladder_id")
        found = {}
        for row in sorted(newest, key=lambda row: (not row.ladder.is_main, row.ladder.code)):
            ladder = row.ladder
            own = {"name": ladder.name, "other_names": ladder.other_names, "main": ladder.is_main}
            found[ladder.code] = without(own, {"main": False}) | _spelt(row.definition, programme.currency)
        return found

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            write_first_ladder(
                programme=hand.programme,
                code=code,
                name=spec["name"],
                other_names=spec.get("other_names", {}),
                definition=self._definition(spec, hand),
                is_main=spec.get("main", False),
                author=hand.author,
                at=hand.at,
            )

    def change(self, change: Change, hand: Hand) -> None:
        author, approver = hand.two_people()
        names = {"name": change.now["name"], "other_names": change.now.get("other_names", {})}
        if change.keys - set(names):
            version = write_ladder_version(
                programme=hand.programme,
                code=change.code,
                definition=self._definition(change.now, hand),
                valid_from=hand.on,
                author=author,
                is_main=change.now.get("main", False),
                **names,
            )
            approve_ladder(version=version, approver=approver, at=hand.at)
        TierLadder.objects.filter(programme=hand.programme, code=change.code).update(**names)

    def _definition(self, spec: Spec, hand: Hand) -> dict[str, Any]:
        definition = self.definition_of(spec, _OWN, hand, _FORM)
        fields = Fields.of(definition)
        _to_minor(definition, fields, hand.programme.currency)
        assert not fields.faults.found, fields.faults.found
        return definition


def _spelt(definition: Mapping[str, Any], currency: str) -> Spec:
    """Return a definition with what is asked to be spent written as money, and without what is empty."""
    said = written(definition, currency, _FORM)
    money = _money_metrics(definition)
    for tier in said["tiers"]:
        for least in _thresholds(tier):
            least |= {name: amount_text(int(amount), currency) for name, amount in least.items() if name in money}
    said["tiers"] = [without(tier, {}) for tier in said["tiers"]]
    return said


def _to_minor(definition: dict[str, Any], fields: Fields, currency: str) -> None:
    """Read what tiers ask to be spent as money, in place."""
    money = _money_metrics(definition)
    tiers = definition.get("tiers")
    for place, tier in enumerate(tiers if isinstance(tiers, list) else ()):
        for key, how, least in _thresholds_at(tier):
            path: Path = (*fields.path, "tiers", place, key, how)
            for name in money & least.keys():
                amount = Fields(fields.faults, path, least).amount(name, currency)
                least[name] = minor_of(amount, currency) if amount is not None else 0


def _money_metrics(definition: Mapping[str, Any]) -> set[str]:
    metrics = definition.get("metrics")
    found = metrics if isinstance(metrics, Mapping) else {}
    return {name for name, metric in found.items() if isinstance(metric, Mapping) and metric.get("kind", "spend") == "spend"}


def _thresholds(tier: Any) -> list[dict[str, Any]]:
    return [least for _key, _how, least in _thresholds_at(tier)]


def _thresholds_at(tier: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what a tier asks for, with the keys that lead there; what is no threshold is left to the topic's own reader."""
    found = [(key, tier[key]) for key in ("reach", "keep") if isinstance(tier, dict) and isinstance(tier.get(key), dict)]
    return [(key, how, least) for key, asked in found for how, least in asked.items() if isinstance(least, dict)]
