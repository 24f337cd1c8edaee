"""Campaigns as offers to one member: those that they can use, or take and then use."""

import dataclasses
import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.utils.translation import get_language

from accounts.members.models import Member
from loyalty.kit.clock import business_date
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from rewards.campaigns.domain import Terms
from rewards.campaigns.models import Campaign, CampaignClip
from rewards.campaigns.queries import offers_on, terms_of
from rewards.campaigns.services import clip_offer
from rewards.earning.approved import compiled
from rewards.earning.domain import Standing
from rewards.earning.models import EarningRuleVersion
from rewards.earning.words import terms_in_sentences, writer_of
from rewards.purchases.surroundings import standings_of_member

_SHOWN = (Standing.IN, Standing.NOT_CLIPPED, Standing.BLACKOUT)


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """A campaign that the member can use; `rules` say what it gives."""

    campaign: Campaign
    terms: Terms
    standing: Standing
    rules: list[str]

    @property
    def can_be_taken(self) -> bool:
        return self.standing is Standing.NOT_CLIPPED


def offers_to(member: Member, *, at: dt.datetime) -> list[Offer]:
    """Return the offers to a member, by code; needs the programme. Who is held out has none of them."""
    today = business_date(at, member.programme.time_zone)
    versions = offers_on(member.programme, today)
    if not versions:
        return []
    standings = standings_of_member(member, {version.campaign.code for version in versions}, at=at)
    shown = [version for version in versions if standings[version.campaign.code] in _SHOWN]
    rules = _rules_of([version.campaign_id for version in shown], today)
    return [Offer(version.campaign, terms_of(version), standings[version.campaign.code], rules[version.campaign_id]) for version in shown]


@transaction.atomic
def take_offer(*, campaign: Campaign, member: Member, at: dt.datetime) -> CampaignClip:
    """Take an offer for a member; the same once more answers like the first time. Raises: OfferNotForMember."""
    standing = standings_of_member(member, {campaign.code}, at=at)[campaign.code]
    return clip_offer(campaign=campaign, member=member, standing=standing, at=at)


def _rules_of(campaigns: list[int], day: dt.date) -> dict[int, list[str]]:
    """Say what the rules of campaigns give on a day, without the sentence that names the campaign."""
    rows = EarningRuleVersion.objects.filter(rule__campaign__in=campaigns).in_force_on(day)
    rows = rows.select_related("rule__currency__unit", "rule__programme", "rule__campaign").order_by("rule__code")
    found: dict[int, list[str]] = defaultdict(list)
    for version in rows:
        currency, rule = version.rule.programme.currency, dataclasses.replace(compiled(version), campaign="")
        said = terms_in_sentences(rule, lambda minor, of=currency: money_text(Money(minor, of)), writer_of(version.rule.currency))  # type: ignore[misc]
        assert version.rule.campaign_id is not None
        found[version.rule.campaign_id].append(f"{version.rule.name_in(get_language() or 'en')}: {' '.join(said)}")
    return found
