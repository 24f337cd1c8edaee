"""The ladders of tiers that members climb."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from rewards.programme_files.domain.definitions import Form, definition_in, written
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Faults, Fields, Spec, amount_text, minor_of, number_value, without
from rewards.programme_files.domain.outline import LADDER, TIER, Outline, tier_of
from rewards.programme_files.domain.reading import Path
from rewards.programme_files.parts.base import DefinedPart, Hand
from rewards.tiers.domain import compile_ladder
from rewards.tiers.domain.definition import MalformedLadder
from rewards.tiers.models import TierLadder, TierLadderVersion
from rewards.tiers.services import approve_ladder, write_first_ladder, write_ladder_version

_OWN = {"name", "other_names", "main"}
_KEYS = frozenset(
    [
        *_OWN,
        *("metrics", "kind", "basis", "of", "where", "currency"),
        *("window", "days", "months", "keeps", "downgrade", "grace_days", "base"),
        *("tiers", "code", "reach", "keep", "all", "any", "benefits", "text", "other_texts"),
    ]
)
"""What may stand in a ladder, for those who mistype."""
_FORM = Form()
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_USUAL: Spec = {"keeps": {"kind": "end_of_next_year"}, "downgrade": {"kind": "full"}, "base": "first_purchase"}
_USUAL_METRIC = {"basis": "gross", "of": "days"}


class LaddersPart(DefinedPart):
    key = "ladders"
    fixed = frozenset({"main"})
    may_end = False

    def label(self) -> str | Promise:
        return gettext_lazy("Ladder of tiers")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        specs = {code: self._one(section, code, outline) for code in section.given if _is_code(section, code)}
        mains = [code for code, spec in specs.items() if spec.get("main")]
        if specs and not mains and not any("main" in section.inner(code).given for code in specs):
            mains = [next(iter(specs))]
            specs[mains[0]] |= {"main": True} if specs[mains[0]] else {}
        for code in mains[1:]:
            section.faults.add((*section.path, code, "main"), f"{mains[0]} is the main ladder already.")
        for code in specs:
            tiers = _codes_in(section.given[code])
            outline.names[LADDER].add(code)
            outline.names[tier_of(code)] = tiers
            if code in mains:
                outline.ladder, outline.names[TIER] = code, tiers
        return {code: _said_of_main(spec, is_main_there=bool(mains)) for code, spec in specs.items()}

    def _one(self, section: Fields, code: str, outline: Outline) -> Spec:
        fields = section.inner(code)
        own = {
            "name": fields.text("name"),
            "other_names": fields.texts("other_names", {}),
            "main": fields.flag("main", None),
        }
        before = len(fields.faults.found)
        definition = self.definition_in(fields, outline)
        if len(fields.faults.found) > before:
            return {}
        try:
            compile_ladder(definition, scales=outline.scales)
        except MalformedLadder as malformed:
            fields.faults.add_errors(fields.path, malformed.errors, _KEYS | _metrics_asked(definition))
            return {}
        return without(own, {}) | _spelt(definition, outline.currency)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        rows = TierLadderVersion.objects.approved().filter(ladder__programme=programme, valid_from__lte=on).select_related("ladder")
        newest = list(rows.order_by("ladder_id", "-valid_from", "-version").distinct("ladder_id"))
        is_main_there = any(row.ladder.is_main for row in newest)
        found = {}
        for row in sorted(newest, key=lambda row: (not row.ladder.is_main, row.ladder.code)):
            ladder = row.ladder
            own = without({"name": ladder.name, "other_names": ladder.other_names, "main": ladder.is_main}, {})
            found[ladder.code] = _said_of_main(own | _spelt(row.definition, programme.currency), is_main_there=is_main_there)
        return found

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            write_first_ladder(
                programme=hand.programme,
                code=code,
                name=spec["name"],
                other_names=spec.get("other_names", {}),
                definition=self.definition_of(spec, hand),
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
                definition=self.definition_of(change.now, hand),
                valid_from=hand.on,
                author=author,
                is_main=change.now.get("main", False),
                stays_above_budget=False,
                **names,
            )
            approve_ladder(version=version, approver=approver, at=hand.at)
        TierLadder.objects.filter(programme=hand.programme, code=change.code).update(**names)

    def check(self, change: Change, faults: Faults) -> None:
        """Tiers that stay keep their order: who holds one is never above somebody below whom they stood."""
        super().check(change, faults)
        was, now = ([tier["code"] for tier in spec.get("tiers", ())] for spec in (change.was, change.now))
        if [code for code in was if code in now] != [code for code in now if code in was]:
            detail = _("Tiers keep their order from version to version; new ones may stand between them.")
            faults.add((self.key, change.code, "tiers"), detail)

    def definition_in(self, fields: Fields, outline: Outline) -> dict[str, Any]:
        definition = definition_in(fields, _OWN, outline.currency, _FORM, outline.events)
        _to_minor(definition, fields, outline.currency)
        return definition


def _is_code(section: Fields, code: str) -> bool:
    """Ladders are asked for as member.tiers.CODE, where a hyphen cannot stand."""
    if not section.code_of(code):
        return False
    if not _CODE.fullmatch(code):
        section.faults.add((*section.path, code), "Write a code of small letters, digits and underscores, a letter first.", of_key=True)
    return True


def _codes_in(given: Any) -> set[str]:
    """Return the tiers that a ladder names, also where something else of it is wrong."""
    tiers = given.get("tiers") if isinstance(given, dict) else None
    return {str(tier.get("code")) for tier in (tiers if isinstance(tiers, list) else ()) if isinstance(tier, dict)}


def _metrics_asked(definition: Mapping[str, Any]) -> set[str]:
    """Return the names under which thresholds stand: a wrong one is no mistyped key."""
    tiers = definition.get("tiers")
    return {name for tier in (tiers if isinstance(tiers, list) else ()) for _key, _how, least in _thresholds_at(tier) for name in least}


def _said_of_main(spec: Spec, *, is_main_there: bool) -> Spec:
    """Where one ladder is the main one, the others do not say that they are not."""
    own = {"main": True} if spec.get("main") else {} if is_main_there else {"main": False}
    names = {key: spec[key] for key in ("name", "other_names") if key in spec}
    return names | own | {key: value for key, value in spec.items() if key not in _OWN}


def _spelt(definition: Mapping[str, Any], currency: str) -> Spec:
    """Return a checked definition in its one way to be written: spend as money, and without what is usual."""
    said = written(definition, currency, _FORM)
    money = _money_metrics(definition)
    spec: Spec = {
        "metrics": {name: _metric(metric) for name, metric in said["metrics"].items()},
        "window": dict(said["window"]),
        "keeps": said.get("keeps"),
        "downgrade": without(said.get("downgrade") or {}, {"grace_days": 0}),
        "base": said.get("base"),
    }
    if set(spec["downgrade"]) == {"grace_days"}:
        spec["downgrade"] = {"kind": "full", **spec["downgrade"]}
    return without(spec, _USUAL) | {"tiers": [_tier(tier, money, currency) for tier in said["tiers"]]}


def _metric(said: Mapping[str, Any]) -> Spec:
    return {"kind": said.get("kind", "spend")} | without({key: one for key, one in said.items() if key != "kind"}, _USUAL_METRIC)


def _tier(said: Mapping[str, Any], money: set[str], currency: str) -> Spec:
    asked = {key: {how: _least(least, money, currency) for how, least in (said.get(key) or {}).items()} for key in ("reach", "keep")}
    tier = {
        "code": said["code"],
        "name": said["name"].strip(),
        "other_names": said.get("other_names"),
        "reach": asked["reach"],
        "keep": asked["keep"] if asked["keep"] != asked["reach"] else None,
        "benefits": [_benefit(one) for one in said.get("benefits") or ()],
    }
    return without(tier, {})


def _least(said: Mapping[str, Any], money: set[str], currency: str) -> Spec:
    return {name: amount_text(int(least), currency) if name in money else number_value(least) for name, least in said.items()}


def _benefit(said: Mapping[str, Any]) -> Spec:
    return without({"code": said["code"], "text": said["text"].strip(), "other_texts": said.get("other_texts")}, {})


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


def _thresholds_at(tier: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what a tier asks for, with the keys that lead there; what is no threshold is left to the topic's own reader."""
    found = [(key, tier[key]) for key in ("reach", "keep") if isinstance(tier, dict) and isinstance(tier.get(key), dict)]
    return [(key, how, least) for key, asked in found for how, least in asked.items() if isinstance(least, dict)]
