import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.setups.domain import SetupKind
from rewards.setups.models import SetupVersion
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.setups.stage import VISIT, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return open_shop().programme


def hand_in(client, programme, kind, of="", **given):
    later = (clock.now() + dt.timedelta(days=3)).date().isoformat()
    name = "staff:setup-draft" if of else "staff:setup-new"
    address = reverse(name, args=[programme.slug, kind, of] if of else [programme.slug, kind])
    return client.post(address, {"valid_from": later, **given})


TYPE = {
    "name": "Gym visit",
    "code": "visit",
    "schema": "minutes*: integer (1..600)\nclub: text (north|south)\nkm: decimal",
    "late_days": "10",
}
CARD = {
    "name": "Coffee card",
    "code": "coffee-card",
    "what": "card",
    "name_1": "Coffees",
    "trigger_1": "purchase",
    "counts_1": "pieces",
    "target_1": "10",
    "where_1": "category = Coffee",
    "head_start": "2",
    "reward": "coffee",
}
CHALLENGE = {
    "name": "Sport month",
    "code": "sport",
    "what": "challenge",
    "period": "month",
    "counts_1": "amount",
    "target_1": "50.00",
    "trigger_2": "event:visit",
    "target_2": "4",
    "when_2": "event.minutes >= 30",
    "trigger_3": "event:visit",
    "counts_3": "amount",
    "of_3": "number:event.km",
    "target_3": "20",
    "points": "200",
    "currency": "points",
    "keeps": "on",
}


def test_an_event_type_is_written_line_by_line_and_approved_by_another(client, programme):
    client.force_login(colleague(Role.MARKETING))
    assert hand_in(client, programme, "event-type", **TYPE).status_code == 302
    version = SetupVersion.objects.get()
    assert version.definition == {
        "schema": {
            "type": "object",
            "properties": {
                "minutes": {"type": "integer", "minimum": 1, "maximum": 600},
                "club": {"type": "string", "enum": ["north", "south"]},
                "km": {"type": "string", "format": "decimal"},
            },
            "required": ["minutes"],
            "additionalProperties": False,
        },
        "late_days": 10,
    }

    client.force_login(colleague(Role.FINANCE_APPROVER))
    [kind, *_rest] = client.get(reverse("staff:setups", args=[programme.slug])).context["kinds"]
    [shown] = kind["setups"][0]["versions"]
    assert shown["text"] == (
        "club: text (north, south), may be left out. km: number, may be left out. minutes: number, needed. Taken for 10 days after it happened."
    )
    client.post(shown["approve_url"])

    version.refresh_from_db()
    assert version.approved_at is not None


def test_a_card_is_built_in_the_form_and_read_back(client, programme):
    client.force_login(colleague(Role.MARKETING))

    assert hand_in(client, programme, "quest", **CARD).status_code == 302

    step = {"name": "Coffees", "counts": "pieces", "target": 10, "where": {"field": "category", "op": "eq", "value": "Coffee"}}
    assert SetupVersion.objects.get().definition == {"kind": "card", "steps": [step], "head_start": 2, "reward": {"reward": "coffee"}}
    shown = client.get(reverse("staff:setup-draft", args=[programme.slug, "quest", "coffee-card"])).context["form"].initial
    assert (shown["target_1"], shown["where_1"], shown["head_start"], shown["reward"]) == (10, "category = Coffee", 2, "coffee")
    kinds = client.get(reverse("staff:setups", args=[programme.slug])).context["kinds"]
    assert kinds[1]["setups"][0]["versions"][0]["text"] == (
        "Card. Coffees: 10 pieces, category: Coffee. 2 of it are given at the start. It gives A coffee on us. It can be done again and again."
    )


def test_a_challenge_of_events_and_money(client, programme):
    set_up(
        programme,
        SetupKind.EVENT_TYPE,
        "visit",
        VISIT
        | {"schema": VISIT["schema"] | {"properties": VISIT["schema"]["properties"] | {"km": {"type": "string", "format": "decimal"}}}},
    )
    client.force_login(colleague(Role.MARKETING))

    assert hand_in(client, programme, "quest", **CHALLENGE).status_code == 302

    assert SetupVersion.objects.get(setup__code="sport").definition == {
        "kind": "challenge",
        "steps": [
            {"counts": "amount", "target": 5000},
            {"trigger": "event:visit", "target": 4, "when": {"field": "event.minutes", "kind": "number", "op": "ge", "value": 30}},
            {"trigger": "event:visit", "counts": "amount", "of": {"field": "event.km", "kind": "number"}, "target": 20},
        ],
        "period": "month",
        "reward": {"points": 200, "currency": "points"},
        "on_return": "keep",
    }
    shown = client.get(reverse("staff:setup-draft", args=[programme.slug, "quest", "sport"])).context["form"].initial
    assert (shown["target_1"], shown["of_3"], shown["when_2"], shown["keeps"]) == ("50.00", "number:event.km", "event.minutes >= 30", True)


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("event-type", TYPE | {"schema": "minutes"}, "schema"),
        ("event-type", TYPE | {"schema": "a: text\na: text"}, "schema"),
        ("event-type", TYPE | {"schema": "a: integer (1-2)"}, "schema"),
        ("event-type", TYPE | {"code": "birthday"}, "code"),
        ("event-type", TYPE | {"late_days": "-1"}, "late_days"),
        ("quest", CARD | {"target_1": ""}, "target_1"),
        ("quest", CARD | {"target_1": "many"}, "target_1"),
        ("quest", CARD | {"points": "5"}, "points"),
        ("quest", CARD | {"head_start": "10"}, "head_start"),
        ("quest", CARD | {"where_1": "colour = red"}, "where_1"),
        ("quest", CARD | {"what": "streak", "head_start": ""}, "in_a_row"),
        ("quest", CARD | {"target_2": "5"}, "what"),
        ("referral", {"least_minor": "x", "join_days": "1", "purchase_days": "1", "most_in_30_days": "1"}, "least_minor"),
        ("moments", {"birthday_window_days": "61", "anniversary_window_days": "1"}, "birthday_window_days"),
        ("moments", {"birthday_window_days": "1", "anniversary_window_days": "1"}, "profile_fields"),
    ],
)
def test_what_makes_no_sense_names_the_field(client, programme, kind, given, field):
    client.force_login(colleague(Role.MARKETING))

    response = hand_in(client, programme, kind, **given)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not SetupVersion.objects.exists()


def test_there_is_one_set_of_moments_and_of_referrals(client, programme):
    client.force_login(colleague(Role.MARKETING))
    given = {"birthday_window_days": "3", "anniversary_window_days": "4", "profile_fields": ["birth_date"], "attributes": "size"}

    assert hand_in(client, programme, "moments", **given).status_code == 302
    assert (
        hand_in(client, programme, "referral", least_minor="10.00", join_days="7", purchase_days="60", most_in_30_days="5").status_code
        == 302
    )

    assert dict(SetupVersion.objects.values_list("setup__code", "definition")) == {
        "moments": {"birthday_window_days": 3, "anniversary_window_days": 4, "profile_fields": ["birth_date", "attributes.size"]},
        "referral": {"least_minor": 1000, "join_days": 7, "purchase_days": 60, "most_in_30_days": 5},
    }
    again = client.get(reverse("staff:setup-new", args=[programme.slug, "moments"]))
    assert again.url == reverse("staff:setup-draft", args=[programme.slug, "moments", "moments"])
    assert hand_in(client, programme, "moments", "moments", **given | {"birthday_window_days": "5"}).status_code == 302
    kinds = client.get(reverse("staff:setups", args=[programme.slug])).context["kinds"]
    assert [change["kind"] for change in kinds[3]["setups"][0]["versions"][0]["changes"]] == ["removed", "added"]


def test_only_those_who_write_rules_draft_and_unknown_kinds_are_not_there(client, programme):
    client.force_login(colleague(Role.AUDITOR))
    assert hand_in(client, programme, "moments", birthday_window_days="3").status_code == 403

    client.force_login(colleague(Role.MARKETING))
    assert client.get(reverse("staff:setup-new", args=[programme.slug, "plans"])).status_code == 404
