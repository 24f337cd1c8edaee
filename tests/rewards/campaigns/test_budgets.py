"""Budgets: what is given never goes beyond them, is reduced and not dropped, and comes back with returns."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.outbox.models import OutboxEvent
from accounts.programmes.services import Terms, Words, open_currency
from ledger.points.queries import holdings, verify
from ledger.points.services import NotEnoughPoints
from rewards.campaigns.emails import tell_author
from rewards.campaigns.models import CampaignUse
from rewards.campaigns.services.planning import CampaignHasBegun
from rewards.earning.services import CampaignGivesOneCurrency, draft_rule
from rewards.purchases.services import preview_purchase, record_purchases
from tests.accounts.factories import AT, MemberFactory
from tests.rewards.campaigns.stage import bring_back, buy, fixed, has_counter, member_of, open_with, say, used
from tests.rewards.purchases.conftest import FIRST_DAY, open_earning, purchase_of

pytestmark = pytest.mark.django_db


def has(member) -> int:
    return sum(of.available - of.arrears for of in holdings(points_account=member.points_account_id, today=AT.date()))


def told(purchase, rule="offer-0"):
    [of] = [of for of in purchase.evaluation if of["rule"] == rule]
    return of["units"], of["reason"], of.get("before_cap")


def test_a_budget_of_points_is_reduced_and_never_exceeded():
    campaign = open_with(fixed(40), campaign={"budget": {"units": 100}})
    members = [member_of(campaign) for _ in range(4)]

    given = [told(buy(member, receipt=f"R{n}")) for n, member in enumerate(members)]

    assert given == [(40, "matched", None), (40, "matched", None), (20, "budget_used_up", 40), (0, "budget_used_up", 40)]
    assert used(campaign) == (100, 100, 3)


def test_rules_are_reduced_in_their_order_and_others_are_left_alone():
    campaign = open_with(fixed(30), fixed(30, order=1), campaign={"budget": {"units": 50}})
    rule_free = buy(member_of(campaign))

    assert (told(rule_free), told(rule_free, "offer-1")) == ((30, "matched", None), (20, "budget_used_up", 30))
    assert rule_free.facts["rooms"] == {"spring": 50}


def test_a_budget_of_cost_counts_what_a_point_is_expected_to_cost():
    campaign = open_with(
        fixed(40), campaign={"budget": {"cost_minor": 33}}, terms=Terms(point_value_minor=Decimal("0.5"), expiry_number=12)
    )

    given = [told(buy(member_of(campaign), receipt=f"R{n}"))[0] for n in range(3)]

    assert given == [40, 26, 0]
    assert used(campaign) == (66, 33, 2)


def test_a_budget_of_uses_counts_a_purchase_once():
    campaign = open_with(fixed(10), fixed(20, order=1), campaign={"budget": {"uses": 2}})

    given = [buy(member_of(campaign), receipt=f"R{n}").units for n in range(3)]

    assert given == [30, 30, 0]
    assert used(campaign) == (60, 60, 2)


def test_a_return_gives_the_room_back_and_is_judged_by_the_room_of_its_purchase():
    campaign = open_with({"kind": "per_step", "points": 1, "step_minor": 100}, campaign={"budget": {"units": 15, "uses": 2}})
    member = member_of(campaign)
    first = buy(member, 600, 600)
    second = buy(member, 600, 600, receipt="R2")
    assert (first.units, second.units, used(campaign)) == (12, 3, (15, 15, 2))

    # of the second purchase 6 points would have been earned by the line that is kept: the room was 3, so nothing goes
    assert bring_back(second, "1", receipt="B1") == 0
    assert used(campaign) == (15, 15, 2)
    assert bring_back(second, "2", receipt="B2") == 3
    assert used(campaign) == (12, 12, 1)
    assert bring_back(first, receipt="B3") == 12
    assert used(campaign) == (0, 0, 0) and has(member) == 0 and verify() == []

    assert buy(member, 600, 600, receipt="R3").units == 12


def test_purchases_of_one_batch_share_the_budget_whatever_the_waves():
    campaign = open_with(fixed(40), campaign={"budget": {"units": 100}})
    one, two = member_of(campaign), member_of(campaign)
    facts = [purchase_of(member, 1_000, external_id=f"R{n}") for n, member in enumerate([one, two, one, two])]

    records = record_purchases(programme=campaign.programme, purchases=facts, at=AT)

    assert sorted(record.purchase.units for record in records) == [0, 20, 40, 40]
    assert used(campaign) == (100, 100, 3)


def test_a_purchase_that_is_refused_in_a_batch_keeps_no_room():
    campaign = open_with(fixed(60), campaign={"budget": {"units": 100}})
    poor, other = member_of(campaign), member_of(campaign)
    facts = [purchase_of(poor, 1_000, external_id="R1", tender=500), purchase_of(other, 1_000, external_id="R2")]
    again = purchase_of(other, 1_000, external_id="R3")

    answers = record_purchases(programme=campaign.programme, purchases=[*facts, again], at=AT)

    assert isinstance(answers[0], NotEnoughPoints)
    assert sorted(answer.purchase.units for answer in answers[1:]) == [40, 60]
    assert used(campaign) == (100, 100, 2)


def test_a_preview_leaves_the_budget_as_it_is():
    campaign = open_with(fixed(40), campaign={"budget": {"units": 100}})

    seen = preview_purchase(programme=campaign.programme, facts=purchase_of(member_of(campaign), 1_000), at=AT)

    assert seen.purchase.units == 40
    assert used(campaign) == (0, 0, 0) and not CampaignUse.objects.exists()


def test_the_author_hears_once_that_the_budget_is_used_up():
    campaign = open_with(fixed(40), campaign={"budget": {"units": 80}})

    for n in range(4):
        buy(member_of(campaign), receipt=f"R{n}")

    assert OutboxEvent.objects.filter(topic="campaign.budget_used_up").count() == 1


def test_a_larger_budget_counts_on_from_what_was_given():
    campaign = open_with(fixed(40), campaign={"budget": {"units": 50}})
    for n in range(2):
        buy(member_of(campaign), receipt=f"R{n}")

    say(campaign, at=AT, budget={"units": 70})

    assert told(buy(member_of(campaign), receipt="R2")) == (20, "budget_used_up", 40)
    assert used(campaign) == (70, 70, 3)


def test_without_a_budget_nothing_is_counted_in_a_shared_row():
    campaign = open_with(fixed(40))
    purchase = buy(member_of(campaign))

    assert not has_counter(campaign) and "rooms" not in purchase.facts
    assert used(campaign) == (40, 40, 1)
    bring_back(purchase)
    assert used(campaign) == (0, 0, 0)
    with pytest.raises(CampaignHasBegun):
        say(campaign, at=AT, budget={"units": 10})


def test_who_is_not_in_the_campaign_locks_no_budget():
    campaign = open_with(fixed(40), campaign={"budget": {"units": 100}, "needs_clip": True})
    member = member_of(campaign)

    with CaptureQueriesContext(connection) as seen:
        buy(member)

    assert not [of for of in seen.captured_queries if "rewards_campaignbudget" in of["sql"]]
    assert used(campaign) == (0, 0, 0)


def test_a_programme_without_campaigns_asks_nothing():
    programme = open_earning()
    member = MemberFactory.create(programme=programme)

    with CaptureQueriesContext(connection) as seen:
        buy(member, at=AT + dt.timedelta(minutes=1))

    assert not [of for of in seen.captured_queries if "campaign" in of["sql"].lower() and "rewards_earningrule" not in of["sql"]]
    assert not [of for of in seen.captured_queries if "segment" in of["sql"].lower()]


def test_the_rules_of_a_campaign_give_one_currency():
    campaign = open_with(fixed(40))
    words = Words(code="stars", singular="star", plural="stars", others={"tr": ("yıldız", "yıldız")})
    other = open_currency(programme=campaign.programme, words=words, terms=Terms(expiry_number=12), valid_from=FIRST_DAY, at=AT)

    with pytest.raises(CampaignGivesOneCurrency):
        draft_rule(
            programme=campaign.programme,
            code="more",
            name="More",
            currency=other,
            definition=fixed(1),
            valid_from=FIRST_DAY,
            author=None,
            campaign=campaign,
        )


def test_multipliers_of_a_campaign_draw_on_its_budget_only_with_what_they_add():
    campaign = open_with({"kind": "multiplier", "factor": "3"}, base={"points": 1, "step_minor": 100}, campaign={"budget": {"units": 15}})

    purchase = buy(member_of(campaign), 1_000)

    assert purchase.units == 10 + 15
    assert used(campaign) == (15, 15, 1)


def test_the_author_gets_an_e_mail_in_their_language(mailoutbox):
    campaign = open_with(fixed(40), campaign={"budget": {"units": 40}})
    author = campaign.versions.get().author
    author.locale = "tr"
    author.save()
    buy(member_of(campaign))

    tell_author(OutboxEvent.objects.get(topic="campaign.budget_used_up"))

    [letter] = mailoutbox
    assert letter.to == [author.email]
    assert letter.subject == "Spring bütçesi tükendi"
    assert author.name in letter.body and campaign.programme.name in letter.body
