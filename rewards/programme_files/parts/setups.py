"""What is set up beside rules: event types, cards and challenges, referrals, the programme's own moments."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.domain import Use, allows
from accounts.programmes.models import Programme
from loyalty.kit.problems import Malformed
from rewards.conversions.domain import ConversionTerms, definition_of
from rewards.earning.domain.triggers import SYSTEM, trigger_of_type, type_of_trigger
from rewards.programme_files.domain.definitions import Form, definition_in, written
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, without
from rewards.programme_files.parts.base import CannotChange, Hand, Outline, Part
from rewards.quests.domain import Quest
from rewards.setups.domain import SetupKind, parse
from rewards.setups.models import Setup, SetupVersion
from rewards.setups.services import approve_setup, draft_setup, write_first_setup

_OWN = {"name", "other_names", "last_day"}
_FORM = Form(amounts=frozenset({"least"}))
_KEYS: Mapping[SetupKind, frozenset[str]] = {
    SetupKind.EVENT_TYPE: frozenset({"schema", "late_days"}),
    SetupKind.QUEST: frozenset({"kind", "steps", "head_start", "period", "in_a_row", "times", "reward", "on_return"}),
    SetupKind.REFERRAL: frozenset({"least", "hold_days", "join_days", "purchase_days", "most_in_30_days"}),
    SetupKind.CONVERSION: frozenset({"from", "to", "kind", "every", "step_units", "gives_units", "after_days", "valid_days"}),
    SetupKind.CHOSEN_DAY: frozenset({"every"}),
    SetupKind.MOMENTS: frozenset({"birthday_window_days", "anniversary_window_days", "profile_fields"}),
}


class SetupsPart(Part):
    """One kind of what can be set up."""

    def __init__(self, key: str, kind: SetupKind, label: Promise, *, is_single: bool = False) -> None:
        self.key = key  # type: ignore[misc]  # one class serves six sections
        self.kind = kind
        self.is_single = is_single  # type: ignore[misc]
        self._label = label

    def label(self) -> str | Promise:
        return self._label

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        if self.is_single:
            specs = {"": self._one(section, "", outline)} if section.given else {}
        else:
            specs = {code: self._one(section.inner(code), code, outline) for code in section.given if section.code_of(code)}
        return specs

    def _one(self, fields: Fields, code: str, outline: Outline) -> Spec:
        own = {
            "name": fields.text("name"),
            "other_names": fields.texts("other_names", {}),
            "last_day": fields.day("last_day", None),
        }
        before = len(fields.faults.found)
        definition = definition_in(fields, _OWN, outline.currency, _FORM, outline.events)
        if len(fields.faults.found) > before:
            return {}
        try:
            parsed = parse(self.kind, definition)
        except Malformed as malformed:
            fields.faults.add_errors(fields.path, malformed.errors, _OWN | _KEYS[self.kind])
            return {}
        if self.kind is SetupKind.EVENT_TYPE:
            outline.events[trigger_of_type(code)] = parsed.kinds
            if code in SYSTEM:
                fields.faults.add(fields.path, "The programme knows this moment by itself. Choose another code.", of_key=True)
        if self.kind is SetupKind.CHOSEN_DAY:
            outline.chosen_days.add(code)
        if isinstance(parsed, Quest):
            _check_quest(parsed, fields, outline)
        if isinstance(parsed, ConversionTerms):
            _check_conversion(parsed, fields, outline)
            definition = usual_left_out(parsed)
        return without(own, {}) | written(definition, outline.currency, _FORM)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        rows = SetupVersion.objects.filter(setup__programme=programme, setup__kind=self.kind).in_force_on(on).select_related("setup")
        found = {}
        for row in rows.order_by("setup__pk"):
            setup = row.setup
            last_day = row.valid_to.isoformat() if row.valid_to else None
            own = {"name": setup.name, "other_names": setup.other_names, "last_day": last_day}
            found["" if self.is_single else setup.code] = without(own, {}) | written(self._said(row.definition), programme.currency, _FORM)
        return found

    def _said(self, definition: Mapping[str, Any]) -> Mapping[str, Any]:
        return usual_left_out(parse(self.kind, definition)) if self.kind is SetupKind.CONVERSION else definition

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            write_first_setup(
                programme=hand.programme,
                kind=self.kind,
                code=code,
                name=spec["name"],
                other_names=spec.get("other_names", {}),
                definition=self.definition_of(spec, _OWN, hand, _FORM),
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
                raise CannotChange(_("%(what)s can end two days from now or later: choose a later first day.") % {"what": spec["name"]})
        names: dict[str, Any] = {"name": spec["name"], "other_names": spec.get("other_names", {})}
        if change.keys - set(names):
            version = draft_setup(
                programme=hand.programme,
                kind=self.kind,
                code=change.code,
                definition=self.definition_of(spec, _OWN, hand, _FORM),
                valid_from=first,
                valid_to=dt.date.fromisoformat(last) if last else None,
                author=author,
                **names,
            )
            approve_setup(version=version, approver=approver, at=hand.at)
        Setup.objects.filter(programme=hand.programme, kind=self.kind, code=change.code or self.key).update(**names)


def _check_quest(quest: Quest, fields: Fields, outline: Outline) -> None:
    """Hold what a card or challenge names against what the file says."""
    for place, step in enumerate(quest.steps):
        if type_of_trigger(step.trigger) is not None and step.trigger not in outline.events:
            fields.faults.add((*fields.path, "steps", place, "trigger"), "The file has no such event type.")
    prize = quest.prize
    if prize.reward and prize.reward not in outline.rewards:
        fields.faults.add((*fields.path, "reward", "reward"), f"The file has no reward {prize.reward}.")
    if prize.currency and prize.currency not in outline.scales:
        fields.faults.add((*fields.path, "reward", "currency"), f"The file has no currency {prize.currency}.")


def usual_left_out(terms: ConversionTerms) -> dict[str, Any]:
    """Return the definition of a conversion in its one way to be written."""
    usual = {"kind": "steps", "every": "month", "after_days": 0, "gives_units": terms.step_units}
    return without(definition_of(terms), usual)


def _check_conversion(terms: ConversionTerms, fields: Fields, outline: Outline) -> None:
    """Hold the currencies that a conversion names against what the file says; each gathering one is converted once."""
    for key, code, use in (("from", terms.from_code, Use.CONVERT), ("to", terms.to_code, Use.RECEIVE_CONVERTED)):
        if code not in outline.kinds:
            fields.wrong(key, f"The file has no currency {code}.")
        elif not allows(outline.kinds[code], use):
            kinds = "accrual" if use is Use.CONVERT else "spendable, stamp or credit"
            fields.wrong(key, f"{code} is {outline.kinds[code]}; write a currency of the kind {kinds}.")
    if terms.from_code in outline.converted:
        fields.wrong("from", f"Another conversion takes {terms.from_code} already.")
    outline.converted.add(terms.from_code)


EVENT_TYPES = SetupsPart("event_types", SetupKind.EVENT_TYPE, gettext_lazy("Event type"))
QUESTS = SetupsPart("quests", SetupKind.QUEST, gettext_lazy("Card or challenge"))
CHOSEN_DAYS = SetupsPart("chosen_days", SetupKind.CHOSEN_DAY, gettext_lazy("Day that members choose"))
CONVERSIONS = SetupsPart("conversions", SetupKind.CONVERSION, gettext_lazy("Conversion"))
REFERRAL = SetupsPart("referral", SetupKind.REFERRAL, gettext_lazy("Referrals"), is_single=True)
MOMENTS = SetupsPart("moments", SetupKind.MOMENTS, gettext_lazy("The programme's own moments"), is_single=True)
