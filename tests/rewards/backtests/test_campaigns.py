"""A drafted campaign is tried as if it had run on the days of the back-test: for its segment, without those who are held out."""

import pytest

from rewards.campaigns.domain import is_held_out
from rewards.campaigns.services import draft_campaign, open_campaign
from rewards.segments.domain import SegmentKind
from rewards.segments.services import write_first_segment
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.rewards.backtests.stage import draft_of, earned, run
from tests.rewards.campaigns.stage import buy
from tests.rewards.recalculations.stage import BASE, open_with_rules

pytestmark = pytest.mark.django_db
OFFER = {"kind": "fixed", "points": 50, "phase": "bonus"}
AHEAD = {"first_on": "2027-01-01", "last_on": "2027-01-31"}


@pytest.fixture
def programme():
    programme = open_with_rules(base=BASE)
    for number in range(20):
        buy(MemberFactory.create(programme=programme), 1_000, receipt=f"R{number}")
    return programme


def offer_of(programme, **terms):
    campaign = open_campaign(programme=programme, code="welcome", name="Welcome")
    draft_campaign(campaign=campaign, definition=AHEAD | {"holdout_percent": 0} | terms, author=UserFactory.create())
    return campaign, draft_of(programme, "offer", OFFER, campaign=campaign)


def test_it_counts_on_the_days_of_the_back_test(programme):
    _campaign, draft = offer_of(programme, blackout=["2027-01-05"], needs_clip=True)

    row = run(programme, drafts=[draft])

    assert earned(row, "draft") - earned(row, "live") == 20 * 50
    assert list(row.inputs["campaigns"]) == ["welcome"]


def test_who_is_held_out_gets_nothing_from_it(programme):
    campaign, draft = offer_of(programme, holdout_percent=50)
    asked = [member for member in programme.members.all() if not is_held_out(bytes(campaign.key), member.pk, 50)]

    row = run(programme, drafts=[draft])

    assert 0 < len(asked) < 20
    assert earned(row, "draft") - earned(row, "live") == len(asked) * 50


def test_only_its_segment_is_asked(programme):
    segment = {"when": {"field": "history.purchases.lifetime", "op": "ge", "value": 1}}
    programme.state = "draft"
    programme.save()
    write_first_segment(
        programme=programme, code="again", name="Again", kind=SegmentKind.RULE, definition=segment, valid_from=AT.date(), at=AT
    )
    programme.state = "live"
    programme.save()
    buy(programme.members.first(), 500, receipt="second")
    _campaign, draft = offer_of(programme, segment="again")

    row = run(programme, drafts=[draft])

    assert earned(row, "draft") - earned(row, "live") == 50
