"""Colleagues build ladders, give tiers by hand and read checks; members and partners see where they stand."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.tiers.forms import LadderForm, initial_of
from rewards.tiers.models import TierAward, TierLadderVersion
from rewards.tiers.queries import standing
from rewards.tiers.services import reperform
from tests.accounts.factories import MemberFactory, ProgrammeFactory
from tests.colleagues import colleague
from tests.reporting.factories import PASSWORD, open_shop
from tests.rewards.factories import LadderFactory
from tests.rewards.tiers.definitions import WIDE

pytestmark = pytest.mark.django_db

NEXT_MONTH = (clock.now() + dt.timedelta(days=30)).date().isoformat()
FILLED = {
    "name": "Travel",
    "code": "travel",
    "window": "months",
    "window_number": 12,
    "keeps": "months",
    "keeps_months": 12,
    "downgrade": "soft_landing",
    "grace_days": 30,
    "base": "joining",
    "valid_from": NEXT_MONTH,
    "metric_1": "spend",
    "kind_1": "gross",
    "metric_2": "nights",
    "kind_2": "elements",
    "where_2": "category under hotel",
    "code_1": "silver",
    "name_1": "Silver",
    "others_1": "tr: Gümüş",
    "reach_1": "spend 500.00 or nights 5",
    "code_2": "gold",
    "name_2": "Gold",
    "reach_2": "spend 1000 and nights 7.5",
    "keep_2": "spend 800",
    "benefits_2": "lounge: Lounge access | tr: Salona giriş\nlate: Late checkout",
}


def test_a_form_says_all_that_a_definition_says():
    programme = ProgrammeFactory.create()
    said = WIDE | {"metrics": {name: metric for name, metric in WIDE["metrics"].items() if name != "xp"}}
    said["tiers"] = [said["tiers"][0], said["tiers"][1] | {"reach": {"all": {"spend": 100_000, "trips": 4}}}, said["tiers"][2]]

    form = LadderForm(programme, initial_of(said, programme) | {"valid_from": NEXT_MONTH}, said=said)

    assert form.is_valid(), form.errors
    assert form.definition() == said


def test_a_ladder_is_drafted_in_a_form_and_approved_by_somebody_else(client):
    programme = LadderFactory.create().programme
    client.force_login(colleague(Role.MARKETING))

    drafted = client.post(reverse("staff:ladder-new", args=[programme.slug]), FILLED)
    version = TierLadderVersion.objects.get(ladder__code="travel")
    client.force_login(colleague(Role.FINANCE_APPROVER))
    page = client.get(reverse("staff:tiers", args=[programme.slug])).content.decode()
    client.post(reverse("staff:ladder-approve", args=[programme.slug, version.pk]))

    assert drafted.status_code == 302
    assert version.definition["tiers"][1]["keep"] == {"all": {"spend": 80_000}}
    assert "member.tiers.travel" in page and "Then the member falls one step each period." in page
    version.refresh_from_db()
    assert version.approved_at is not None


def test_the_next_version_begins_with_what_the_last_one_says_and_shows_the_difference(client):
    programme = LadderFactory.create().programme
    client.force_login(colleague(Role.MARKETING))
    url = reverse("staff:ladder-draft", args=[programme.slug, "main"])

    given = client.get(url).context["form"].initial
    client.post(
        url,
        {name: "" if value is None else value for name, value in given.items()} | {"valid_from": NEXT_MONTH, "reach_3": "spend 2500.00"},
    )
    [ladder] = client.get(reverse("staff:tiers", args=[programme.slug])).context["ladders"]

    assert given["reach_3"] == "spend 3000.00"
    assert [(change["kind"], "2,500" in change["text"]) for change in ladder["versions"][0]["changes"]] == [
        ("removed", False),
        ("added", True),
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reach_2": "spend lots"}, "reach_2"),
        ({"reach_2": "luck 3 and spend 1"}, "reach_2"),
        ({"reach_2": "spend 1.00"}, "reach_2"),
        ({"keep_2": "spend 5000"}, "keep_2"),
        ({"window_number": ""}, "window_number"),
        ({"keeps_months": ""}, "keeps_months"),
        ({"where_2": "colour = red"}, "where_2"),
        ({"code": "main"}, "code"),
        ({"code_1": "Sil ver"}, "code_1"),
        ({"benefits_2": "no code"}, "benefits_2"),
        ({"metric_1": "Spend!"}, "metric_1"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client, changed, field):
    programme = LadderFactory.create().programme
    client.force_login(colleague(Role.MARKETING))

    answer = client.post(reverse("staff:ladder-new", args=[programme.slug]), FILLED | changed)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert TierLadderVersion.objects.count() == 1


def test_a_tier_is_given_by_two_people(client):
    shop = open_shop()
    ada = shop.member("Ada", "ada@example.org")
    gold = shop.programme.tier_ladders.get().tiers.get(code="gold")
    today = clock.business_date(clock.now(), "Europe/London")
    client.force_login(colleague(Role.SUPPORT))
    form = {"tier": gold.pk, "kind": "match", "to_on": NEXT_MONTH, "note": "Gold at Other Air", "proof": "Case 4711"}

    asked = client.post(reverse("staff:member-tier", args=[ada.pk]), form)
    award = TierAward.objects.get()
    own = client.get(asked.url)
    client.force_login(colleague(Role.FINANCE_APPROVER))
    listed = client.get(reverse("staff:tier-awards")).context["rows"]
    decided = client.post(reverse("staff:tier-award", args=[award.pk]), {"decision": "agree"})

    assert own.context["form"] is None
    assert listed[0][1] == "Gold"
    assert decided.status_code == 302
    assert standing(ada, today).tier == gold


def test_a_refusal_says_why(client):
    ladder = LadderFactory.create()
    member = MemberFactory.create(programme=ladder.programme)
    client.force_login(colleague(Role.SUPPORT))
    form = {"tier": ladder.tiers.first().pk, "kind": "gift", "to_on": NEXT_MONTH, "note": "x", "proof": "y"}
    client.post(reverse("staff:member-tier", args=[member.pk]), form)
    award = TierAward.objects.get()
    client.force_login(colleague(Role.FINANCE_APPROVER))

    silent = client.post(reverse("staff:tier-award", args=[award.pk]), {"decision": "refuse"})
    client.post(reverse("staff:tier-award", args=[award.pk]), {"decision": "refuse", "note": "No case of that number"})

    assert silent.status_code == 422
    award.refresh_from_db()
    assert (award.state, award.decision_note) == ("refused", "No case of that number")


def test_auditors_read_the_last_check(client):
    shop = open_shop()
    ada = shop.member("Ada", "ada@example.org")
    shop.buy(ada, "A-1", clock.now(), ("Dairy", 95_000))
    client.force_login(colleague(Role.AUDITOR))
    url = reverse("staff:tier-checks", args=[shop.programme.slug])

    before = client.get(url).content.decode()
    reperform(programme=shop.programme, day=clock.now().date(), at=clock.now())
    after = client.get(url).content.decode()

    assert "It was never done." in before
    assert "Everything agrees" in after


def test_a_member_sees_what_leads_up_and_what_keeps(client):
    shop = open_shop()
    ada = shop.member("Ada", "ada@example.org")
    shop.buy(ada, "A-1", clock.now(), ("Dairy", 45_000))
    client.login(username="ada@example.org", password=PASSWORD)

    home = client.get(reverse("portal:home", args=[shop.programme.slug])).context["home"]

    [tier] = home.tiers
    assert (tier.label, tier.hint, tier.value, tier.maximum) == ("Silver", "£450.00 to go to Gold", 45_000, 90_000)
    assert tier.note.startswith("Yours through")
