"""For whom a campaign counts, when, who is held out, and who is measured."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from rewards.campaigns.domain import State, is_held_out
from rewards.campaigns.models import Campaign, CampaignAudience, CampaignClip, CampaignTurn, CampaignVersion
from rewards.campaigns.services import (
    AnotherPersonMustApproveCampaign,
    CampaignAlreadyApproved,
    CampaignHasBegun,
    CampaignIsOver,
    OfferNotForMember,
    approve_campaign,
    assign_audience,
    assign_due_audiences,
    clip_offer,
    draft_campaign,
    turn_campaign,
)
from rewards.earning.domain import Standing
from rewards.earning.queries import explanations
from rewards.purchases.surroundings import standings_of_member
from rewards.segments.domain import SegmentKind
from rewards.segments.queries import SegmentNotFound
from rewards.segments.services import add_to_list, open_segment
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.rewards.campaigns.stage import BEGIN, DAY, WHOLE_JANUARY, bring_back, buy, campaign_in, fixed, member_of, open_with, say

pytestmark = pytest.mark.django_db


def given(purchase, rule="offer-0"):
    [of] = [of for of in purchase.evaluation if of["rule"] == rule]
    return of["units"], of.get("miss", {}).get("found")


def stands(campaign, member, at=AT):
    return standings_of_member(member, {campaign.code}, at=at)[campaign.code]


def test_a_rule_of_a_campaign_counts_on_its_days_only():
    campaign = open_with(fixed(10), campaign={"blackout": ["2026-01-15"]})
    member = member_of(campaign)
    # the programme's days are those of Istanbul, three hours ahead
    moments = ["2026-01-31T20:59", "2026-01-31T21:00", "2026-01-15T10:00", "2025-12-31T20:00"]

    found = [given(buy(member, receipt=f"R{n}", at=dt.datetime.fromisoformat(f"{at}:00+00:00"))) for n, at in enumerate(moments)]

    assert found == [(10, None), (0, "over"), (0, "blackout"), (0, "not_begun")]


def test_a_campaign_for_a_segment_asks_nobody_else():
    programme = open_with(fixed(1)).programme
    people = open_segment(programme=programme, code="lapsed", name="Lapsed", kind=SegmentKind.STATIC)
    campaign = campaign_in(programme, "back", segment="lapsed")
    one, other = member_of(campaign), member_of(campaign)
    add_to_list(segment=people, members=[one.pk], at=AT)

    assert (stands(campaign, one), stands(campaign, other)) == (Standing.IN, Standing.NOT_ASKED)
    with pytest.raises(SegmentNotFound):
        campaign_in(programme, "wrong", segment="nobody")


def test_who_is_held_out_gets_nothing_and_is_never_told_so():
    campaign = open_with(fixed(10), campaign={"holdout_percent": 50})
    held, asked = member_of(campaign, held_out=True), member_of(campaign, held_out=False)

    nothing, ten = buy(held), buy(asked, receipt="R2")

    assert (nothing.units, ten.units) == (0, 10)
    assert nothing.facts["facts"] == {"campaign.spring": "holdout"}
    assert "holdout" not in str(nothing.evaluation)
    [said] = explanations(nothing.evaluation, currency="EUR", locale="en")
    assert said.why == "This offer was not for you."


def test_an_offer_that_must_be_taken_counts_after_it_was_taken():
    campaign = open_with(fixed(10), campaign={"needs_clip": True})
    member = member_of(campaign)

    before = given(buy(member))
    clips = [clip_offer(campaign=campaign, member=member, standing=stands(campaign, member), at=AT) for _time in range(2)]
    after = given(buy(member, receipt="R2"))

    assert (before, after) == ((0, "not_clipped"), (10, None))
    assert clips[0] == clips[1] and CampaignClip.objects.count() == 1


def test_an_offer_is_not_taken_by_whom_it_is_not_for():
    campaign = open_with(fixed(10), campaign={"needs_clip": True, "holdout_percent": 50})
    member = member_of(campaign, held_out=True)

    with pytest.raises(OfferNotForMember):
        clip_offer(campaign=campaign, member=member, standing=stands(campaign, member), at=AT)

    assert not CampaignClip.objects.exists()


def test_pause_resume_and_end_count_at_once_and_are_kept_with_their_reason():
    campaign, boss = open_with(fixed(10)), UserFactory.create()
    member = member_of(campaign)
    found = []
    for n, state in enumerate([State.PAUSED, State.RUNNING, State.ENDED]):
        turn_campaign(campaign=campaign, state=state, reason=f"because {n}", by=boss, at=AT)
        turn_campaign(campaign=campaign, state=state, reason="twice", by=boss, at=AT)
        found.append(given(buy(member, receipt=f"R{n}")))

    assert found == [(0, "paused"), (10, None), (0, "over")]
    assert list(CampaignTurn.objects.order_by("pk").values_list("state", "reason")) == [
        ("paused", "because 0"),
        ("running", "because 1"),
        ("ended", "because 2"),
    ]
    with pytest.raises(CampaignIsOver):
        turn_campaign(campaign=campaign, state=State.RUNNING, reason="again", by=boss, at=AT)
    with pytest.raises(CampaignIsOver):
        draft_campaign(campaign=campaign, definition=WHOLE_JANUARY, author=boss)


def test_a_return_is_judged_by_the_campaign_as_it_was_at_the_purchase():
    campaign = open_with({"kind": "per_step", "points": 1, "step_minor": 100})
    purchase = buy(member_of(campaign), 500, 700)
    turn_campaign(campaign=campaign, state=State.ENDED, reason="done", by=None, at=AT)

    assert bring_back(purchase, "1") == 5


def test_a_campaign_needs_two_people_and_a_first_day_ahead():
    campaign = open_with(fixed(10))
    author = UserFactory.create()
    other = Campaign.objects.create(programme=campaign.programme, code="next", name="Next", key=bytes(32))
    late = draft_campaign(campaign=other, definition={"first_on": "2026-01-15", "last_on": "2026-02-15"}, author=author)
    over = draft_campaign(campaign=other, definition={"first_on": "2025-01-15", "last_on": "2025-02-15"}, author=author)

    with pytest.raises(AnotherPersonMustApproveCampaign):
        approve_campaign(version=late, approver=author, at=AT)
    with pytest.raises(CampaignHasBegun):
        approve_campaign(version=late, approver=UserFactory.create(), at=AT)
    with pytest.raises(CampaignIsOver):
        approve_campaign(version=over, approver=UserFactory.create(), at=AT)
    with pytest.raises(CampaignAlreadyApproved):
        approve_campaign(version=campaign.versions.get(), approver=UserFactory.create(), at=AT)

    assert not CampaignVersion.objects.filter(campaign=other, approved_at__isnull=False).exists()


@pytest.mark.parametrize("changed", [{"holdout_percent": 20}, {"segment": "vips"}, {"first_on": "2026-01-02"}])
def test_who_was_assigned_stays_assigned_once_a_campaign_has_begun(changed):
    campaign = open_with(fixed(10))
    open_segment(programme=campaign.programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)

    with pytest.raises(CampaignHasBegun):
        say(campaign, at=AT, **changed)
    say(campaign, at=AT, last_on="2026-02-28", blackout=["2026-02-14"])

    assert stands(campaign, member_of(campaign), AT + 40 * DAY) is Standing.IN


def test_the_key_and_approved_versions_never_change():
    campaign = open_with(fixed(10))

    for change in (
        lambda: Campaign.objects.filter(pk=campaign.pk).update(key=bytes(32)),
        lambda: CampaignVersion.objects.filter(campaign=campaign).update(definition={}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_audience_is_assigned_by_the_hash_in_chunks_that_may_be_interrupted():
    campaign = open_with(fixed(10), campaign={"holdout_percent": 50})
    members = MemberFactory.create_batch(25, programme=campaign.programme)
    version = campaign.versions.get()

    assert not assign_audience(version=version, at=AT, chunk=10, most_chunks=1)
    campaign.refresh_from_db()
    assert (campaign.audience_looked_at, campaign.audience_done_at, campaign.audience.count()) == (10, None, 10)
    assert assign_audience(version=version, at=AT, chunk=10)
    assert assign_audience(version=version, at=AT, chunk=10)

    late = MemberFactory.create(programme=campaign.programme)
    key, percent = bytes(campaign.key), version.terms().holdout_percent
    assert dict(campaign.audience.values_list("member", "is_holdout")) == {m.pk: is_held_out(key, m.pk, percent) for m in members}
    assert not CampaignAudience.objects.filter(member=late).exists()
    campaign.refresh_from_db()
    assert (campaign.audience_looked_at, campaign.audience_done_at) == (25, AT)


def test_audiences_wait_for_the_first_day_and_hold_the_segment_only():
    programme = open_with(fixed(1)).programme
    people = open_segment(programme=programme, code="lapsed", name="Lapsed", kind=SegmentKind.STATIC)
    campaign = campaign_in(programme, "back", segment="lapsed", first_on="2026-01-15")
    asked, _other = MemberFactory.create_batch(2, programme=programme)
    add_to_list(segment=people, members=[asked.pk], at=BEGIN)

    assign_due_audiences(at=AT - DAY)
    assert not campaign.audience.exists()
    assign_due_audiences(at=AT)
    assert list(campaign.audience.values_list("member", flat=True)) == [asked.pk]
    assert assign_due_audiences(at=AT) == 0
