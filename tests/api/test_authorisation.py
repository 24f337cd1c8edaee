"""Who may call what: made from the table of addresses, so that no view is forgotten."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.partners.domain import Scope
from accounts.partners.services import revoke_key
from loyalty.api.urls import _programme
from tests.accounts.factories import MemberFactory, PartnerKeyFactory
from tests.api.caller import Caller, problem
from tests.api.conftest import basket, caller_for, open_club

STRANGER = uuid.UUID("0190a8f0-0000-7000-8000-000000000000")


def operations() -> Iterator[tuple[str, str, Scope]]:
    """Every address of a programme with its methods and scopes; ids are those of nobody."""
    for pattern in _programme:
        path = str(pattern.pattern)
        for name in pattern.pattern.converters:
            kind = "slug" if name == "code" else "uuid"
            path = path.replace(f"<{kind}:{name}>", "coffee" if name == "code" else str(STRANGER))
        for method, scope in pattern.callback.view_class.scopes.items():
            yield path, method, scope


OPERATIONS = list(operations())


def call(caller: Caller, path: str, method: str):
    if method == "GET":
        return caller.get(path)
    return caller.send(method.lower(), path, {})


def test_every_view_says_which_scope_each_method_needs():
    for pattern in _programme:
        view = pattern.callback.view_class
        methods = {name.upper() for name in ("get", "post", "patch") if hasattr(view, name)}

        assert methods == set(view.scopes), pattern


@pytest.mark.parametrize(("path", "method", "scope"), OPERATIONS)
def test_nobody_gets_in_without_a_key(db, path, method, scope):
    answer = getattr(Client(), method.lower())(f"/api/v1/programmes/any/{path}")

    assert answer.status_code == 401
    assert problem(answer)["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == 'Bearer realm="pointbook"'


@pytest.mark.parametrize("key", ["", "x", "abc.def", "a" * 8 + "." + "b" * 32, "\u00e9.\u00e9", "a.b c", "%00.%00", "x" * 5000])
def test_a_wrong_key_is_no_key(programme, key):
    answer = Client().get(f"/api/v1/programmes/{programme.slug}/rewards", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 401


def test_a_revoked_key_is_no_key(programme):
    key = PartnerKeyFactory.create(programmes=[programme])
    revoke_key(key=key)

    answer = Caller(programme.slug, key.raw).get("rewards")

    assert (answer.status_code, problem(answer)["code"]) == (401, "key_not_valid")


@pytest.mark.parametrize(("path", "method", "scope"), OPERATIONS)
def test_a_key_without_the_scope_is_refused(programme, path, method, scope):
    caller = caller_for(programme, scopes=[other for other in Scope if other != scope])

    answer = call(caller, path, method)

    assert answer.status_code == 403
    assert problem(answer)["code"] == "scope_missing"
    assert problem(answer)["scope"] == scope


@pytest.mark.parametrize(("path", "method", "scope"), OPERATIONS)
def test_the_scope_alone_is_enough(programme, path, method, scope):
    answer = call(caller_for(programme, scopes=[scope]), path, method)

    assert answer.status_code in {200, 201, 404, 422}


@pytest.mark.parametrize(("path", "method", "scope"), OPERATIONS)
def test_another_programme_answers_like_a_missing_one(programme, path, method, scope):
    caller = caller_for(programme)
    foreign, missing = Caller(open_club().slug, caller.key), Caller("no-such-club", caller.key)

    answers = [call(foreign, path, method), call(missing, path, method)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.fixture
def foreign(programme):
    """What belongs to another programme: a member, a purchase, a redemption, an adjustment."""
    other = open_club()
    stranger = MemberFactory.create(programme=other, external_id="X1", email="x@example.org")
    theirs = caller_for(other)
    purchase = theirs.post("purchases", basket(stranger, lines=..., amount="5000.00")).json()
    held = theirs.post("redemptions", {"member": str(stranger.pk), "amount": "5.00"}, query="hold=true").json()
    adjustment = theirs.post("adjustments", {"member": str(stranger.pk), "units": 5, "reason": "goodwill", "note": "Sorry."}).json()
    return {"member": str(stranger.pk), "purchase": purchase["id"], "redemption": held["id"], "adjustment": adjustment["id"]}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "members/{member}"),
        ("PATCH", "members/{member}"),
        ("GET", "members/{member}/balances"),
        ("GET", "members/{member}/movements"),
        ("GET", "members/{member}/lots"),
        ("GET", "members?external_id=X1"),
        ("GET", "members?email=x@example.org"),
        ("GET", "rewards?member={member}"),
        ("GET", "purchases/{purchase}"),
        ("GET", "redemptions/{redemption}"),
        ("POST", "redemptions/{redemption}/capture"),
        ("POST", "redemptions/{redemption}/cancel"),
        ("GET", "adjustments/{adjustment}"),
    ],
)
def test_a_foreign_object_answers_like_a_missing_one(caller, foreign, method, path):
    missing = {name: str(STRANGER) for name in foreign}
    body = {"given_name": "Eve"} if method == "PATCH" else {}

    def ask(ids):
        address = path.format(**ids)
        return caller.get(address) if method == "GET" else caller.send(method.lower(), address, body)

    theirs, nobodys = ask(foreign), ask(missing)

    assert theirs.status_code == nobodys.status_code == 404
    assert "=X1" in path or "email=" in path or theirs.content == nobodys.content


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("purchases", basket()),
        ("redemptions", {"amount": "5.00"}),
        ("adjustments", {"units": 5, "reason": "goodwill", "note": "Sorry."}),
    ],
)
def test_a_foreign_member_named_in_a_body_answers_like_a_missing_one(caller, foreign, path, body):
    answers = [caller.post(path, body | {"member": who}) for who in (foreign["member"], str(STRANGER))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_foreign_hold_does_not_pay(caller, member, foreign):
    tenders = [{"kind": "points", "amount": "5.00", "redemption": foreign["redemption"]}]

    answer = caller.post("purchases", basket(member, tenders=tenders))

    assert (answer.status_code, problem(answer)["code"]) == (404, "redemption_not_found")


def test_what_is_no_address_is_told_in_problem_details(db):
    answer = Client().get("/api/v1/nonsense")

    assert (answer.status_code, problem(answer)["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace"])
def test_other_methods_are_refused(caller, member, method):
    answer = getattr(Client(), method)(caller.address(f"members/{member.pk}"), headers=caller.headers())

    assert (answer.status_code, problem(answer)["code"]) == (405, "method_not_allowed")
