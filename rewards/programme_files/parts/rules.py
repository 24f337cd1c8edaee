"""What members earn."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from rewards.chosen_days.domain import FACT
from rewards.earning.domain.rules import MalformedRule, compile_rule
from rewards.earning.domain.triggers import type_of_trigger
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.services import approve_rule, draft_rule, write_first_rule
from rewards.programme_files.domain.definitions import Form, definition_in, written
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, decimals_of, without
from rewards.programme_files.parts.base import CannotChange, Hand, Outline, Part

_OWN = {"name", "other_names", "currency", "last_day"}
_NOBODY = uuid.UUID(int=0)
_FORM = Form(amounts=frozenset({"step", "from"}), numbers=frozenset({"points", "rate", "factor"}))
_KEYS = frozenset(
    [
        "name",
        "other_names",
        "currency",
        "last_day",
        "trigger",
        "kind",
        "points",
        "step",
        "rate",
        "bands",
        "progressive",
        "factor",
        "basis",
        "rounding",
        "scope",
        "only_categories",
        "except_categories",
        "where",
        "when",
        "phase",
        "group",
        "order",
        "caps",
        "of",
    ]
)
"""What may stand in a rule, for those who mistype."""
_USUAL: dict[str, Any] = {
    "trigger": "purchase",
    "kind": "per_step",
    "basis": "paid",
    "rounding": "floor",
    "scope": "purchase",
    "phase": "base",
    "order": 0,
    "progressive": False,
}


class RulesPart(Part):
    key = "rules"
    fixed = frozenset({"currency"})

    def label(self) -> str | Promise:
        return gettext_lazy("Earning rule")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        return {code: self._one(section, code, outline) for code in section.given if section.code_of(code)}

    def _one(self, section: Fields, code: str, outline: Outline) -> Spec:
        fields = section.inner(code)
        own = {
            "name": fields.text("name"),
            "other_names": fields.texts("other_names", {}),
            "currency": fields.choice("currency", list(outline.scales), outline.main),
            "last_day": fields.day("last_day", None),
        }
        before = len(fields.faults.found)
        definition = definition_in(fields, _OWN, outline.currency, _FORM, outline.events)
        if own["currency"] is None or len(fields.faults.found) > before:
            return {}
        try:
            rule = compile_rule(
                version_id=_NOBODY,
                code=code,
                version=1,
                currency=own["currency"],
                definition=definition,
                scale=outline.scales[own["currency"]],
                decimals=decimals_of(outline.currency),
            )
        except MalformedRule as malformed:
            fields.faults.add_errors(fields.path, malformed.errors, _KEYS)
            return {}
        if type_of_trigger(rule.trigger) is not None and rule.trigger not in outline.events:
            fields.wrong("trigger", "The file has no such event type.")
        for name in sorted(rule.when.fields()):
            if name.startswith(FACT) and name.removeprefix(FACT) not in outline.chosen_days:
                fields.wrong("when", f"The file has no chosen_days {name.removeprefix(FACT)}.")
        return without(own, {"currency": outline.main}) | _shortest(rule.definition, outline.currency)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        main = programme.currencies.filter(is_default=True).values_list("code", flat=True).first()
        rows = EarningRuleVersion.objects.filter(rule__programme=programme).in_force_on(on).select_related("rule__currency")
        specs = {}
        for row in rows.order_by("rule__pk"):
            rule = row.rule
            last_day = row.valid_to.isoformat() if row.valid_to else None
            own = {"name": rule.name, "other_names": rule.other_names, "currency": rule.currency.code, "last_day": last_day}
            specs[rule.code] = without(own, {"currency": main}) | _shortest(row.definition, programme.currency)
        return specs

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            write_first_rule(
                programme=hand.programme,
                code=code,
                name=spec["name"],
                other_names=spec.get("other_names", {}),
                currency=hand.currency(spec.get("currency")),
                definition=self._definition(spec, hand),
                valid_from=hand.on,
                at=hand.at,
                author=hand.author,
            )

    def change(self, change: Change, hand: Hand) -> None:
        author, approver = hand.two_people()
        spec, first, last = change.now, hand.on, change.now.get("last_day")
        if not spec:
            spec, first = change.was, hand.on - dt.timedelta(days=1)
            last = first.isoformat()
            if first <= hand.today:
                raise CannotChange(
                    _("The rule %(code)s can end two days from now or later: choose a later first day.") % {"code": change.code}
                )
        if change.keys - {"name", "other_names"}:
            version = draft_rule(
                programme=hand.programme,
                code=change.code,
                name=spec["name"],
                other_names=spec.get("other_names", {}),
                currency=hand.currency(spec.get("currency")),
                definition=self._definition(spec, hand),
                valid_from=first,
                valid_to=dt.date.fromisoformat(last) if last else None,
                author=author,
            )
            approve_rule(version=version, approver=approver, at=hand.at)
        names = {"name": spec["name"], "other_names": spec.get("other_names", {})}
        EarningRule.objects.filter(programme=hand.programme, code=change.code).update(**names)

    def _definition(self, spec: Spec, hand: Hand) -> dict[str, Any]:
        return self.definition_of(spec, _OWN, hand, _FORM)


def _shortest(definition: Mapping[str, Any], currency: str) -> Spec:
    """Return a rule's definition in its one way to be written."""
    said = written(definition, currency, _FORM)
    for key in ("only_categories", "except_categories"):
        if key in said:
            said[key] = sorted(said[key])
    usual = {**_USUAL, "phase": "multiplier"} if said.get("kind") == "multiplier" else _USUAL
    return {"kind": said.get("kind", "per_step"), **without({key: value for key, value in said.items() if key != "kind"}, usual)}
