"""Whatever is sent: never a 5xx, always a problem that says what to do, and a refusal changes nothing. Driven by the OpenAPI snapshot."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.kit.rest import limits
from loyalty.kit.texts import is_good_reference, is_good_text
from rewards.check_ins.tokens import code_of
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, give
from tests.api.conftest import basket
from tests.api.test_events import visit
from tests.api.test_reviews import review
from tests.rewards.check_ins.stage import point_at
from tests.rewards.factories import IN_A_YEAR, RewardFactory
from tests.rewards.setups.stage import VISIT, set_up

DOCUMENT = yaml.safe_load((Path(__file__).parent / "openapi.yaml").read_text())
PREFIX = "/api/v1/programmes/{programme}/"
OPERATIONS = {
    operation["operationId"]: (method, path.removeprefix(PREFIX), operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
BATCHES = {"recordPurchases", "recordEvents", "reportStoreDays"}
"""Each of their items is judged by itself."""
WRITES = sorted(name for name, (_method, _path, operation) in OPERATIONS.items() if "requestBody" in operation)

NEVER = ["a\0b", "a\ud800", "a\u202eb", "\u2066a\u2069", "a\u202ab\u202c", "\ufeffa", "e\u0301"]
"""What no text may hold: NUL, a lone surrogate, turned reading, a byte order mark, another normal form than C."""
NOT_IN_IDS = ["a\u200bb", "a\u200db", "a\u2060b", "a\u00adb", "\u180ea", "a\u2028b", "\ue000", "a\u0085b", "a\tb", "a\u061cb", "\u3000"]
IDS = {
    "external_id", "member_external_id", "purchase_external_id", "card", "store", "channel", "sku", "category", "brand", "flags", "codes",
    "reward", "currency", "home_store", "locale",
}  # fmt: skip


PERSON = {
    "email": "ada@example.org", "phone": "+905321234567", "given_name": "Ada", "family_name": "Y", "birth_date": "1990-02-03",
    "locale": "tr", "home_store": "S1", "attributes": {"a": "b"},
}  # fmt: skip

STORE_DAY = {"store": "S1", "day": "2026-01-14", "currency": "EUR", "sales": "5.00", "tickets": 1}


def paid_card(caller):
    """A gift card that has paid something, and the payment."""
    card = caller.post("gift-cards", {"external_id": "G0", "amount": "50.00"}).json()
    charge = {"code": card["code"], "external_id": "C0", "occurred_at": "2026-01-15T12:00:00+03:00", "amount": "5.00"}
    return card, caller.post("gift-cards/charges", charge).json()


def card_bodies(card):
    when = {"external_id": "C9", "occurred_at": "2026-01-15T13:00:00+03:00"}
    return {
        "issueGiftCard": {"external_id": "G9", "amount": "5.00", "code": "ABCDEFGH9999", "pin": "1234"},
        "lookUpGiftCard": {"code": card["code"]},
        "chargeGiftCard": when | {"code": card["code"], "amount": "5.00", "order_amount": "5.00"},
        "giveBackGiftCard": when | {"amount": "1.00"},
    }


def plan_bodies(caller, programme, member, code):
    """A membership that includes something under this code, and a use of it."""
    plan = {"variants": {"standard": {"year_minor": 100}}, "entitlements": {code: {"name": "Coffee", "least_minor": 100}}}
    set_up(programme, SetupKind.PLAN, "pass", plan)
    when = {"occurred_at": "2026-01-15T13:00:00+03:00"}
    begun = {"external_id": "S0", "member": str(member.pk), "plan": "pass", "term": "year", "variant": "standard", "paid": "1.00"} | when
    used = {"external_id": "U0", "order_amount": "5.00", "receipt": "R0"} | when
    subscription = caller.post("subscriptions", begun).json()["id"]
    use = caller.post(f"members/{member.pk}/entitlements/{code}/uses", used).json()["id"]
    bodies = {
        "startSubscription": begun | {"external_id": "S9"},
        "renewSubscription": {"external_id": "R9", "variant": "standard", "paid": "1.00"} | when,
        "cancelSubscription": {"external_id": "C9", "when": "now"} | when,
        "useEntitlement": used | {"external_id": "U9"},
        "giveBackEntitlementUse": {"external_id": "B9"} | when,
    }
    return bodies, {"{subscription}": subscription, "{use}": use}


@pytest.fixture
def world(caller, member, programme):
    """Valid bodies by operation, and the values of path parameters."""
    limits.windows = limits.Windows()
    give(member, 10_000, IN_A_YEAR)
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    set_up(programme, SetupKind.CHOSEN_DAY, "double-star", {"every": "month"})
    reward = RewardFactory.create(programme=programme, code="coffee", price_points=10)
    who = {"member": str(member.pk)}
    purchase = caller.post("purchases", basket(member, "R0")).json()["id"]
    event = caller.post("events", visit(member, "V0")).json()["id"]
    held = caller.post("redemptions", who | {"amount": "1.00"}, query="hold=true").json()["id"]
    card, charge = paid_card(caller)
    whole = basket(
        member,
        "R1",
        store="S1",
        codes=["x"],
        tenders=[{"kind": "cash", "amount": "1.00"}, {"kind": "gift_card", "amount": "1.00", "code": card["code"]}],
        lines=[{"external_id": "1", "sku": "A", "category": "c", "brand": "b", "quantity": 1, "amount": "2.00", "flags": ["f"]}],
    )
    bodies: dict[str, Any] = {
        "enrolMember": PERSON | {"external_id": "C9"}, "changeMember": PERSON,
        "recordPurchase": whole, "recordPurchases": {"items": [whole]},
        "recordReturn": {
            "external_id": "B1", "purchase_external_id": "R0", "occurred_at": "2026-01-15T13:00:00+03:00",
            "lines": [{"external_id": "1", "quantity": 1}],
        },
        "redeem": who | {"reward": reward.code, "external_id": "T1"},
        "requestAdjustment": who | {"units": 1, "reason": "goodwill", "note": "Sorry."},
        "recognise": who | {"external_id": "G9", "units": 1, "to_external_id": "M2", "value": "teamwork", "message": "Thanks."},
        "sendPoints": who | {"units": 1, "to_external_id": "M2", "external_id": "T9"}, "recordEvent": visit(member),
        "recordEvents": {"items": [visit(member, "V2")]}, "undoEvent": {"reason": "mistake", "note": "Sorry."},
        "sendReview": review(member),
        "chooseDay": {"code": "double-star", "day": "2026-02-14"},
        "checkIn": who | {"token": code_of(point_at(programme), AT)},
        "getReferralCode": who,
        "claimReferral": who | {"code": "ABCD2345"}, "addBuyer": {"code": "ada", "name": "Ada", "email": "ada@mill.example"},
        "takeOffer": who | {"campaign": "spring"}, "reportStoreDays": {"items": [STORE_DAY]},
        "changeSegmentMembers": {"add": [str(member.pk)], "remove": []},
        "captureRedemption": {"store": "S1"}, "cancelRedemption": {}, "undoRecognition": {"reason": "Sorry."},
    }  # fmt: skip
    names = {
        "{member}": str(member.pk),
        "{purchase}": purchase,
        "{event}": event,
        **dict.fromkeys(("{redemption}", "{adjustment}", "{recognition}"), held),
        "{code}": reward.code,
    }
    of_plans, names_of_plans = plan_bodies(caller, programme, member, reward.code)
    return bodies | card_bodies(card) | of_plans, names | names_of_plans | {"{charge}": charge["id"], "{card}": card["id"]}


class Counted:
    """The rows of every table as they were counted last: after one call is before the next."""

    def __init__(self, count_rows):
        self._count_rows = count_rows
        self.again()

    def again(self):
        self.last = self._count_rows()


@pytest.fixture
def counted(world, count_rows):
    return Counted(count_rows)


def address(path, names):
    for name, value in names.items():
        path = path.replace(name, value)
    return path


def texts(schema, at=()):
    """The places of all texts below a schema, as steps; 0 is the first item of a list, "a" a free name."""
    if "$ref" in schema:
        yield from texts(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], at)
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from texts(one, at)
    if schema.get("type") == "string":
        yield at
    for name, of in schema.get("properties", {}).items():
        yield from texts(of, (*at, name))
    if isinstance(schema.get("items"), dict):
        yield from texts(schema["items"], (*at, 0))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from texts(schema["additionalProperties"], (*at, "a"))


def places(name):
    return sorted(set(texts(OPERATIONS[name][2]["requestBody"]["content"]["application/json"]["schema"])), key=str)


def put(body, at, value):
    """A copy of the body with the value at these steps, whatever stood there."""
    body = copy.deepcopy(body)
    if not at:
        return value
    step, *rest = at
    if isinstance(step, int):
        body = body if isinstance(body, list) and body else [{}]
    elif not isinstance(body, dict):
        body = {}
    body[step] = put(body[step] if isinstance(step, int) else body.get(step), tuple(rest), value)
    return body


def refused_well(answer):
    """Assert that an answer is no failure and, if it is a refusal, one that helps; return whether it is one."""
    assert answer.status_code < 500, answer.content
    if answer.status_code < 400:
        return False
    assert answer["Content-Type"] == "application/problem+json", answer.content
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    assert len(body["detail"]) > 10, body
    for fault in body.get("errors", []):
        assert len(fault["detail"]) > 8, body
        assert not any(word in fault["pointer"] + fault["detail"] for word in ("constrained", "Input should", "[key]", "Value error")), body
    return True


def test_every_write_is_tried(world):
    assert set(world[0]) == set(WRITES)


@pytest.mark.parametrize("name", WRITES)
def test_no_text_of_any_body_takes_what_cannot_be_seen(caller, world, count_rows, name):
    bodies, names = world
    method, path, _operation = OPERATIONS[name]
    before, tried = count_rows(), 0

    for at in places(name):
        is_id = any(step in IDS for step in at)
        for text in NEVER + (NOT_IN_IDS if is_id else []):
            limits.windows = limits.Windows()
            answer = caller.send(method, address(path, names), put(bodies[name], at, text))
            if name in BATCHES and answer.status_code == 200:  # the item is refused, not the batch
                assert answer.json()["results"][0]["status"] == 422, (at, text)
            else:
                assert refused_well(answer), (at, text)
                assert answer.status_code == 422, (at, text, answer.content)
            tried += 1

    assert count_rows() == before or name in BATCHES
    assert tried >= len(NEVER) * len(places(name))


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_parameter_takes_what_cannot_be_seen(caller, world, name):
    _bodies, names = world
    method, path, operation = OPERATIONS[name]
    for parameter in operation["parameters"]:
        if parameter["in"] == "query" and method == "get":
            for text in ["a\0b", "a\u202eb", "\ufeff", "e\u0301", "", "x" * 5000]:
                limits.windows = limits.Windows()
                assert refused_well(caller.get(address(path, names), **{parameter["name"]: text})), (parameter["name"], text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
odd_values = json_values | st.sampled_from(
    [
        1e3,
        1.5,
        10**400,
        -0.0,
        "1e3",
        "٣",
        "१२",
        "12,5",
        "NaN",
        "2026-01-15T12:30:00+99:99",
        "0" * 70_000,
        [[[[]]]] * 50,
        {"a": {"b": {}}},
        True,
    ]
)
SCRATCHES = (
    lambda raw: raw[: len(raw) // 2],
    lambda raw: raw + raw,
    lambda raw: b"\xef\xbb\xbf" + raw,
    lambda raw: raw.decode().encode("utf-16"),
    lambda raw: raw.replace(b'"', b"'"),
    lambda raw: raw[:-1] + b', "external_id": "x", "external_id": "y"}',
    lambda raw: raw[:-1] + b', "z": ' + b"[" * 3000 + b"]" * 3000 + b"}",
    lambda raw: raw[:-1] + b', "z": 1e999}',
    lambda raw: raw[:-1] + b', "z": -Infinity}',
    lambda raw: raw[:-1] + b', "z": ' + b"9" * 5000 + b"}",
    lambda raw: raw[:-1] + b', "z": "\\ud800"}',
    lambda raw: raw[:-1] + b', "z": "\xff"}',
    lambda raw: raw[:-1] + b', "z": "' + b"x" * 3_000_000 + b'"}',
    lambda raw: raw[:0],
    lambda raw: raw[:0] + b"\0",
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize("name", WRITES)
def test_whatever_is_sent_is_answered(caller, world, counted, name, data):
    bodies, names = world
    method, path, _operation = OPERATIONS[name]
    limits.windows = limits.Windows()
    body = put(bodies[name], data.draw(st.sampled_from([(), *places(name), ("z",)])), data.draw(odd_values))
    before = counted.last

    answer = caller.send(method, address(path, names), body)

    was_refused = refused_well(answer)
    counted.again()
    assert not was_refused or counted.last == before


@pytest.mark.parametrize("name", WRITES)
def test_whatever_is_no_json_is_refused(caller, world, count_rows, name):
    bodies, names = world
    method, path, _operation = OPERATIONS[name]
    before = count_rows()

    for place, scratch in enumerate(SCRATCHES):
        limits.windows = limits.Windows()
        raw = scratch(json.dumps(bodies[name]).encode())
        assert refused_well(caller.send(method, address(path, names), raw)) or raw in {b"", b"{}"}, place
    for kind in ("text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data", "é"):
        limits.windows = limits.Windows()
        answer = caller.send(method, address(path, names), json.dumps(bodies[name]).encode(), content_type=kind)
        assert refused_well(answer), kind

    assert count_rows() == before or name in {"captureRedemption", "cancelRedemption"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize("name", sorted(name for name, (method, _path, _operation) in OPERATIONS.items() if method == "get"))
def test_whatever_is_asked_is_answered(caller, world, name, data):
    _bodies, names = world
    _method, path, operation = OPERATIONS[name]
    limits.windows = limits.Windows()
    known = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"] or ["x"]
    shown = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    words = shown | st.sampled_from(
        ["1e3", "-1", "9" * 30, "2026-02-30", "0001-01-01", "2199-12-31", "true", "held", "a'; --", "%00", "W10"]
    )
    query = data.draw(st.dictionaries(st.sampled_from(known) | shown, words, max_size=3))
    ids = {key: data.draw(st.sampled_from([value, "0", "00000000-0000-0000-0000-000000000000"])) for key, value in names.items()}

    refused_well(caller.get(address(path, ids), **query))


@given(text=st.text(max_size=40))
def test_a_good_reference_is_good_text_and_can_be_seen(text):
    if is_good_reference(text):
        assert is_good_text(text)
        assert not text or text.strip()
        assert text.isprintable() or any(letter.isspace() for letter in text)
