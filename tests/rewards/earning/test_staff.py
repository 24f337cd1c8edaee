import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.earning.models import EarningRuleVersion
from rewards.setups.domain import SetupKind
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.setups.stage import set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return open_shop().programme


def draft(client, programme, **changed):
    later = (clock.now() + dt.timedelta(days=3)).date().isoformat()
    given = {
        "kind": "per_step",
        "points": 2,
        "step": "1.50",
        "basis": "gross",
        "except_categories": "Tobacco, Stamps ",
        "valid_from": later,
        "valid_to": "",
    }
    return client.post(reverse("staff:rule-draft", args=[programme.slug, "every-pound"]), {**given, **changed})


def test_rules_are_shown_in_words(client, programme):
    client.force_login(colleague(Role.AUDITOR))

    rules = client.get(reverse("staff:rules", args=[programme.slug])).context["rules"]

    assert [rule["name"] for rule in rules] == ["Every pound", "Fresh fruit"]
    assert rules[0]["versions"][0]["text"] == "1 point for every £1.00 paid in money. These do not count: Tobacco."
    assert rules[0]["versions"][0]["state_label"] == "in force"


def test_a_version_is_drafted_by_one_and_approved_by_another(client, programme):
    client.force_login(colleague(Role.MARKETING))
    draft(client, programme)
    version = EarningRuleVersion.objects.get(version=2)
    assert version.definition == {"points": 2, "step_minor": 150, "basis": "gross", "except_categories": ["Tobacco", "Stamps"]}

    client.force_login(colleague(Role.FINANCE_APPROVER))
    newest = client.get(reverse("staff:rules", args=[programme.slug])).context["rules"][0]["versions"][0]
    assert newest["text"] == "2 points for every £1.50 of the price. These do not count: Stamps, Tobacco."
    client.post(newest["approve_url"])

    version.refresh_from_db()
    assert version.approved_at is not None


def test_the_author_gets_no_button_and_no_approval(client, programme):
    client.force_login(colleague(Role.MARKETING, Role.FINANCE_APPROVER))
    draft(client, programme)
    version = EarningRuleVersion.objects.get(version=2)

    assert client.get(reverse("staff:rules", args=[programme.slug])).context["rules"][0]["versions"][0]["approve_url"] == ""
    client.post(reverse("staff:rule-approve", args=[programme.slug, version.pk]))

    version.refresh_from_db()
    assert version.approved_at is None


@pytest.mark.parametrize(
    "wrong", [{"points": 0}, {"step": "0.00"}, {"step": "1.234"}, {"step": "-1"}, {"basis": "all"}, {"valid_from": ""}]
)
def test_a_rule_that_makes_no_sense_is_refused(client, programme, wrong):
    client.force_login(colleague(Role.MARKETING))

    response = draft(client, programme, **wrong)

    assert response.status_code == 422
    assert not EarningRuleVersion.objects.filter(version=2).exists()


FULL = {
    "kind": "rate",
    "points": "",
    "step": "",
    "rate": "1.5",
    "basis": "paid",
    "scope": "line",
    "rounding": "half_up",
    "except_categories": "",
    "only_categories": "Fruit, Bread",
    "where": "flags has full_price",
    "when": "order.price >= 20.00",
    "field_1": "member.tier",
    "sign_1": "in",
    "value_1": "gold, silver",
    "mode": "best",
    "group": "offers",
    "order": "3",
    "is_bonus": "on",
    "cap_per": "month",
    "cap_units": "500",
}
DEFINITION = {
    "kind": "rate",
    "rate": "1.5",
    "basis": "paid",
    "scope": "line",
    "rounding": "half_up",
    "only_categories": ["Fruit", "Bread"],
    "where": {"field": "flags", "op": "has", "value": "full_price"},
    "when": {
        "all": [
            {"field": "order.price", "op": "ge", "value": 2_000},
            {"field": "member.tier", "op": "in", "value": ["gold", "silver"]},
        ]
    },
    "group": {"name": "offers", "mode": "best"},
    "phase": "bonus",
    "order": 3,
    "caps": [{"units": 500, "per": "month"}],
}


def test_everything_of_the_vocabulary_is_built_in_the_form_and_read_back(client, programme):
    client.force_login(colleague(Role.MARKETING))

    assert draft(client, programme, **FULL).status_code == 302
    assert EarningRuleVersion.objects.get(version=2).definition == DEFINITION
    shown = client.get(reverse("staff:rule-draft", args=[programme.slug, "every-pound"])).context["form"]

    assert {name: shown.initial.get(name) for name in ("kind", "rate", "when", "where", "group", "mode", "cap_units", "is_bonus")} == {
        "kind": "rate",
        "rate": "1.5",
        "when": "order.price >= 20.00 and member.tier in (gold, silver)",
        "where": "flags has full_price",
        "group": "offers",
        "mode": "best",
        "cap_units": 500,
        "is_bonus": True,
    }


def test_a_ceiling_is_read_from_its_own_fields_and_a_daily_group_stays_daily(client, programme):
    client.force_login(colleague(Role.MARKETING))
    beside = {"scope": "line", "mode": "best", "group": "offers", "is_daily": "on", "cap_per": "day", "cap_uses": "2"}

    begin(client, programme, kind="ceiling", rate="10", **beside)
    draft(client, programme, **(FULL | {"is_daily": "on"}))
    shown = client.get(reverse("staff:rule-draft", args=[programme.slug, "every-pound"])).context["form"]

    ceiling = EarningRuleVersion.objects.get(rule__code="ten-fruit")
    assert ceiling.definition == {"kind": "ceiling", "rate": 10, "basis": "paid"}
    assert EarningRuleVersion.objects.get(version=2).definition["group"] == {"name": "offers", "mode": "best", "per": "day"}
    assert shown.initial["is_daily"] is True


def test_a_new_version_says_what_changes(client, programme):
    client.force_login(colleague(Role.MARKETING))
    draft(client, programme, points=3, step="1.00", basis="paid", except_categories="Tobacco", when="order.items >= 3")

    newest = client.get(reverse("staff:rules", args=[programme.slug])).context["rules"][0]["versions"][0]

    assert [(change["kind"], change["text"]) for change in newest["changes"]] == [
        ("removed", "1 point for every £1.00 paid in money."),
        ("added", "3 points for every £1.00 paid in money."),
        ("added", "Only with pieces: at least 3."),
    ]


def begin(client, programme, **changed):
    later = (clock.now() + dt.timedelta(days=3)).date().isoformat()
    currency = programme.currencies.get().pk
    given = {"name": "Ten for fruit", "code": "ten-fruit", "currency": currency, "kind": "fixed", "points": "10", "basis": "paid"}
    return client.post(reverse("staff:rule-new", args=[programme.slug]), {**given, "valid_from": later, **changed})


def test_a_new_rule_begins_as_a_draft(client, programme):
    client.force_login(colleague(Role.MARKETING))

    assert begin(client, programme).status_code == 302

    version = EarningRuleVersion.objects.get(rule__code="ten-fruit")
    assert (version.definition, version.approved_at) == ({"kind": "fixed", "points": 10, "basis": "paid"}, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "every-pound"}, "code"),
        ({"points": ""}, "points"),
        ({"kind": "rate"}, "rate"),
        ({"kind": "bands", "bands": "0 1"}, "bands"),
        ({"kind": "multiplier", "factor": "101"}, "factor"),
        ({"mode": "best"}, "group"),
        ({"is_daily": "on", "group": "offers"}, "mode"),
        ({"is_daily": "on", "mode": "exclusive", "group": "offers"}, "group"),
        ({"kind": "ceiling"}, "rate"),
        ({"kind": "ceiling", "rate": "10", "trigger": "enrolment"}, "kind"),
        ({"cap_per": "day"}, "cap_units"),
        ({"when": "order.prize > 5"}, "when"),
        ({"where": "order.price > 5"}, "where"),
        ({"field_1": "order.price", "sign_1": ">=", "value_1": "five"}, "value_1"),
        ({"currency": 0}, "currency"),
        ({"kind": "bands", "bands": "0: 1e9999999"}, "bands"),
        ({"kind": "bands", "bands": "0: NaN"}, "bands"),
        ({"kind": "bands", "bands": "0: -1"}, "bands"),
        ({"kind": "per_step", "step": "99999999999.99"}, "step"),
        ({"points": "1.5"}, "points"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
        ({"when": "order.channel >= web"}, "when"),
        ({"when": " and ".join(["order.price > 1"] * 101)}, "when"),
        ({"where": "not " * 450 + "sku = A"}, "where"),
        ({"field_2": "time.day", "sign_2": ">=", "value_2": "tomorrow"}, "value_2"),
        ({"field_2": "member.tier", "sign_2": ">=", "value_2": "gold"}, "value_2"),
        ({"field_2": "order.codes", "sign_2": "has", "value_2": "A\0"}, "value_2"),
        ({"only_categories": "x" * 101}, "only_categories"),
        ({"mode": "best", "group": "9 lives"}, "group"),
    ],
)
def test_a_new_rule_that_makes_no_sense_names_the_field(client, programme, wrong, field):
    client.force_login(colleague(Role.MARKETING))

    response = begin(client, programme, **wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not EarningRuleVersion.objects.filter(rule__code="ten-fruit").exists()


@pytest.fixture
def visits(programme):
    definition = {"schema": {"properties": {"km": {"type": "string", "format": "decimal"}, "club": {"type": "string"}}}}
    return set_up(programme, SetupKind.EVENT_TYPE, "visit", definition)


@pytest.mark.usefixtures("visits")
def test_a_rule_of_an_event_counts_a_field_and_asks_for_others(client, programme):
    client.force_login(colleague(Role.MARKETING))
    event = {"trigger": "event:visit", "kind": "rate", "rate": "2", "of": "number:event.km", "when": "event.km >= 1.5", "basis": "paid"}

    assert begin(client, programme, **event, field_1="event.club", sign_1="=", value_1="north").status_code == 302

    version = EarningRuleVersion.objects.get(rule__code="ten-fruit")
    conditions = [
        {"field": "event.km", "kind": "number", "op": "ge", "value": "1.5"},
        {"field": "event.club", "op": "eq", "value": "north"},
    ]
    assert version.definition == {
        "trigger": "event:visit",
        "kind": "rate",
        "rate": 2,
        "of": {"field": "event.km", "kind": "number"},
        "when": {"all": conditions},
    }
    page = client.get(reverse("staff:rules", args=[programme.slug])).context["rules"]
    [text] = [rule["versions"][0]["text"] for rule in page if rule["name"] == "Ten for fruit"]
    assert text == "What happens: event visit. 2 points for every 1 of km. Only with km: at least 1.5 and club: north."
    shown = client.get(reverse("staff:rule-draft", args=[programme.slug, "ten-fruit"])).context["form"].initial
    assert (shown["trigger"], shown["of"], shown["when"]) == ("event:visit", "number:event.km", "event.km >= 1.5 and event.club = north")


@pytest.mark.usefixtures("visits")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"trigger": "whim"}, "trigger"),
        ({"trigger": "event:visit", "kind": "rate", "rate": "2"}, "of"),
        ({"trigger": "event:visit", "when": "event.mood = good"}, "when"),
        ({"trigger": "event:visit", "when": "order.price > 5"}, "when"),
        ({"trigger": "birthday", "kind": "per_unit"}, "kind"),
        ({"when": "event.km > 5"}, "when"),
    ],
)
def test_a_rule_that_does_not_fit_its_event_names_the_field(client, programme, wrong, field):
    client.force_login(colleague(Role.MARKETING))

    response = begin(client, programme, **wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_bands_are_written_as_amounts_and_rates(client, programme):
    client.force_login(colleague(Role.MARKETING))

    begin(client, programme, kind="bands", bands="0: 1, 100.00: 2.50", progressive="on")

    definition = EarningRuleVersion.objects.get(rule__code="ten-fruit").definition
    assert definition["bands"] == [{"from_minor": 0, "rate": "1"}, {"from_minor": 10_000, "rate": "2.5"}]
    assert definition["progressive"] is True


def test_only_those_who_write_rules_begin_one(client, programme):
    client.force_login(colleague(Role.AUDITOR))

    assert begin(client, programme).status_code == 403


def test_a_new_version_keeps_the_limits_that_the_form_cannot_show(client, programme):
    client.force_login(colleague(Role.MARKETING))
    caps = [{"uses": 3, "per": "30d"}, {"units": 50, "per": "day"}, {"units": 500, "per": "month"}, {"uses": 2, "per": "day"}]
    rule = programme.earning_rules.get(code="every-pound")
    definition = {"points": 1, "step_minor": 100, "caps": caps}
    EarningRuleVersion.objects.create(rule=rule, version=2, valid_from=dt.date(2099, 1, 1), definition=definition)

    shown = client.get(reverse("staff:rule-draft", args=[programme.slug, "every-pound"])).context["form"].initial
    answer = draft(client, programme, cap_per="day", cap_units=shown["cap_units"], cap_uses=5)

    assert (shown["cap_per"], shown["cap_units"], shown["cap_uses"]) == ("day", 50, 2)
    assert answer.status_code == 302
    assert EarningRuleVersion.objects.get(version=3).definition["caps"] == [
        {"units": 50, "per": "day"},
        {"uses": 5, "per": "day"},
        {"uses": 3, "per": "30d"},
        {"units": 500, "per": "month"},
    ]


def test_rules_are_read_a_page_at_a_time_and_found_by_name_or_code(client, programme, monkeypatch):
    monkeypatch.setattr("rewards.earning.staff.RULES_AT_ONCE", 1)
    client.force_login(colleague(Role.AUDITOR))
    page = reverse("staff:rules", args=[programme.slug])

    first = client.get(page).context
    second = client.get(page + first["next_url"]).context

    assert [[rule["name"] for rule in shown["rules"]] for shown in (first, second)] == [["Every pound"], ["Fresh fruit"]]
    assert (first["previous_url"], second["next_url"]) == ("", "")
    assert client.get(page + second["previous_url"]).context["rules"][0]["name"] == "Every pound"
    found = [[rule["name"] for rule in client.get(page, {"q": words}).context["rules"]] for words in ("FRUIT", "every-p", "none", "\0")]
    assert found == [["Fresh fruit"], ["Every pound"], [], ["Every pound"]]
    assert client.get(page, {"cursor": "x"}).status_code == 200
