import pytest

from rewards.check_ins.api import CheckInAnswer, CheckInPointsAnswer
from rewards.check_ins.domain import CodeKind
from rewards.check_ins.models import CheckIn
from rewards.check_ins.tokens import code_of
from tests.accounts.factories import AT, StoreFactory
from tests.api.caller import faults, problem
from tests.api.conftest import open_club
from tests.rewards.check_ins.stage import pay_for_visits, point_at
from tests.rewards.factories import wallet


def test_an_app_checks_a_member_in(caller, programme, member):
    pay_for_visits(programme)
    point = point_at(programme)
    body = {"token": code_of(point, AT), "member": str(member.pk)}

    imagined = caller.post("check-ins", body, query="dry_run=true")
    answer = caller.post("check-ins", body)

    assert (imagined.status_code, imagined.json()["id"]) == (200, None)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    CheckInAnswer.model_validate(told)
    assert (told["point"], told["title"], told["trigger"]) == (str(point.pk), "Open day", "event:stop-by")
    assert [earned["units"] for earned in told["earned"]] == [25]
    assert (CheckIn.objects.count(), wallet(member)) == (1, (25, 0))
    again = caller.post("check-ins", body)
    assert (again.status_code, problem(again)["code"], again.json()["event"]) == (409, "checked_in_before", told["id"])
    assert wallet(member) == (25, 0)


@pytest.mark.parametrize("token", ["made-up", "0" * 32, "0" * 32 + "-5.abc"])
def test_a_code_that_is_not_ours_is_refused(caller, member, token):
    answer = caller.post("check-ins", {"token": token, "member": str(member.pk)})

    assert (answer.status_code, problem(answer)["code"], CheckIn.objects.count()) == (409, "check_in_code_not_known", 0)


def test_a_code_of_another_programme_is_refused(caller, member):
    answer = caller.post("check-ins", {"token": code_of(point_at(open_club()), AT), "member": str(member.pk)})

    assert (answer.status_code, problem(answer)["code"]) == (409, "check_in_elsewhere")


def test_faults_are_named(caller, member):
    assert faults(caller.post("check-ins", {"token": "x" * 121, "member": str(member.pk)})) == {"/token": "too_long"}
    assert faults(caller.post("check-ins", {"token": "x"})) == {"/member": "required"}


def test_points_are_listed_with_their_hours(caller, programme):
    store = StoreFactory.create(entity=programme.legal_entity, code="S7")
    point_at(programme, title="One", store=store)
    point_at(programme, title="Two", code_kind=CodeKind.ROTATING)

    answer = caller.get("check-in-points")

    assert answer.status_code == 200, answer.content
    CheckInPointsAnswer.model_validate(answer.json())
    assert [(row["title"], row["store"], row["code_kind"]) for row in answer.json()["results"]] == [
        ("Two", None, "rotating"),
        ("One", "S7", "printed"),
    ]
    assert [row["title"] for row in caller.get("check-in-points", store="S7").json()["results"]] == ["One"]
    assert caller.get("check-in-points", on="2026-01-18").json()["results"] == []
    assert len(caller.get("check-in-points", on="2026-01-17", open="true", event_type="stop-by").json()["results"]) == 2
    assert caller.get("check-in-points", open="false").json()["results"] == []
