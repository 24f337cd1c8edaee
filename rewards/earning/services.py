"""Write, approve and supersede earning rules."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency, Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Refused
from rewards.campaigns.models import Campaign
from rewards.earning import queries
from rewards.earning.approved import compiled
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.setups.services import asked_of_event, check_chosen_days, check_event_trigger
from rewards.versions.costs import above_budget, check_cost


class RuleAlreadyApproved(Refused):
    code = "rule_already_approved"


class AnotherPersonMustApproveRule(Forbidden):
    code = "another_person_must_approve"


class RuleIsNotNew(Refused):
    code = "rule_is_not_new"


class CampaignCountsPurchases(Refused):
    code = "campaign_counts_purchases"


class CampaignGivesOneCurrency(Refused):
    code = "campaign_gives_one_currency"


@transaction.atomic
def write_first_rule(
    *,
    programme: Programme,
    code: str,
    name: str,
    currency: PointCurrency,
    definition: Mapping[str, Any],
    valid_from: dt.date,
    at: dt.datetime,
    author: User | None = None,
    other_names: Mapping[str, str] | None = None,
    campaign: Campaign | None = None,
) -> EarningRuleVersion:
    """Write a rule of a programme that is not live yet: its first version needs no second person.

    Raises: MalformedRule; RuleIsNotNew when the programme is live (draft a version and let somebody approve it).
    """
    if programme.is_live:
        raise RuleIsNotNew(_("The programme is live. Draft the rule and let another person approve it."))
    version = draft_rule(
        programme=programme,
        code=code,
        name=name,
        currency=currency,
        definition=definition,
        valid_from=valid_from,
        author=author,
        other_names=other_names,
        campaign=campaign,
    )
    version.approved_at = at
    version.save(update_fields=["approved_at"])
    queries.forget_rules(programme.pk)
    return version


@transaction.atomic
def draft_rule(
    *,
    programme: Programme,
    code: str,
    name: str,
    currency: PointCurrency,
    definition: Mapping[str, Any],
    valid_from: dt.date,
    author: User | None,
    valid_to: dt.date | None = None,
    other_names: Mapping[str, str] | None = None,
    campaign: Campaign | None = None,
    stays_above_budget: bool = True,
) -> EarningRuleVersion:
    """Write the next version of a rule. The first one makes the rule, with its currency and its campaign, which it keeps.

    A draft above its budget is not got round by writing it again: the next draft stays above it until a back-test of its own says otherwise
    (`stays_above_budget`; a programme file is held to its own budget instead).

    Raises: MalformedRule, UnknownReference, CampaignGivesOneCurrency, CampaignCountsPurchases.
    """
    assert currency.programme_id == programme.pk
    if campaign is not None:
        _check_campaign(campaign, programme, currency)
    rule, made = EarningRule.objects.get_or_create(
        programme=programme,
        code=code,
        defaults={"name": name, "currency": currency, "other_names": dict(other_names or {}), "campaign": campaign},
    )
    EarningRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    newest = 0 if made else rule.versions.count()
    version = EarningRuleVersion(
        rule=rule,
        version=newest + 1,
        valid_from=valid_from,
        valid_to=valid_to,
        definition=dict(definition),
        author=author,
        over_budget_id=above_budget(rule.versions.all()) if stays_above_budget else None,
    )
    _check_trigger(rule, version)
    version.save(force_insert=True)
    return version


@transaction.atomic
def approve_rule(*, version: EarningRuleVersion, approver: User, at: dt.datetime) -> EarningRuleVersion:
    """Put a drafted version into force from its date on; purchases before keep the versions that they were evaluated with.

    Raises: RuleAlreadyApproved, AnotherPersonMustApproveRule, RuleIsNotNew (its first day has passed), CostNotAccepted.
    """
    locked = (
        EarningRuleVersion.objects.select_for_update(of=["self"])
        .select_related("rule__programme", "over_budget__programme")
        .get(pk=version.pk)
    )
    programme = locked.rule.programme
    if locked.approved_at is not None:
        raise RuleAlreadyApproved(_("This version has been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApproveRule(_("You wrote this rule. Another person must approve it."))
    if locked.valid_from <= business_date(at, programme.time_zone):
        raise RuleIsNotNew(_("A rule begins tomorrow or later. Draft it again with a later first day."))
    check_cost(locked, approver)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    queries.forget_rules(programme.pk)
    return locked


def _check_trigger(rule: EarningRule, version: EarningRuleVersion) -> None:
    """Raises: CampaignCountsPurchases, UnknownReference, and as `compiled` does."""
    made = compiled(version)
    if made.trigger != PURCHASE:
        if rule.campaign_id is not None:
            raise CampaignCountsPurchases(_("A rule of a campaign runs on purchases. Leave the campaign out, or choose purchases."))
        asked = asked_of_event(version.definition.get("when"))
        counted = {made.of.name.removeprefix("event."): made.of.kind.value} if made.of else {}
        check_event_trigger(rule.programme, made.trigger, asked | counted, "")
    check_chosen_days(rule.programme, made.when.fields())


def _check_campaign(campaign: Campaign, programme: Programme, currency: PointCurrency) -> None:
    """The budget of a campaign is one sum of points: its rules give one currency."""
    assert campaign.programme_id == programme.pk
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.rules.exclude(currency=currency).exists():
        raise CampaignGivesOneCurrency(_("The other rules of this campaign give another currency. Choose that one, or another campaign."))
