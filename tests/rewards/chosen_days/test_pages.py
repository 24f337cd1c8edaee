"""Chosen days on pages of colleagues and members, and in the API."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.chosen_days.api import ChoosingsAnswer
from rewards.chosen_days.models import DayChoice
from rewards.earning.models import EarningRuleVersion
from rewards.setups.models import SetupVersion
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for
from tests.colleagues import colleague
from tests.rewards.chosen_days.stage import choosing_club

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(stopped_clock):
    stopped_clock(AT)
    return choosing_club()


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme, user=UserFactory.create())


def test_a_member_chooses_a_day_and_reads_it(client, programme, member):
    client.force_login(member.user)
    page = reverse("portal:chosen-days", kwargs={"programme": programme.slug})

    answers = [client.post(page, {"code": "double", "day": day}) for day in ("2026-01-15", "", "x", "2026-01-31")]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 302]
    assert "Choose tomorrow or a later day." in answers[0].content.decode()
    assert DayChoice.objects.get().day == dt.date(2026, 1, 31)
    text = client.get(page).content.decode()
    assert "your day is Saturday 31 January" in text and 'min="2026-02-01"' in text and 'max="2026-02-28"' in text
    assert "your day is Saturday 31 January" in client.get(reverse("portal:home", kwargs={"programme": programme.slug})).content.decode()
    assert client.post(page, {"code": "other", "day": "2026-02-20"}).status_code == 404


def test_a_colleague_sets_a_day_up_and_builds_a_rule_on_it(client, programme):
    client.force_login(colleague(Role.MARKETING))

    kind = reverse("staff:setup-new", args=[programme.slug, "chosen-day"])
    client.post(kind, {"name": "Triple day", "code": "triple", "every": "quarter", "valid_from": "2026-02-01"})
    said = {
        "name": "Triple", "code": "triple", "currency": str(programme.currencies.get().pk), "trigger": "purchase", "kind": "multiplier",
        "factor": "3", "basis": "paid", "field_1": "chosen_day.triple", "sign_1": "=", "value_1": "today", "valid_from": "2026-02-01",
    }  # fmt: skip
    answer = client.post(reverse("staff:rule-new", args=[programme.slug]), said)

    assert answer.status_code == 302, answer.context["form"].errors
    assert SetupVersion.objects.get(setup__code="triple").definition == {"every": "quarter"}
    version = EarningRuleVersion.objects.get(rule__code="triple")
    assert version.definition["when"] == {"field": "chosen_day.triple", "op": "eq", "value": "today"}
    assert "the day that the member chose" in client.get(reverse("staff:rules", args=[programme.slug])).content.decode()
    assert "A member chooses one day of each quarter." in client.get(reverse("staff:setups", args=[programme.slug])).content.decode()


def test_an_app_chooses_a_day(programme, member):
    caller = caller_for(programme)
    path = f"members/{member.pk}/chosen-days"

    first, again = (caller.post(path, {"code": "double", "day": "2026-01-31"}) for _ in range(2))

    assert (first.status_code, first.json()) == (
        201,
        {"code": "double", "day": "2026-01-31", "first_on": "2026-01-01", "through_on": "2026-01-31"},
    )
    assert (again.status_code, again["Idempotent-Replayed"], DayChoice.objects.count()) == (201, "true", 1)
    listed = caller.get(path).json()
    ChoosingsAnswer.model_validate(listed)
    assert [(row["code"], row["chosen"], row["next_first_on"]) for row in listed["results"]] == [("double", "2026-01-31", "2026-02-01")]
    found = [len(caller.get(path, **query).json()["results"]) for query in ({"every": "month"}, {"every": "week"}, {"code": "none"})]
    assert found == [1, 0, 0]
    assert problem(caller.post(path, {"code": "double", "day": "2026-01-30"}))["code"] == "day_chosen_before"
    assert faults(caller.post(path, {"code": "double", "day": "2026-01-15"})) == {"/day": "out_of_range"}
    assert problem(caller.post(path, {"code": "none", "day": "2026-01-30"}))["code"] == "chosen_day_not_found"
