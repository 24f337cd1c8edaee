"""What members earn."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from rewards.campaigns.models import Campaign
from rewards.campaigns.queries import campaign_by_code
from rewards.chosen_days.domain import FACT
from rewards.earning.domain.rules import MalformedRule, compile_rule
from rewards.earning.domain.triggers import PURCHASE, type_of_trigger
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.services import approve_rule, draft_rule, write_first_rule
from rewards.programme_files.domain.definitions import Form, definition_in, written
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, decimals_of, without
from rewards.programme_files.domain.outline import CAMPAIGN, Outline
from rewards.programme_files.parts.base import CannotChange, DefinedPart, Hand

_OWN = {"name", "other_names", "currency", "campaign", "last_day"}
_NOBODY = uuid.UUID(int=0)
_FORM = Form(amounts=frozenset({"step", "from"}), numbers=frozenset({"points", "rate", "factor"}))
_KEYS = frozenset(
    [
        "name",
        "other_names",
        "currency",
        "campaign",
        "last_day",
        "trigger",
        "kind",
        "points",
        "step",
        "rate",
        "bands",
        "progressive",
        "period",
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


class RulesPart(DefinedPart):
    key = "rules"
    fixed = frozenset({"currency", "campaign"})

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
            "campaign": fields.text("campaign", None, most=40),
            "last_day": fields.day("last_day", None),
        }
        before = len(fields.faults.found)
        definition = self.definition_in(fields, outline)
        if own["currency"] not in outline.scales or len(fields.faults.found) > before:
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
        outline.refer_all(definition, fields.path)
        if own["campaign"]:
            _check_campaign(fields, own["campaign"], own["currency"], rule.trigger, outline)
        return without(own, {"currency": outline.main}) | _shortest(rule.definition, outline.currency)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        main = programme.currencies.filter(is_default=True).values_list("code", flat=True).first()
        rows = EarningRuleVersion.objects.filter(rule__programme=programme).in_force_on(on)
        specs = {}
        for row in rows.select_related("rule__currency", "rule__campaign").order_by("rule__pk"):
            rule = row.rule
            last_day = row.valid_to.isoformat() if row.valid_to else None
            campaign = rule.campaign.code if rule.campaign else None
            own = {
                "name": rule.name,
                "other_names": rule.other_names,
                "currency": rule.currency.code,
                "campaign": campaign,
                "last_day": last_day,
            }
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
                definition=self.definition_of(spec, hand),
                valid_from=hand.on,
                at=hand.at,
                author=hand.author,
                campaign=_campaign(spec, hand),
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
                definition=self.definition_of(spec, hand),
                valid_from=first,
                valid_to=dt.date.fromisoformat(last) if last else None,
                author=author,
                campaign=_campaign(spec, hand),
                stays_above_budget=False,
            )
            _check_kept(version.rule, spec, hand)
            approve_rule(version=version, approver=approver, at=hand.at)
        names = {"name": spec["name"], "other_names": spec.get("other_names", {})}
        EarningRule.objects.filter(programme=hand.programme, code=change.code).update(**names)

    def definition_in(self, fields: Fields, outline: Outline) -> dict[str, Any]:
        """Return the definition as its topic reads it."""
        definition = definition_in(fields, _OWN, outline.currency, _FORM, outline.events)
        if isinstance(definition.get("caps"), list):
            definition["caps"] = [_cap_in(fields, place, cap) for place, cap in enumerate(definition["caps"])]
        return definition


def _campaign(spec: Spec, hand: Hand) -> Campaign | None:
    """Raises: CampaignNotFound (a campaign that is over is not begun for its rules)."""
    return campaign_by_code(hand.programme, spec["campaign"]) if spec.get("campaign") else None


def _check_campaign(fields: Fields, campaign: str, currency: str, trigger: str, outline: Outline) -> None:
    outline.refer((*fields.path, "campaign"), CAMPAIGN, campaign)
    if trigger != PURCHASE:
        fields.wrong("campaign", "A rule of a campaign runs on purchases. Leave the campaign out, or the trigger.")
    given = outline.given_by.setdefault(campaign, currency)
    if given != currency:
        fields.wrong("campaign", f"Another rule of this campaign gives {given}. The rules of a campaign give one currency.")


def _check_kept(rule: EarningRule, spec: Spec, hand: Hand) -> None:
    """A rule that was there before, and comes again, has the currency and the campaign that it had. Raises: CannotChange."""
    campaign = _campaign(spec, hand)
    if (rule.currency_id, rule.campaign_id) != (hand.currency(spec.get("currency")).pk, campaign.pk if campaign else None):
        raise CannotChange(
            _("The rule %(code)s was there before, with another currency or campaign. Choose another code.") % {"code": rule.code}
        )


def _cap_in(fields: Fields, place: int, cap: Any) -> Any:
    """A cap says points in a file, and units, which are whole points too, in the definition."""
    if not isinstance(cap, dict):
        return cap
    if "units" in cap:
        fields.faults.unknown((*fields.path, "caps", place, "units"), ("points", "uses", "per"))
    return {"units" if key == "points" else key: value for key, value in cap.items()}


def _cap_written(cap: Mapping[str, Any]) -> Spec:
    return {"points" if key == "units" else key: value for key, value in cap.items()}


def _shortest(definition: Mapping[str, Any], currency: str) -> Spec:
    """Return a rule's definition in its one way to be written."""
    said = written(definition, currency, _FORM)
    for key in ("only_categories", "except_categories"):
        if key in said:
            said[key] = sorted(said[key])
    if "caps" in said:
        said["caps"] = [_cap_written(cap) for cap in said["caps"]]
    kind = said.get("kind")
    usual = {**_USUAL, "phase": kind} if kind in ("multiplier", "ceiling") else _USUAL
    if said.get("group", {}).get("per") == "purchase":
        said["group"] = {key: value for key, value in said["group"].items() if key != "per"}
    return {"kind": said.get("kind", "per_step"), **without({key: value for key, value in said.items() if key != "kind"}, usual)}
