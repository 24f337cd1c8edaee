import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from loyalty.kit.problems import Problem
from rewards.earning.domain import MalformedRule
from rewards.setups.domain import SetupKind, parse
from rewards.setups.models import SetupVersion
from rewards.setups.queries import setups_of
from rewards.setups.services import approve_setup, draft_setup, write_first_setup
from tests.accounts.factories import AT, ProgrammeFactory, UserFactory
from tests.rewards.setups.stage import FIRST_DAY, VISIT, rule_for, set_up

TOMORROW = AT.date() + dt.timedelta(days=1)
CARD = {"kind": "card", "steps": [{"target": 10, "counts": "pieces"}], "reward": {"points": 50}}


def without(definition, name):
    properties = {key: value for key, value in definition["schema"]["properties"].items() if key != name}
    return definition | {"schema": definition["schema"] | {"properties": properties, "required": []}}


@pytest.mark.django_db
def test_a_draft_counts_once_somebody_else_approves_it():
    programme, author = ProgrammeFactory.create(), UserFactory.create()
    draft = draft_setup(
        programme=programme, kind=SetupKind.EVENT_TYPE, code="visit", name="Visit", definition=VISIT, valid_from=TOMORROW, author=author
    )
    assert setups_of(programme).event_type("visit", TOMORROW) is None

    with pytest.raises(Problem) as own:
        approve_setup(version=draft, approver=author, at=AT)
    approve_setup(version=draft, approver=UserFactory.create(), at=AT)
    with pytest.raises(Problem) as twice:
        approve_setup(version=draft, approver=UserFactory.create(), at=AT)

    assert (own.value.code, twice.value.code) == ("another_person_must_approve", "setup_already_approved")
    assert setups_of(programme).event_type("visit", AT.date()) is None
    version, _kind = setups_of(programme).event_type("visit", TOMORROW)
    assert version.pk == draft.pk


@pytest.mark.django_db
def test_what_has_begun_is_not_approved():
    draft = draft_setup(
        programme=ProgrammeFactory.create(),
        kind=SetupKind.QUEST,
        code="coffee",
        name="Coffee",
        definition=CARD,
        valid_from=AT.date(),
        author=None,
    )

    with pytest.raises(Problem) as refusal:
        approve_setup(version=draft, approver=UserFactory.create(), at=AT)

    assert refusal.value.code == "setup_is_not_new"


@pytest.mark.django_db
def test_an_approved_version_stands():
    version = set_up(ProgrammeFactory.create(), SetupKind.QUEST, "coffee", CARD)

    with pytest.raises(DatabaseError), transaction.atomic():
        SetupVersion.objects.filter(pk=version.pk).update(definition={})


@pytest.mark.django_db
def test_a_programme_that_is_not_live_needs_no_second_person():
    draft, live = ProgrammeFactory.create(state="draft"), ProgrammeFactory.create()
    facts = {"kind": SetupKind.QUEST, "code": "coffee", "name": "Coffee", "definition": CARD, "valid_from": FIRST_DAY, "at": AT}

    write_first_setup(programme=draft, **facts)
    with pytest.raises(Problem) as refusal:
        write_first_setup(programme=live, **facts)

    assert len(setups_of(draft).quests) == 1
    assert refusal.value.code == "setup_is_not_new"


@pytest.mark.django_db
def test_a_field_that_rules_may_ask_for_is_never_lost():
    programme = ProgrammeFactory.create()
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)

    with pytest.raises(Problem) as refusal:
        set_up(programme, SetupKind.EVENT_TYPE, "visit", without(VISIT, "minutes"))

    assert [error.pointer for error in refusal.value.errors] == ["/schema/properties/minutes"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "definition", "pointer"),
    [
        (SetupKind.QUEST, CARD | {"reward": {"reward": "none"}}, "/reward/reward"),
        (SetupKind.QUEST, CARD | {"reward": {"points": 1, "currency": "gold"}}, "/reward/currency"),
        (SetupKind.QUEST, CARD | {"steps": [{"target": 1, "trigger": "event:none"}]}, "/steps/0/trigger"),
        (
            SetupKind.QUEST,
            CARD | {"steps": [{"target": 1, "trigger": "birthday", "when": {"field": "event.age", "op": "eq", "value": "1"}}]},
            "/steps/0/when",
        ),
    ],
)
def test_what_is_named_must_be_there(kind, definition, pointer):
    with pytest.raises(Problem) as refusal:
        set_up(ProgrammeFactory.create(), kind, "thing", definition)

    assert [error.pointer for error in refusal.value.errors] == [pointer]
    assert not SetupVersion.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "definition",
    [
        {"trigger": "event:none", "kind": "fixed", "points": 1},
        {"trigger": "event:visit", "kind": "fixed", "points": 1, "when": {"field": "event.minutes", "op": "eq", "value": "30"}},
        {"trigger": "event:visit", "kind": "rate", "rate": "1", "of": {"field": "event.club", "kind": "number"}},
        {"trigger": "birthday", "kind": "fixed", "points": 1, "when": {"field": "event.minutes", "op": "eq", "value": "30"}},
    ],
)
def test_a_rule_asks_only_for_what_the_event_has(definition):
    programme = ProgrammeFactory.create()
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)

    with pytest.raises(Problem) as refusal:
        rule_for(programme, "visits", **definition)

    assert refusal.value.code == "unknown_reference"


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        ({"trigger": "whim", "kind": "fixed", "points": 1}, "/trigger"),
        ({"trigger": "birthday", "kind": "per_unit", "points": 1}, "/kind"),
        ({"trigger": "birthday", "kind": "fixed", "points": 1, "basis": "paid"}, "/basis"),
        ({"trigger": "event:visit", "kind": "rate", "rate": "1"}, "/of"),
        ({"trigger": "event:visit", "kind": "fixed", "points": 1, "of": {"field": "event.a", "kind": "number"}}, "/of"),
        ({"trigger": "birthday", "kind": "fixed", "points": 1, "when": {"field": "order.price", "op": "ge", "value": 1}}, "/when"),
        ({"trigger": "birthday", "kind": "fixed", "points": 1, "when": {"all": [{"lines": "any"}]}}, "/when"),
        ({"kind": "fixed", "points": 1, "when": {"field": "event.a", "op": "eq", "value": "x"}}, "/when"),
        ({"kind": "fixed", "points": 1, "when": {"field": "order.price", "kind": "money", "op": "ge", "value": 1}}, "/when/kind"),
        ({"kind": "fixed", "points": 1, "of": {"field": "event.a", "kind": "number"}}, "/of"),
    ],
)
def test_a_rule_of_another_trigger_says_what_fits_it(definition, pointer):
    from rewards.earning.domain import compile_rule

    with pytest.raises(MalformedRule) as refusal:
        compile_rule(version_id=None, code="r", version=1, currency="points", definition=definition)

    assert [error.pointer for error in refusal.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("kind", "definition", "pointer"),
    [
        (SetupKind.EVENT_TYPE, [], ""),
        (SetupKind.EVENT_TYPE, {"schema": {"properties": {"Up": {}}}}, "/schema/properties"),
        (SetupKind.EVENT_TYPE, {"schema": {"properties": {"a": {"type": "number"}}}}, "/schema/properties/a/type"),
        (SetupKind.EVENT_TYPE, {"schema": {"properties": {"a": {"type": "boolean", "enum": ["x"]}}}}, "/schema/properties/a/enum"),
        (SetupKind.EVENT_TYPE, {"schema": {"properties": {"a": {"type": "string", "pattern": "("}}}}, "/schema/properties/a/pattern"),
        (SetupKind.EVENT_TYPE, {"schema": {"additionalProperties": True}}, "/schema/additionalProperties"),
        (SetupKind.EVENT_TYPE, {"schema": {"required": ["a"]}}, "/schema/required"),
        (SetupKind.EVENT_TYPE, {"late_days": -1}, "/late_days"),
        (SetupKind.EVENT_TYPE, {"schema": {"$ref": "file:///etc/passwd"}}, "/schema/$ref"),
        (SetupKind.MOMENTS, {"birthday_window_days": 61}, "/birthday_window_days"),
        (SetupKind.MOMENTS, {"profile_fields": ["shoe_size"]}, "/profile_fields/0"),
        (SetupKind.MOMENTS, {"profile_fields": []}, "/profile_fields"),
        (SetupKind.REFERRAL, {"join_days": 0}, "/join_days"),
        (SetupKind.REFERRAL, {"hold_days": 1.5}, "/hold_days"),
        (SetupKind.QUEST, {"steps": [{"target": 1}]}, "/reward"),
        (SetupKind.QUEST, CARD | {"steps": []}, "/steps"),
        (SetupKind.QUEST, CARD | {"head_start": 10}, "/head_start"),
        (SetupKind.QUEST, CARD | {"period": "week"}, "/period"),
        (SetupKind.QUEST, CARD | {"kind": "challenge", "in_a_row": 3}, "/in_a_row"),
        (SetupKind.QUEST, CARD | {"kind": "streak"}, "/in_a_row"),
        (SetupKind.QUEST, CARD | {"steps": [{"target": 1, "where": {"field": "x", "op": "eq", "value": 1}}]}, "/steps/0/where/field"),
        (SetupKind.QUEST, CARD | {"steps": [{"target": 1, "trigger": "birthday", "counts": "pieces"}]}, "/steps/0/counts"),
        (SetupKind.QUEST, CARD | {"steps": [{"target": 1, "trigger": "event:v", "counts": "amount"}]}, "/steps/0/of"),
        (SetupKind.QUEST, CARD | {"steps": [{"target": 0}]}, "/steps/0/target"),
        (SetupKind.QUEST, CARD | {"reward": {"points": 0}}, "/reward/points"),
    ],
)
def test_a_definition_that_makes_no_sense_names_the_place(kind, definition, pointer):
    with pytest.raises(Problem) as refusal:
        parse(kind, definition)

    assert pointer in [error.pointer for error in refusal.value.errors]
    assert refusal.value.status == 422
