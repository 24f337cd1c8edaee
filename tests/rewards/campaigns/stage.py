"""A live programme with a campaign: one base rule, and rules of the campaign."""

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from rewards.campaigns.domain import is_held_out
from rewards.campaigns.models import Campaign, CampaignBudget, CampaignVersion
from rewards.campaigns.queries import summed_uses, used_by
from rewards.campaigns.services import approve_campaign, draft_campaign, open_campaign
from rewards.earning.services import write_first_rule
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.purchases.conftest import FIRST_DAY, purchase_of

BEGIN = AT - dt.timedelta(days=20)
DAY = dt.timedelta(days=1)
WHOLE_JANUARY = {"first_on": "2026-01-01", "last_on": "2026-01-31"}


def campaign_in(programme: Programme, code: str = "spring", *, at: dt.datetime = BEGIN, **terms: Any) -> Campaign:
    """An approved campaign; nobody is held out unless the terms say so."""
    campaign = open_campaign(programme=programme, code=code, name=code.capitalize())
    say(campaign, at=at, **terms)
    return campaign


def say(campaign: Campaign, *, at: dt.datetime = BEGIN, **terms: Any) -> CampaignVersion:
    definition = WHOLE_JANUARY | {"holdout_percent": 0} | terms
    version = draft_campaign(campaign=campaign, definition=definition, author=UserFactory.create())
    return approve_campaign(version=version, approver=UserFactory.create(), at=at)


def open_with(
    *definitions: dict[str, Any], campaign: dict[str, Any] | None = None, base: dict[str, Any] | None = None, **more: Any
) -> Campaign:
    """A live programme whose rules belong to the campaign `spring`, beside one that does not if a base is named."""
    programme = ProgrammeFactory.create(state="draft", **more)
    of = campaign_in(programme, **(campaign or {}))
    if base:
        rule_of(programme, "base", base)
    for place, definition in enumerate(definitions):
        rule_of(programme, f"offer-{place}", definition, of)
    change_programme_state(programme=programme, state="live")
    of.programme.refresh_from_db()
    return of


def rule_of(programme: Programme, code: str, definition: dict[str, Any], campaign: Campaign | None = None) -> None:
    write_first_rule(
        programme=programme,
        code=code,
        name=code,
        currency=currency_of(programme),
        definition=definition,
        valid_from=FIRST_DAY,
        at=AT,
        campaign=campaign,
    )


def fixed(points: int, **more: Any) -> dict[str, Any]:
    return {"kind": "fixed", "points": points} | more


def buy(member: Member, *prices: int, receipt: str = "R1", at: dt.datetime = AT, **facts: Any) -> Purchase:
    whole = purchase_of(member, *(prices or (1_000,)), external_id=receipt, occurred_at=at, **facts)
    return record_purchase(programme=member.programme, facts=whole, at=at).purchase


def bring_back(purchase: Purchase, *lines: str, receipt: str = "B1", at: dt.datetime = AT + DAY) -> int:
    facts = ReturnFacts("till", receipt, at, tuple((line, Decimal(1)) for line in lines) or None)
    return record_return(purchase=purchase, facts=facts, at=at).returned.reversed_units


def member_of(campaign: Campaign, *, held_out: bool | None = None, **facts: Any) -> Member:
    """A member; `held_out` by the campaign's first version."""
    while True:
        member = MemberFactory.create(programme=campaign.programme, **facts)
        version = campaign.versions.first()
        assert version is not None
        if held_out is None or is_held_out(bytes(campaign.key), member.pk, version.terms().holdout_percent) is held_out:
            return member


def used(campaign: Campaign) -> tuple[int, int, int]:
    """Return what the counter says; it always is what the uses add up to."""
    of = used_by(campaign)
    assert of == summed_uses(campaign)
    return of.units, of.cost_minor, of.uses


def has_counter(campaign: Campaign) -> bool:
    return CampaignBudget.objects.filter(campaign=campaign).exists()
