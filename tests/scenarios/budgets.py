"""Budgets of campaigns: each amount is what a rule of the campaign gives, in points worth a cent."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from rewards.campaigns.domain import Used
from rewards.campaigns.models import Campaign, CampaignBudget, CampaignUse
from rewards.campaigns.queries import summed_uses, used_by
from rewards.campaigns.services import approve_campaign, draft_campaign, open_campaign
from rewards.campaigns.services.purses import add_to_counter
from rewards.earning.services import write_first_rule
from tests.accounts.factories import MemberFactory, ProgrammeFactory, UserFactory
from tests.scenarios.buying import DAY, a_line, buy
from tests.scenarios.stage import EARLY, Stage
from tests.scenarios.vocabulary import SHOP, only

_KINDS = {"spend": "cost_minor", "uses": "uses"}


@SHOP.given("budget")
def budget(stage: Stage, value: Mapping[str, Any]) -> None:
    stage.seen["budget"] = only(value, "kind", "limit", "used")


def use_budget(stage: Stage, amounts: Sequence[int]) -> None:
    """Each amount is given by a purchase of its own."""
    _shop(stage, [[amount] for amount in amounts], before=stage.seen["budget"]["used"])


@SHOP.when("use_in_one_order")
def use_in_one_order(stage: Stage, amounts: Sequence[int]) -> None:
    _shop(stage, [amounts], before=stage.seen["budget"]["used"])


@SHOP.when("then_at_limit")
def then_at_limit(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "used", "use_in_one_order")
    _shop(stage, [facts["use_in_one_order"]], before=facts["used"])


@SHOP.then("budget_used")
def budget_used(stage: Stage, expected: int | Sequence[int]) -> None:
    assert stage.seen["used"] == (expected if isinstance(expected, list) else [expected])


def _shop(stage: Stage, orders: Sequence[Sequence[int]], *, before: int) -> None:
    """Buy in a shop of its own, whose campaign has this budget, and note how much of it is used then."""
    kind = _KINDS[stage.seen["budget"]["kind"]]
    campaign = _campaign(stage, sorted({amount for of in orders for amount in of}), {kind: stage.seen["budget"]["limit"]})
    if before:
        _use_before(stage, campaign, Used(**{kind: before}))
    for place, amounts in enumerate(orders):
        codes = tuple(f"GIVES-{amount}" for amount in amounts)
        buy(MemberFactory.create(programme=campaign.programme), [a_line(1, 100)], at=stage.at, ref=f"O{place}", codes=codes)
    assert used_by(campaign) == summed_uses(campaign)
    stage.seen.setdefault("used", []).append(getattr(used_by(campaign), kind))


def _campaign(stage: Stage, amounts: Sequence[int], limits: Mapping[str, int]) -> Campaign:
    programme = ProgrammeFactory.create(state="draft", valid_from=EARLY, at=stage.at)
    campaign = open_campaign(programme=programme, code="offer", name="Offer")
    days = {"first_on": stage.today.isoformat(), "last_on": stage.today.isoformat(), "holdout_percent": 0}
    version = draft_campaign(campaign=campaign, definition={**days, "budget": dict(limits)}, author=UserFactory.create())
    approve_campaign(version=version, approver=UserFactory.create(), at=stage.at - 2 * DAY)
    for amount in amounts:
        write_first_rule(
            programme=programme,
            code=f"gives-{amount}",
            name=f"Gives {amount}",
            currency=currency_of(programme),
            definition={"kind": "fixed", "points": amount, "when": {"field": "order.codes", "op": "has", "value": f"GIVES-{amount}"}},
            valid_from=EARLY,
            at=stage.at,
            campaign=campaign,
        )
    campaign.programme = change_programme_state(programme=programme, state="live")
    return campaign


def _use_before(stage: Stage, campaign: Campaign, used: Used) -> None:
    """Write down what the campaign has given before, as the till's purchases would have."""
    member = MemberFactory.create(programme=campaign.programme)
    CampaignUse.objects.create(
        points_account_id=member.points_account_id,
        campaign=campaign,
        business_on=stage.today,
        units=used.units,
        cost_minor=used.cost_minor,
        uses=used.uses,
        evidence=member.pk,
    )
    add_to_counter(campaign.pk, used)
    assert CampaignBudget.objects.get(campaign=campaign).used_uses == used.uses
