"""Bodies that cannot be read in exactly one way are refused, and nothing is written."""

import json

import pytest

from rewards.purchases.models import Purchase
from tests.api.caller import faults, problem
from tests.api.conftest import basket

WHOLE = json.dumps(basket(external_id="R1")).encode()


def with_field(name: str, text: str) -> bytes:
    """The body of a purchase with one more field as raw JSON text."""
    return WHOLE[:-1] + f', "{name}": {text}}}'.encode()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_input"),
        (b"{", 400, "invalid_json"),
        (b"null", 422, "invalid_input"),
        (b"[]", 422, "invalid_input"),
        (b'"text"', 422, "invalid_input"),
        (b"12", 422, "invalid_input"),
        (b"\xff\xfe{\x00}\x00", 400, "invalid_json"),
        (b'{"external_id": "\xc3\x28"}', 400, "invalid_json"),
        (b"\xef\xbb\xbf" + WHOLE, 400, "invalid_json"),
        (WHOLE[:-1] + b', "external_id": "R2"}', 400, "invalid_json"),
        (with_field("amount", "NaN"), 400, "invalid_json"),
        (with_field("amount", "Infinity"), 400, "invalid_json"),
        (with_field("amount", "1e400"), 400, "invalid_json"),
        (with_field("amount", "1" * 5000), 400, "invalid_json"),
        (with_field("codes", "[" * 100_000), 413, "body_too_large"),
        (with_field("codes", "[" * 30_000 + "]" * 30_000), 400, "invalid_json"),
        (WHOLE + b" " * 65_536, 413, "body_too_large"),
        (WHOLE + b"x", 400, "invalid_json"),
        (WHOLE + WHOLE, 400, "invalid_json"),
    ],
)
def test_what_is_not_json_is_refused(caller, member, body, status, code):
    answer = caller.post("purchases", body)

    assert (answer.status_code, problem(answer)["code"]) == (status, code)
    assert Purchase.objects.count() == 0


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("Application/JSON;charset=UTF-8", 201),
        ("application/json; charset=latin-1", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/plain", 415),
        ("application/xml", 415),
        ("text/json", 415),
        ("nonsense", 415),
    ],
)
def test_only_json_in_utf_8_is_read(caller, member, content_type, status):
    answer = caller.post("purchases", json.dumps(basket(member)).encode(), content_type=content_type)

    assert answer.status_code == status
    assert status == 201 or problem(answer)["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"external_id": 5}, {"/external_id": "not_text"}),
        ({"external_id": True}, {"/external_id": "not_text"}),
        ({"external_id": None}, {"/external_id": "not_text"}),
        ({"external_id": ""}, {"/external_id": "too_short"}),
        ({"external_id": "x" * 101}, {"/external_id": "too_long"}),
        ({"external_id": "a\nb"}, {"/external_id": "bad_text"}),
        ({"external_id": "a\x00b"}, {"/external_id": "bad_text"}),
        ({"external_id": "\ud800"}, {"/external_id": "bad_text"}),
        ({"external_id": "e\u0301"}, {"/external_id": "bad_text"}),
        ({"external_id": ["R1"]}, {"/external_id": "not_text"}),
        ({"external_id": ...}, {"/external_id": "required"}),
        ({"surprise": 1}, {"/surprise": "unknown_field"}),
        ({"balance": 1_000_000, "points": 5}, {"/balance": "unknown_field", "/points": "unknown_field"}),
        ({"a/b~c": 1}, {"/a~1b~0c": "unknown_field"}),
        ({"currency": "eur"}, {"/currency": "not_a_currency"}),
        ({"occurred_at": "2026-01-15T12:30:00"}, {"/occurred_at": "not_a_moment"}),
        ({"occurred_at": "2026-01-15"}, {"/occurred_at": "not_a_moment"}),
        ({"occurred_at": "2026-02-30T12:30:00Z"}, {"/occurred_at": "not_a_moment"}),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, {"/occurred_at": "not_a_moment"}),
        ({"occurred_at": "2026-01-15T12:30:00+25:00"}, {"/occurred_at": "not_a_moment"}),
        ({"occurred_at": "٢٠٢٦-01-15T12:30:00Z"}, {"/occurred_at": "not_a_moment"}),
        ({"occurred_at": 1768480000}, {"/occurred_at": "not_a_moment"}),
        ({"member": "M1"}, {"/member": "not_an_id"}),
        ({"member": 1}, {"/member": "not_an_id"}),
        ({"lines": {}}, {"/lines": "not_a_list"}),
        ({"lines": [None]}, {"/lines/0": "not_an_object"}),
        ({"lines": [{}]}, {"/lines/0/external_id": "required", "/lines/0/quantity": "required"}),
        ({"lines": ..., "amount": 12.5}, {"/amount": "not_text"}),
        ({"lines": ..., "amount": 12}, {"/amount": "not_text"}),
        *[
            ({"lines": ..., "amount": text}, {"/amount": "malformed_amount"})
            for text in (
                "1E5",
                "1e100000",
                "-5",
                "- -5",
                "+5",
                " 5",
                "5 ",
                "5.",
                ".5",
                "1_0",
                "१",
                "٥",
                "NaN",
                "0x10",
                "5\n",
                "1,000",
                "1" * 11,
            )
        ],
        ({"tenders": [{"kind": "gold", "amount": "1"}]}, {"/tenders/0/kind": "unknown_value"}),
    ],
)
def test_fields_that_are_not_as_agreed_are_named(caller, member, facts, fault):
    answer = caller.post("purchases", basket(member, **facts))

    assert answer.status_code == 422, answer.content
    assert faults(answer) == fault
    assert Purchase.objects.count() == 0


@pytest.mark.parametrize("quantity", [True, False, 0, -1, 1.5, "0", "-1", "1.2345", "1E5", "١", "", None, [], 10**9, 10**30, "1000000000"])
def test_a_quantity_is_a_whole_number_or_digits(caller, member, quantity):
    answer = caller.post("purchases", basket(member, lines=[{"external_id": "1", "quantity": quantity, "amount": "1.00"}]))

    assert faults(answer) == {"/lines/0/quantity": "not_a_quantity"}


@pytest.mark.parametrize("units", [True, 0, -1, 1.0, "5", None, 10**9 + 1, 10**300])
def test_points_are_a_whole_number_in_bounds(caller, member, units):
    answer = caller.post("adjustments", {"member": str(member.pk), "units": units, "reason": "goodwill", "note": "Sorry."})

    assert answer.status_code == 422
    assert list(faults(answer)) == ["/units"]


def test_all_faults_are_told_at_once(caller, member):
    answer = caller.post("purchases", {"external_id": 1, "lines": [{"external_id": "1", "quantity": True, "amount": "x"}], "odd": 1})

    assert faults(answer) == {
        "/external_id": "not_text",
        "/occurred_at": "required",
        "/channel": "required",
        "/currency": "required",
        "/lines/0/quantity": "not_a_quantity",
        "/lines/0/amount": "malformed_amount",
        "/odd": "unknown_field",
    }


def test_bad_text_is_found_in_free_facts_and_in_their_names(caller):
    answer = caller.post("members", {"attributes": {"ok": "a\x00", "e\u0301": "x"}})

    assert faults(answer) == {"/attributes/ok": "bad_text", "/attributes": "bad_text"}


@pytest.mark.parametrize("attributes", [{"a": {"b": 1}}, {"a": [1]}, {"a": 1.5}, {"a": 10**16}, {"": 1}, {"x" * 41: 1}, {"a": "x" * 501}])
def test_free_facts_are_single_values(caller, attributes):
    answer = caller.post("members", {"attributes": attributes})

    assert faults(answer) in [
        {f"/attributes/{name}": code} for name in attributes for code in ("not_a_single_value", "too_short", "too_long")
    ]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("dry_run=yes", {"/dry_run": "not_true_or_false"}),
        ("dry_run=true&dry_run=false", {"/dry_run": "given_twice"}),
        ("verbose=1", {"/verbose": "unknown_field"}),
    ],
)
def test_queries_are_strict_too(caller, member, query, fault):
    answer = caller.post("purchases", basket(member), query=query)

    assert faults(answer) == fault
    assert Purchase.objects.count() == 0


@pytest.mark.parametrize("path", ["members?external_id=%00", "members?email=%ff", "members?phone=" + "9" * 50, "members?card=" + "x" * 40])
def test_hostile_queries_are_refused_or_find_nobody(caller, path):
    answer = caller.get(path)

    assert answer.status_code in {404, 422}
    assert problem(answer)["code"] in {"member_not_found", "invalid_input"}
