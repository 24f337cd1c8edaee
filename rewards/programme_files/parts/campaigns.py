"""What is offered for some days: to whom, with how much, and who is held out to measure by. What it gives, its rules say."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from rewards.campaigns.domain import MalformedCampaign, Metric, State, Terms, read_campaign
from rewards.campaigns.models import Campaign
from rewards.campaigns.queries import campaign_by_code, newest_versions, terms_of
from rewards.campaigns.services import approve_campaign, draft_campaign, open_campaign, turn_campaign, write_first_campaign
from rewards.earning.models import EarningRuleVersion
from rewards.programme_files.domain.definitions import in_points, in_units
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Faults, Fields, Spec, amount_text, minor_of, number_value, without
from rewards.programme_files.domain.outline import CAMPAIGN, SEGMENT, Outline
from rewards.programme_files.parts.base import Hand, Part
from rewards.segments.domain import CODE

_OWN = {"name", "other_names", "state"}
_KEYS = frozenset(
    [
        *_OWN,
        *("first_on", "last_on", "blackout", "segment", "needs_clip", "holdout_percent"),
        *("goal", "metric", "figure", "words", "budget", "points", "cost", "uses"),
    ]
)
"""What may stand in a campaign, for those who mistype."""
_USUAL = {"state": State.RUNNING.value, "holdout_percent": 10, "needs_clip": False}
_POINTS_OF_BUDGET = {"points": "units"}


class CampaignsPart(Part):
    """A campaign has its own days: what is approved counts at once, or from its first day. Who is left out of the file ends with the approval."""

    key = "campaigns"

    def label(self) -> str | Promise:
        return gettext_lazy("Campaign")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        codes = [code for code in section.given if section.code_of(code, CODE)]
        outline.names[CAMPAIGN] |= set(codes)
        outline.given_by |= _currencies_of_campaigns(section.faults.document.content, outline.main)
        return {code: self._one(section.inner(code), code, outline) for code in codes}

    def _one(self, fields: Fields, code: str, outline: Outline) -> Spec:
        own = {
            "name": fields.text("name"),
            "other_names": fields.texts("other_names", {}),
            "state": fields.choice("state", list(State), State.RUNNING.value),
        }
        before = len(fields.faults.found)
        definition = _definition_in(fields, outline, code)
        if len(fields.faults.found) > before:
            return {}
        try:
            terms = read_campaign(definition)
        except MalformedCampaign as malformed:
            fields.faults.add_errors(fields.path, malformed.errors, _KEYS)
            return {}
        if terms.segment:
            outline.refer((*fields.path, "segment"), SEGMENT, terms.segment)
        return without(own, _USUAL) | _said(terms, outline.currency, outline.scale_of_campaign(code))

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        """A campaign that ended stands in the file for as long as a rule of it does."""
        scales = _scales_of_campaigns(programme)
        kept = _with_rules(programme, on)
        found = {}
        for version in sorted(newest_versions(programme), key=lambda row: row.campaign.code):
            campaign, terms = version.campaign, terms_of(version)
            if campaign.code in kept or (campaign.state != State.ENDED and terms.last_on >= on):
                own = {"name": campaign.name, "other_names": campaign.other_names, "state": campaign.state}
                found[campaign.code] = without(own, _USUAL) | _said(terms, programme.currency, scales.get(campaign.code, scales[""]))
        return found

    def counts(self, spec: Spec, on: dt.date) -> bool:
        """A campaign that is over is not begun again because an old file names it."""
        return bool(spec.get("state") != State.ENDED and dt.date.fromisoformat(spec["last_on"]) >= on)

    def check(self, change: Change, faults: Faults) -> None:
        super().check(change, faults)
        if change.was.get("state") == State.ENDED and change.now and change.keys:
            faults.add((self.key, change.code), _("This campaign has ended. Open a new one."), of_key=True)

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            campaign = write_first_campaign(
                programme=hand.programme,
                code=code,
                name=spec["name"],
                other_names=spec.get("other_names", {}),
                definition=definition_of(code, spec, hand),
                at=hand.at,
                author=hand.author,
            )
            _turn(campaign, spec, hand)

    def change(self, change: Change, hand: Hand) -> None:
        author, approver = hand.two_people()
        campaign = Campaign.objects.filter(programme=hand.programme, code=change.code).first()
        if not change.now:
            turn_campaign(
                campaign=campaign_by_code(hand.programme, change.code),
                state=State.ENDED,
                reason=_("The programme's file leaves it out."),
                by=approver,
                at=hand.at,
            )
            return
        names: dict[str, Any] = {"name": change.now["name"], "other_names": change.now.get("other_names", {})}
        if campaign is None:
            campaign = open_campaign(programme=hand.programme, code=change.code, **names)
        if change.keys - _OWN:
            version = draft_campaign(campaign=campaign, definition=definition_of(change.code, change.now, hand), author=author)
            approve_campaign(version=version, approver=approver, at=hand.at)
        Campaign.objects.filter(pk=campaign.pk).update(**names)
        if "state" in change.keys:
            _turn(campaign, change.now, hand)


def _definition_in(fields: Fields, outline: Outline, code: str) -> dict[str, Any]:
    """Return the definition that fields say, as the topic stores it; every fault goes to the fields' faults."""
    said = {key: value for key, value in fields.given.items() if key not in _OWN}
    if isinstance(said.get("budget"), dict):
        said["budget"] = _budget_in(fields.inner("budget"), outline.currency, outline.scale_of_campaign(code))
    if isinstance(said.get("goal"), dict):
        said["goal"] = _goal_in(fields.inner("goal"), outline.currency)
    return said


def definition_of(code: str, spec: Spec, hand: Hand) -> dict[str, Any]:
    """Return the definition that a checked spec says, as the topic stores it."""
    fields = Fields.of(spec)
    definition = _definition_in(fields, hand.outline, code)
    assert not fields.faults.found, fields.faults.found
    return definition


def _turn(campaign: Campaign, spec: Spec, hand: Hand) -> None:
    state = State(spec.get("state", State.RUNNING.value))
    turn_campaign(campaign=campaign, state=state, reason=_("The programme's file says so."), by=hand.approver or hand.author, at=hand.at)


def _budget_in(fields: Fields, currency: str, scale: int) -> dict[str, Any]:
    """A budget says points, expected cost as money, purchases."""
    said = in_units(fields, _POINTS_OF_BUDGET, scale)
    if "cost" in said:
        amount = fields.amount("cost", currency)
        said = {key: value for key, value in said.items() if key != "cost"}
        said["cost_minor"] = minor_of(amount, currency) if amount is not None else 1
    return said


def _goal_in(fields: Fields, currency: str) -> dict[str, Any]:
    """A goal says members or purchases, or spend as money."""
    if fields.given.get("metric") != Metric.INCREMENTAL_SPEND or "figure" not in fields.given:
        return fields.given
    amount = fields.amount("figure", currency)
    return fields.given | {"figure": minor_of(amount, currency) if amount is not None else 1}


def _said(terms: Terms, currency: str, scale: int) -> Spec:
    """Return what a campaign says in its one way to be written."""
    limits = {"units": terms.budget.units, "uses": terms.budget.uses}
    budget = in_points({key: most for key, most in limits.items() if most is not None}, _POINTS_OF_BUDGET, scale)
    if terms.budget.cost_minor is not None:
        budget["cost"] = amount_text(terms.budget.cost_minor, currency)
    said = {
        "first_on": terms.first_on.isoformat(),
        "last_on": terms.last_on.isoformat(),
        "blackout": sorted(day.isoformat() for day in terms.blackout),
        "segment": terms.segment,
        "needs_clip": terms.needs_clip,
        "holdout_percent": number_value(terms.holdout_percent),
        "budget": budget,
        "goal": _goal(terms, currency),
    }
    return without(said, _USUAL)


def _goal(terms: Terms, currency: str) -> Spec:
    if terms.goal is None:
        return {}
    is_money = terms.goal.metric is Metric.INCREMENTAL_SPEND
    figure = amount_text(terms.goal.figure, currency) if is_money else terms.goal.figure
    return without({"metric": terms.goal.metric.value, "figure": figure, "words": terms.goal.words}, {})


def _currencies_of_campaigns(content: Any, main: str) -> dict[str, str]:
    """Return which currency the rules of each campaign give, by the last one; they are read later, and refused where they differ."""
    rules = content.get("rules") if isinstance(content, dict) else None
    named = [rule for rule in (rules.values() if isinstance(rules, dict) else ()) if isinstance(rule, dict)]
    return {str(rule["campaign"]): str(rule.get("currency") or main) for rule in named if rule.get("campaign")}


def _scales_of_campaigns(programme: Programme) -> dict[str, int]:
    """Return the decimals of what the rules of each campaign give, and of the main currency under the empty code."""
    rows = Campaign.objects.filter(programme=programme, rules__isnull=False).values_list("code", "rules__currency__unit__scale")
    return dict(rows) | {"": currency_of(programme).unit.scale}


def _with_rules(programme: Programme, on: dt.date) -> set[str]:
    rules = EarningRuleVersion.objects.filter(rule__programme=programme, rule__campaign__isnull=False).in_force_on(on)
    return set(rules.values_list("rule__campaign__code", flat=True))
