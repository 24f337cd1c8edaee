"""Campaigns, offers and segments for partners."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.partners.domain import Scope
from loyalty.kit import clock
from rewards.campaigns.domain import Used
from rewards.campaigns.models import CampaignClip
from rewards.campaigns.services import approve_campaign, draft_campaign, open_campaign
from rewards.campaigns.services.purses import add_to_counter
from rewards.segments.domain import SegmentKind
from rewards.segments.models import SegmentMember
from rewards.segments.services import add_to_list, approve_segment, draft_segment, open_segment
from tests.accounts.factories import MemberFactory, UserFactory
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def campaign_in(programme, code="spring", **terms):
    """A campaign that runs now, approved long before."""
    today = clock.now().date()
    days = {"first_on": (today - 3 * DAY).isoformat(), "last_on": (today + 3 * DAY).isoformat(), "holdout_percent": 0}
    campaign = open_campaign(programme=programme, code=code, name=code.capitalize())
    version = draft_campaign(campaign=campaign, definition=days | terms, author=UserFactory.create())
    approve_campaign(version=version, approver=UserFactory.create(), at=clock.now() - 20 * DAY)
    return campaign


def rule_segment(programme, code="big", **when):
    segment = open_segment(programme=programme, code=code, name=code, kind=SegmentKind.RULE)
    definition = {"when": {"field": "member.attributes.club", "op": "eq", "value": "yes"}}
    today = clock.now().date()
    version = draft_segment(segment=segment, definition=definition, valid_from=today - 9 * DAY, author=UserFactory.create())
    approve_segment(version=version, approver=UserFactory.create(), at=clock.now() - 20 * DAY)
    return segment


def code_of(answer, status):
    """The code of a refusal with this status."""
    assert answer.status_code == status, answer.content
    return problem(answer)["code"]


def test_a_campaign_says_what_was_approved_and_what_it_has_given(caller, programme):
    campaign = campaign_in(programme, needs_clip=True, budget={"units": 500, "cost_minor": 250})
    add_to_counter(campaign.pk, Used(120, 60, 3))
    open_campaign(programme=programme, code="draft", name="Never approved")

    listed = caller.get("campaigns").json()["results"]

    [told] = listed
    assert told == caller.get("campaigns/spring").json()
    assert (told["stage"], told["must_be_taken"], told["segment"]) == ("running", True, None)
    assert told["budget"] == {"units": 500, "cost": "2.50", "uses": None} and told["used"] == {"units": 120, "cost": "0.60", "uses": 3}
    assert code_of(caller.get("campaigns/draft"), 404) == "campaign_not_found"


@pytest.mark.parametrize(
    ("query", "codes"),
    [({}, ["autumn", "spring"]), ({"segment": "vips"}, ["autumn"]), ({"state": "paused"}, []), ({"on": "2001-01-01"}, [])],
)
def test_campaigns_are_narrowed_by_segment_state_and_day(caller, programme, query, codes):
    open_segment(programme=programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    campaign_in(programme), campaign_in(programme, "autumn", segment="vips")

    assert [row["code"] for row in caller.get("campaigns", **query).json()["results"]] == codes
    today = {"on": clock.now().date().isoformat()}
    assert len(caller.get("campaigns", **today).json()["results"]) == 2


def test_a_partner_takes_an_offer_for_a_member_once(caller, programme, member):
    campaign_in(programme, needs_clip=True)
    address = f"members/{member.pk}/offers"
    assert [(row["code"], row["can_be_taken"]) for row in caller.get(address).json()["results"]] == [("spring", True)]

    first = caller.post("offers", {"member": str(member.pk), "campaign": "spring"})
    again = caller.post("offers", {"member": str(member.pk), "campaign": "spring"})

    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    assert first.json()["member"] == str(member.pk) and again["Idempotent-Replayed"] == "true"
    assert CampaignClip.objects.count() == 1
    assert caller.get(address).json()["results"][0]["can_be_taken"] is False
    assert caller.get(address, can_be_taken="true").json()["results"] == []
    assert caller.get(address, code="autumn").json()["results"] == []


def test_an_offer_that_is_not_for_the_member_is_refused_and_a_trial_takes_nothing(caller, programme, member):
    campaign_in(programme), campaign_in(programme, "clip", needs_clip=True)

    refused = caller.post("offers", {"member": str(member.pk), "campaign": "spring"})
    tried = caller.post("offers", {"member": str(member.pk), "campaign": "clip"}, query="dry_run=true")

    assert code_of(refused, 409) == "offer_not_for_member" and tried.status_code == 200
    assert code_of(caller.post("offers", {"member": str(member.pk), "campaign": "none"}), 404) == "campaign_not_found"
    assert not CampaignClip.objects.exists()


def test_who_is_held_out_has_no_offer(caller, programme, member):
    campaign = campaign_in(programme, holdout_percent=50, needs_clip=True)
    others = [MemberFactory.create(programme=programme) for _ in range(12)]

    shown = [bool(caller.get(f"members/{one.pk}/offers").json()["results"]) for one in others]

    assert set(shown) == {True, False}
    held = others[shown.index(False)]
    answer = caller.post("offers", {"member": str(held.pk), "campaign": campaign.code})
    assert code_of(answer, 409) == "offer_not_for_member" and "hold" not in answer.content.decode()


def test_segments_are_listed_with_their_members(caller, programme, member):
    listed = open_segment(programme=programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    rule_segment(programme)
    club = MemberFactory.create(programme=programme, attributes={"club": "yes"})
    add_to_list(segment=listed, members=[member.pk], at=clock.now())

    assert [row["code"] for row in caller.get("segments").json()["results"]] == ["big", "vips"]
    assert [row["kind"] for row in caller.get("segments", kind="static").json()["results"]] == ["static"]
    assert [row["member"] for row in caller.get("segments/vips/members").json()["results"]] == [str(member.pk)]
    assert [row["member"] for row in caller.get("segments/big/members").json()["results"]] == [str(club.pk)]
    assert caller.get("segments/vips/members", status="frozen").json()["results"] == []
    assert code_of(caller.get("segments/none/members"), 404) == "segment_not_found"


def test_a_list_is_paged_to_its_end(caller, programme):
    members = [MemberFactory.create(programme=programme) for _ in range(5)]
    add_to_list(
        segment=open_segment(programme=programme, code="vips", name="VIPs", kind=SegmentKind.STATIC),
        members=[member.pk for member in members],
        at=clock.now(),
    )

    seen, cursor = [], None
    while True:
        page = caller.get("segments/vips/members", limit=2, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["member"] for row in page["results"]]
        cursor = page["next"]
        if not cursor:
            break

    assert seen == [str(pk) for pk in sorted((member.pk for member in members), reverse=True)]


def test_a_list_changes_whole_or_not_at_all(caller, programme, member):
    open_segment(programme=programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    rule_segment(programme)
    other, stranger = MemberFactory.create(programme=programme), MemberFactory.create()
    one = str(member.pk)

    assert caller.patch("segments/vips/members", {"add": [one, str(other.pk)]}).json() == {"added": 2, "removed": 0}
    assert caller.patch("segments/vips/members", {"add": [one], "remove": [str(other.pk)]}).json() == {"added": 0, "removed": 1}
    wrong = caller.patch("segments/vips/members", {"add": [str(other.pk), str(stranger.pk)]})
    assert wrong.status_code == 422 and faults(wrong) == {"/add/1": "unknown_value"}
    assert code_of(caller.patch("segments/big/members", {"add": [one]}), 409) == "segment_is_no_list"
    for body in ({}, {"add": [one], "remove": [one]}, {"add": "all"}, {"put": [one]}):
        assert caller.patch("segments/vips/members", body).status_code == 422
    assert [row.member_id for row in SegmentMember.objects.filter(removed_at__isnull=True)] == [member.pk]


def test_a_repeat_with_the_same_key_changes_nothing(caller, programme, member):
    open_segment(programme=programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    first = caller.patch("segments/vips/members", {"add": [str(member.pk)]}, key="K1")
    caller.patch("segments/vips/members", {"remove": [str(member.pk)]}, key="K2")

    again = caller.patch("segments/vips/members", {"add": [str(member.pk)]}, key="K1")

    assert again.content == first.content and not SegmentMember.objects.filter(removed_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("path", "scope"),
    [("campaigns", Scope.CAMPAIGNS_READ), ("segments", Scope.SEGMENTS_READ), ("members/{member}/offers", Scope.CAMPAIGNS_READ)],
)
def test_each_address_needs_its_scope(programme, member, path, scope):
    caller = caller_for(programme, scopes=set(Scope) - {scope})

    answer = caller.get(path.format(member=member.pk))

    assert code_of(answer, 403) == "scope_missing" and answer.json()["scope"] == scope


def test_lists_ask_as_often_for_many_as_for_one(caller, programme, member):
    counts = []
    for place in range(2):
        for more in range(3):
            code = f"c{place}{more}"
            campaign_in(programme, code, budget={"units": 5})
            segment = open_segment(programme=programme, code=code, name=code, kind=SegmentKind.STATIC)
            add_to_list(segment=segment, members=[member.pk], at=clock.now())
        caller.get("campaigns")
        with CaptureQueriesContext(connection) as few:
            for path in ("campaigns", "segments", f"segments/{code}/members", f"members/{member.pk}/offers"):
                assert caller.get(path).status_code == 200
        counts.append(len(few))

    assert counts[0] == counts[1]
