"""What is set up beside rules: event types, cards and challenges, referrals, the programme's own moments."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.domain import Use, allows
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from loyalty.kit.problems import Malformed
from rewards.causes.domain import CauseTerms
from rewards.conversions.domain import ConversionTerms, definition_of
from rewards.earning.domain.fields import Kind
from rewards.earning.domain.triggers import PURCHASE, SYSTEM, trigger_of_type, type_of_trigger
from rewards.programme_files.domain.definitions import Form, definition_in, in_points, in_units, written
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, amount_text, minor_of, points_of, without
from rewards.programme_files.domain.outline import CAUSE, PLAN, Outline
from rewards.programme_files.parts.base import CannotChange, DefinedPart, Hand
from rewards.quests.domain import Counts, Quest
from rewards.recognition.domain import RecognitionTerms
from rewards.setups.domain import SetupKind, parse
from rewards.setups.models import Setup, SetupVersion
from rewards.setups.services import approve_setup, draft_setup, write_first_setup
from rewards.tiers.ladders import scales_of

_OWN = {"name", "other_names", "last_day"}
_FORM = Form(amounts=frozenset({"least"}))
_FORMS: Mapping[SetupKind, Form] = {
    SetupKind.PLAN: Form(amounts=frozenset({"month", "year", "life", "least"})),
    SetupKind.CAUSE: Form(amounts=frozenset({"cost"})),
}
_POINTS_OF_RECOGNITION = {"monthly": "monthly_units", "least": "least_units", "most": "most_units"}
_POINTS_OF_EXTRA = {"each": "each_units", "most": "most_units"}
_POINTS_OF_PRIZE = {"points": "points"}
_KEYS: Mapping[SetupKind, frozenset[str]] = {
    SetupKind.EVENT_TYPE: frozenset({"schema", "late_days"}),
    SetupKind.QUEST: frozenset({"kind", "steps", "head_start", "period", "in_a_row", "times", "reward", "on_return"}),
    SetupKind.REFERRAL: frozenset({"least", "hold_days", "join_days", "purchase_days", "most_in_30_days"}),
    SetupKind.CONVERSION: frozenset({"from", "to", "kind", "every", "step", "gives", "after_days", "valid_days"}),
    SetupKind.CHOSEN_DAY: frozenset({"every"}),
    SetupKind.PLAN: frozenset({"variants", "trial_days", "unused", "used", "late_days", "entitlements", "life_months"}),
    SetupKind.CAUSE: frozenset({"event", "of", "every", "singular", "plural", "other_words", "cost", "pledge"}),
    SetupKind.RECOGNITION: frozenset({"allowance", "earned", "monthly", "extra", "prorate", "values", "least", "most", "times_a_day"}),
    SetupKind.MOMENTS: frozenset({"birthday_window_days", "anniversary_window_days", "profile_fields"}),
}


class SetupsPart(DefinedPart):
    """One kind of what can be set up."""

    def __init__(self, key: str, kind: SetupKind, label: Promise, *, is_single: bool = False) -> None:
        self.key = key  # type: ignore[misc]  # one class serves nine sections
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
        definition = self.definition_in(fields, outline)
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
        if self.kind is SetupKind.PLAN:
            outline.names[PLAN].add(code)
        _check(parsed, code, fields, outline)
        outline.refer_all(definition, fields.path)
        return without(own, {}) | self._said(definition, outline.currency, outline.scales, outline.main)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        rows = SetupVersion.objects.filter(setup__programme=programme, setup__kind=self.kind).in_force_on(on).select_related("setup")
        found, scales = {}, scales_of(programme.pk)
        main = currency_of(programme).code
        for row in rows.order_by("setup__pk"):
            setup = row.setup
            last_day = row.valid_to.isoformat() if row.valid_to else None
            own = {"name": setup.name, "other_names": setup.other_names, "last_day": last_day}
            said = self._said(row.definition, programme.currency, scales, main)
            found["" if self.is_single else setup.code] = without(own, {}) | said
        return found

    def _said(self, definition: Mapping[str, Any], currency: str, scales: Mapping[str, int], main: str) -> Spec:
        """Return a definition in its one way to be written."""
        if self.kind is SetupKind.RECOGNITION:
            return _recognition_said(definition, scales)
        if self.kind is SetupKind.CONVERSION:
            return _conversion_said(parse(self.kind, definition), scales)
        said = written(definition, currency, _FORMS.get(self.kind, _FORM))
        return _quest_said(said, currency, scales, main) if self.kind is SetupKind.QUEST else said

    def definition_in(self, fields: Fields, outline: Outline) -> dict[str, Any]:
        """Return the definition as its topic reads it."""
        definition = definition_in(fields, _OWN, outline.currency, _FORMS.get(self.kind, _FORM), outline.events)
        if self.kind is SetupKind.RECOGNITION:
            return _recognition_in_units(fields, definition, outline)
        if self.kind is SetupKind.CONVERSION:
            return _conversion_in_units(fields, definition, outline)
        return _quest_in_units(fields, definition, outline) if self.kind is SetupKind.QUEST else definition

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            write_first_setup(
                programme=hand.programme,
                kind=self.kind,
                code=code,
                name=spec["name"],
                other_names=spec.get("other_names", {}),
                definition=self.definition_of(spec, hand),
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
                definition=self.definition_of(spec, hand),
                valid_from=first,
                valid_to=dt.date.fromisoformat(last) if last else None,
                author=author,
                **names,
            )
            approve_setup(version=version, approver=approver, at=hand.at)
        Setup.objects.filter(programme=hand.programme, kind=self.kind, code=change.code or self.key).update(**names)


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _check(parsed: Any, code: str, fields: Fields, outline: Outline) -> None:
    """Hold what a definition names against what the file says."""
    if isinstance(parsed, Quest):
        _check_quest(parsed, fields, outline)
    if isinstance(parsed, CauseTerms):
        _check_cause(parsed, fields, outline)
        outline.names[CAUSE].add(code)
    if isinstance(parsed, RecognitionTerms):
        _check_recognition(parsed, fields, outline)
    if isinstance(parsed, ConversionTerms):
        _check_conversion(parsed, fields, outline)


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


def _check_cause(terms: CauseTerms, fields: Fields, outline: Outline) -> None:
    """A cause counts an event type of the file, by a field that is a number where it names one."""
    kinds = outline.events.get(trigger_of_type(terms.event))
    if kinds is None:
        fields.wrong("event", "The file has no such event type.")
    elif terms.of and kinds.get(terms.of) is not Kind.NUMBER:
        fields.wrong("of", f"The event type {terms.event} has no number {terms.of}.")


def _recognition_in_units(fields: Fields, definition: dict[str, Any], outline: Outline) -> dict[str, Any]:
    """An allowance says points, and what is more of it too."""
    scale = outline.scale(_text_or_none(definition.get("allowance")))
    said = in_units(Fields(fields.faults, fields.path, definition), _POINTS_OF_RECOGNITION, scale)
    if isinstance(said.get("extra"), dict):
        said["extra"] = in_units(fields.inner("extra"), _POINTS_OF_EXTRA, scale)
    return said


def _recognition_said(definition: Mapping[str, Any], scales: Mapping[str, int]) -> Spec:
    """Return a recognition in its one way to be written."""
    scale = scales.get(str(definition["allowance"]), 0)
    said = in_points(definition, _POINTS_OF_RECOGNITION, scale)
    if "extra" in said:
        said["extra"] = in_points(said["extra"], _POINTS_OF_EXTRA, scale)
    return without(said, {"prorate": False, "least": points_of(1, scale), "times_a_day": 20, "values": {}})


def _check_recognition(terms: RecognitionTerms, fields: Fields, outline: Outline) -> None:
    """What is given away is an allowance, what arrives is spent; both have as many decimals."""
    for key, code, use in (("allowance", terms.allowance, Use.GIVE), ("earned", terms.earned, Use.REWARD)):
        if code not in outline.kinds:
            fields.wrong(key, f"The file has no currency {code}.")
        elif not allows(outline.kinds[code], use):
            kinds = "allowance" if use is Use.GIVE else "spendable, stamp or credit"
            fields.wrong(key, f"{code} is {outline.kinds[code]}; write a currency of the kind {kinds}.")
    if outline.scale(terms.allowance) != outline.scale(terms.earned):
        fields.wrong("earned", "Both currencies must have as many decimals: each point that is given arrives as one.")


def _quest_in_units(fields: Fields, definition: dict[str, Any], outline: Outline) -> dict[str, Any]:
    """A prize says points, a step that counts money says how much of it."""
    if isinstance(definition.get("reward"), dict):
        scale = outline.scale(_text_or_none(definition["reward"].get("currency")))
        definition["reward"] = in_units(fields.inner("reward"), _POINTS_OF_PRIZE, scale)
    steps = definition.get("steps")
    for place, step in enumerate(steps if isinstance(steps, list) else ()):
        if _counts_money(step) and "target" in step:
            amount = Fields(fields.faults, (*fields.path, "steps", place), step).amount("target", outline.currency)
            step["target"] = minor_of(amount, outline.currency) if amount is not None else 1
    return definition


def _quest_said(said: Spec, currency: str, scales: Mapping[str, int], main: str) -> Spec:
    for step in said["steps"]:
        if _counts_money(step):
            step["target"] = amount_text(step["target"], currency)
    if "points" in said.get("reward", {}):
        said["reward"] = in_points(said["reward"], _POINTS_OF_PRIZE, scales[said["reward"].get("currency") or main])
    return said


def _counts_money(step: Any) -> bool:
    """Tell whether a step counts what was paid, or a field of an event that is money."""
    if not isinstance(step, dict) or step.get("counts") != Counts.AMOUNT:
        return False
    of = step.get("of")
    return step.get("trigger", PURCHASE) == PURCHASE or (isinstance(of, dict) and of.get("kind") == Kind.MONEY)


def _conversion_in_units(fields: Fields, definition: dict[str, Any], outline: Outline) -> dict[str, Any]:
    """Left out, `gives` is as many points as `step`."""
    scale, scale_to = (outline.scale(_text_or_none(definition.get(key))) for key in ("from", "to"))
    said = in_units(Fields(fields.faults, fields.path, definition), {"step": "step_units"}, scale)
    if "step" in definition and "gives" not in definition:
        said["gives"] = definition["step"]
    return in_units(Fields(fields.faults, fields.path, said), {"gives": "gives_units"}, scale_to)


def _conversion_said(terms: ConversionTerms, scales: Mapping[str, int]) -> Spec:
    """Return a conversion in its one way to be written."""
    usual: Spec = {"kind": "steps", "every": "month", "after_days": 0}
    said = in_points(definition_of(terms), {"step": "step_units"}, scales.get(terms.from_code, 0))
    said = in_points(said, {"gives": "gives_units"}, scales.get(terms.to_code, 0))
    return without(said, usual | ({"gives": said["step"]} if "step" in said else {}))


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
PLANS = SetupsPart("plans", SetupKind.PLAN, gettext_lazy("Paid membership"))
CAUSES = SetupsPart("causes", SetupKind.CAUSE, gettext_lazy("Cause"))
RECOGNITION = SetupsPart("recognition", SetupKind.RECOGNITION, gettext_lazy("Recognition of colleagues"), is_single=True)
CONVERSIONS = SetupsPart("conversions", SetupKind.CONVERSION, gettext_lazy("Conversion"))
REFERRAL = SetupsPart("referral", SetupKind.REFERRAL, gettext_lazy("Referrals"), is_single=True)
MOMENTS = SetupsPart("moments", SetupKind.MOMENTS, gettext_lazy("The programme's own moments"), is_single=True)
