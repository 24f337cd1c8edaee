"""The pages of colleagues about campaigns and segments, and the offers of members."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.programmes.queries import currency_of
from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.campaigns.domain import State, Used
from rewards.campaigns.models import Campaign, CampaignClip, CampaignVersion
from rewards.campaigns.services import approve_campaign, assign_due_audiences, draft_campaign, open_campaign, turn_campaign
from rewards.campaigns.services.purses import add_to_counter
from rewards.earning.services import approve_rule, draft_rule
from rewards.segments.domain import SegmentKind
from rewards.segments.models import SegmentMember, SegmentVersion
from rewards.segments.services import open_segment
from tests.accounts.factories import MemberFactory, UserFactory
from tests.colleagues import colleague
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def shop():
    return open_shop()


@pytest.fixture
def programme(shop):
    return shop.programme


def address(name, programme, *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def plan(client, programme, **changed):
    first = (clock.now() + 2 * DAY).date()
    given = {
        "name": "Spring",
        "code": "spring",
        "first_on": first.isoformat(),
        "last_on": (first + 30 * DAY).isoformat(),
        "blackout": (first + DAY).isoformat(),
        "holdout_percent": "12.50",
        "budget_units": "5000",
        "budget_cost": "40.00",
        "goal_metric": "incremental_spend",
        "goal_figure": "1000.00",
        "goal_words": "Fill the spring",
    }
    return client.post(address("campaign-new", programme), given | changed)


def running(programme, **terms):
    """A campaign that has begun, approved long before."""
    today = clock.now().date()
    campaign = open_campaign(programme=programme, code="now", name="Now")
    days = {"first_on": (today - 3 * DAY).isoformat(), "last_on": (today + 3 * DAY).isoformat(), "holdout_percent": 0}
    version = draft_campaign(campaign=campaign, definition=days | terms, author=UserFactory.create())
    approve_campaign(version=version, approver=UserFactory.create(), at=clock.now() - 20 * DAY)
    return campaign


def test_a_campaign_is_planned_by_one_and_approved_by_another(client, programme):
    client.force_login(colleague(Role.MARKETING))

    assert plan(client, programme).status_code == 302

    version = CampaignVersion.objects.get()
    assert version.definition["holdout_percent"] == "12.5"
    assert version.definition["budget"] == {"units": 5_000, "cost_minor": 4_000}
    assert version.definition["goal"] == {"metric": "incremental_spend", "figure": 100_000, "words": "Fill the spring"}
    page = client.get(address("campaign", programme, "spring"))
    assert page.context["versions"][0]["approve_url"] == "" and page.context["stage_label"] == "waits for approval"

    client.force_login(colleague(Role.FINANCE_APPROVER))
    [shown] = client.get(address("campaign", programme, "spring")).context["versions"]
    client.post(shown["approve_url"])
    version.refresh_from_db()
    assert version.approved_at is not None
    page = client.get(address("campaign", programme, "spring"))
    assert "12.5 percent are held out." in page.content.decode()
    assert page.context["bars"][0]["text"] == "0 of 5,000"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "Not a code"}, "code"),
        ({"last_on": "2020-01-01"}, "last_on"),
        ({"blackout": "tomorrow"}, "blackout"),
        ({"holdout_percent": "51"}, "holdout_percent"),
        ({"segment": "nobody"}, "segment"),
        ({"budget_units": "0"}, "budget_units"),
        ({"budget_cost": "much"}, "budget_cost"),
        ({"goal_figure": "much"}, "goal_figure"),
        ({"goal_metric": "uses", "goal_figure": "1.5"}, "goal_figure"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_a_plan_that_makes_no_sense_names_the_field(client, programme, wrong, field):
    client.force_login(colleague(Role.MARKETING))

    response = plan(client, programme, **wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Campaign.objects.exists()


def test_a_second_campaign_of_the_same_code_is_refused_whole(client, programme):
    client.force_login(colleague(Role.MARKETING))
    plan(client, programme)

    assert plan(client, programme, name="Another").status_code == 422
    assert CampaignVersion.objects.count() == 1


def test_the_form_of_the_next_version_says_what_the_last_one_said(client, programme):
    client.force_login(colleague(Role.MARKETING))
    plan(client, programme)

    shown = client.get(address("campaign-draft", programme, "spring")).context["form"].initial
    again = {name: value for name, value in shown.items() if value not in (None, "", False)}
    client.post(address("campaign-draft", programme, "spring"), again | {"budget_units": 9_000})

    first, second = CampaignVersion.objects.order_by("version").values_list("definition", flat=True)
    assert second == first | {"budget": {"units": 9_000, "cost_minor": 4_000}}
    changes = client.get(address("campaign", programme, "spring")).context["versions"][0]["changes"]
    assert [change["text"] for change in changes] == ["At most 5,000 points.", "At most 9,000 points."]


def test_the_list_and_the_page_say_how_a_campaign_stands(client, programme):
    client.force_login(colleague(Role.MARKETING))
    campaign = running(programme, budget={"units": 100})
    add_to_counter(campaign.pk, Used(100, 50, 4))
    MemberFactory.create_batch(3, programme=programme)
    assign_due_audiences(at=clock.now())

    rows = client.get(address("campaigns", programme)).context["rows"]
    page = client.get(address("campaign", programme, "now"))

    assert [(row[0]["value"], row[2]["value"], row[3]) for row in rows] == [("Now", "running", 100)]
    assert page.context["is_spent"] and "The budget is used up" in page.content.decode()
    assert page.context["lift"]["sentences"] == ["The groups are too small to say anything: each needs at least 30 members."]


def test_a_campaign_is_paused_with_a_reason_and_ended_for_good(client, programme):
    client.force_login(colleague(Role.MARKETING))
    campaign = running(programme)

    client.post(address("campaign-turn", programme, "now"), {"state": "paused", "reason": "Out of stock"})
    campaign.refresh_from_db()
    assert campaign.state == State.PAUSED
    assert "Out of stock" in client.get(address("campaign", programme, "now")).content.decode()
    client.post(address("campaign-turn", programme, "now"), {"state": "ended", "reason": "No more"})
    refused = client.post(address("campaign-turn", programme, "now"), {"state": "running", "reason": "Sorry"})
    assert refused.status_code == 422 and Campaign.objects.get().state == State.ENDED


@pytest.mark.parametrize("name", ["campaign-new", "segment-new"])
def test_only_those_who_write_rules_plan(client, programme, name):
    client.force_login(colleague(Role.AUDITOR))

    assert client.get(address(name, programme)).status_code == 403
    assert client.get(address("campaigns", programme)).status_code == 200


def test_a_new_rule_chooses_its_campaign(client, programme):
    client.force_login(colleague(Role.MARKETING))
    campaign = running(programme)
    later = (clock.now() + 3 * DAY).date().isoformat()
    given = {"name": "Ten", "code": "ten", "currency": programme.currencies.get().pk, "kind": "fixed", "points": "10", "basis": "paid"}

    client.post(address("rule-new", programme), given | {"valid_from": later, "campaign": campaign.pk})

    rule = programme.earning_rules.get(code="ten")
    assert rule.campaign == campaign
    rules = client.get(address("rules", programme)).context["rules"]
    assert "Only in the campaign now." in next(r for r in rules if r["name"] == "Ten")["versions"][0]["text"]


def test_a_list_is_filled_from_a_file_with_an_error_for_each_wrong_line(client, programme):
    client.force_login(colleague(Role.MARKETING))
    client.post(address("segment-new", programme), {"name": "VIPs", "code": "vips", "kind": "static"})
    one, two = MemberFactory.create(programme=programme), MemberFactory.create(programme=programme, email="vip@example.org")
    url = address("segment-list", programme, "vips")

    wrong = client.post(url, {"what": "add", "names": f"{one.number}\nnobody"})
    assert wrong.status_code == 422 and "Line 2: nobody is known as nobody." in wrong.content.decode()
    assert not SegmentMember.objects.exists()
    broken = client.post(url, {"what": "add", "file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00")})
    assert list(broken.context["form"].errors) >= ["file"]

    file = SimpleUploadedFile("vips.txt", f"{one.grouped_number}\nVIP@example.org\n\n{one.number}\n".encode())
    assert client.post(url, {"what": "add", "file": file}).status_code == 302
    assert set(SegmentMember.objects.values_list("member", flat=True)) == {one.pk, two.pk}
    assert len(client.get(address("segment", programme, "vips")).context["rows"]) == 2
    client.post(url, {"what": "remove", "names": one.number})
    assert SegmentMember.objects.filter(removed_at__isnull=True).count() == 1


def test_a_rule_segment_is_drafted_and_approved(client, programme):
    client.force_login(colleague(Role.MARKETING))
    client.post(address("segment-new", programme), {"name": "Lapsed", "code": "lapsed", "kind": "rule"})
    later = (clock.now() + 3 * DAY).date().isoformat()
    url = address("segment-draft", programme, "lapsed")

    assert client.post(url, {"when": "order.price > 5.00", "valid_from": later}).status_code == 422
    assert client.post(url, {"when": "", "valid_from": later}).status_code == 422
    assert client.post(url, {"when": "history.spend.90d < 10.00", "valid_from": later}).status_code == 302

    client.force_login(colleague(Role.FINANCE_APPROVER))
    [shown] = client.get(address("segment", programme, "lapsed")).context["versions"]
    assert "less than £10.00" in shown["text"]
    client.post(shown["approve_url"])
    assert SegmentVersion.objects.get().approved_at is not None
    assert len(client.get(address("segments", programme)).context["rows"]) == 1


def offer(programme, **terms):
    """A running campaign with a rule in force."""
    campaign = running(programme, **terms)
    version = draft_rule(
        programme=programme,
        code="ten",
        name="Ten more",
        currency=currency_of(programme),
        definition={"kind": "fixed", "points": 10},
        valid_from=(clock.now() - 3 * DAY).date(),
        author=UserFactory.create(),
        campaign=campaign,
    )
    approve_rule(version=version, approver=UserFactory.create(), at=clock.now() - 20 * DAY)
    return campaign


def test_a_member_sees_and_takes_an_offer_once(client, shop):
    member = shop.member()
    campaign = offer(shop.programme, needs_clip=True)
    client.force_login(member.user)
    url = reverse("portal:offers", kwargs={"programme": shop.programme.slug})

    page = client.get(url)
    assert [(of["name"], of["can_be_taken"]) for of in page.context["offers"]] == [("Now", True)]
    assert "Ten more: 10 points for a purchase." in page.content.decode() and "campaign now" not in page.content.decode()
    take = reverse("portal:offer-take", kwargs={"programme": shop.programme.slug, "campaign": "now"})
    assert [client.post(take).status_code for _tap in range(2)] == [302, 302]

    assert CampaignClip.objects.filter(campaign=campaign, member=member).count() == 1
    assert [of["can_be_taken"] for of in client.get(url).context["offers"]] == [False]


def test_who_is_not_asked_sees_no_offer_and_cannot_take_it(client, shop):
    member = shop.member()
    open_segment(programme=shop.programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    campaign = offer(shop.programme, needs_clip=True, segment="vips")
    client.force_login(member.user)

    shown = client.get(reverse("portal:offers", kwargs={"programme": shop.programme.slug}))
    refused = client.post(reverse("portal:offer-take", kwargs={"programme": shop.programme.slug, "campaign": "now"}))
    missing = client.post(reverse("portal:offer-take", kwargs={"programme": shop.programme.slug, "campaign": "nothing"}))

    assert shown.context["offers"] == [] and (refused.status_code, missing.status_code) == (409, 404)
    assert not CampaignClip.objects.exists()
    turn_campaign(campaign=campaign, state=State.ENDED, reason="over", by=None, at=clock.now())
