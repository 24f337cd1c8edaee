"""What is tried, as data: all in which the drafted programme differs from the live one. A repetition is made from it alone."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from accounts.programmes.models import Programme
from loyalty.kit.money import exponent
from rewards.campaigns.models import CampaignVersion
from rewards.earning.domain import Rule, compile_rule
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.segments.models import SegmentVersion
from rewards.tiers.models import TierLadderVersion

Definition = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Definitions by code. `drafts` are rules: {rule, id, version, currency, scale, campaign, definition}; `currencies` say what a point of
    one is worth ({point_value_minor: text, lives_months}); `unplayed` names what is drafted and changes nothing that is computed."""

    drafts: Sequence[Definition] = ()
    dropped: Sequence[str] = ()
    ladders: Mapping[str, Definition] = dataclasses.field(default_factory=dict)
    segments: Mapping[str, Definition] = dataclasses.field(default_factory=dict)
    campaigns: Mapping[str, Definition] = dataclasses.field(default_factory=dict)
    currencies: Mapping[str, Definition] = dataclasses.field(default_factory=dict)
    unplayed: Sequence[str] = ()

    def as_inputs(self) -> dict[str, Any]:
        """Return it as JSON, the same for the same trial."""
        return dataclasses.asdict(self) | {"drafts": sorted(self.drafts, key=lambda of: str(of["rule"])), "dropped": sorted(self.dropped)}

    @classmethod
    def of_inputs(cls, inputs: Mapping[str, Any]) -> "Trial":
        return cls(**{field.name: inputs[field.name] for field in dataclasses.fields(cls)})


def trial_of(*, drafts: Sequence[EarningRuleVersion], dropped: Sequence[EarningRule], ladders: Sequence[TierLadderVersion]) -> Trial:
    """Return what these drafts change. A drafted campaign of a drafted rule is tried with it, and so is its drafted segment."""
    campaigns = _campaigns(drafts)
    return Trial(
        drafts=[_draft(of) for of in drafts],
        dropped=[rule.code for rule in dropped],
        ladders={of.ladder.code: of.definition for of in ladders},
        segments=_segments(drafts, campaigns),
        campaigns=campaigns,
    )


def rules_of(trial: Trial, programme: Programme) -> list[Rule]:
    """Make the drafted rules runnable."""
    return [
        compile_rule(
            version_id=uuid.UUID(of["id"]),
            code=of["rule"],
            version=of["version"],
            currency=of["currency"],
            definition=of["definition"],
            scale=of["scale"],
            decimals=exponent(programme.currency),
            campaign=of["campaign"],
        )
        for of in trial.drafts
    ]


def _draft(of: EarningRuleVersion) -> Definition:
    rule = of.rule
    campaign = rule.campaign.code if rule.campaign else ""
    points = {"currency": rule.currency.code, "scale": rule.currency.unit.scale}
    return {"rule": rule.code, "id": str(of.pk), "version": of.version, **points, "campaign": campaign, "definition": of.definition}


def _campaigns(drafts: Sequence[EarningRuleVersion]) -> dict[str, Definition]:
    """Return the newest draft of each campaign of these rules that nobody has approved yet."""
    asked = {of.rule.campaign_id for of in drafts if of.rule.campaign_id}
    if not asked:
        return {}
    rows = CampaignVersion.objects.filter(campaign__in=asked).select_related("campaign").order_by("campaign_id", "-version")
    found: dict[str, Definition] = {}
    approved = set()
    for row in rows:
        approved |= {row.campaign.code} if row.approved_at else set()
        found.setdefault(row.campaign.code, row.definition)
    return {code: definition for code, definition in found.items() if code not in approved}


def _segments(drafts: Sequence[EarningRuleVersion], campaigns: Mapping[str, Definition]) -> dict[str, Definition]:
    """Return the newest draft of each segment of these campaigns whose rule nobody has approved yet."""
    codes = {of["segment"] for of in campaigns.values() if of.get("segment")}
    if not codes:
        return {}
    rows = SegmentVersion.objects.filter(segment__programme=drafts[0].rule.programme_id, segment__code__in=codes)
    found: dict[str, Definition] = {}
    approved = set()
    for row in rows.select_related("segment").order_by("segment__code", "-version"):
        approved |= {row.segment.code} if row.approved_at else set()
        found.setdefault(row.segment.code, row.definition)
    return {code: definition for code, definition in found.items() if code not in approved}
