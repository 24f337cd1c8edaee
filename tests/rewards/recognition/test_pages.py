"""Recognition in the API, on the member's page, in the e-mail and on the page of colleagues."""

import uuid

import pytest
from django.core import mail
from django.urls import reverse

from accounts.outbox.models import OutboxEvent
from accounts.partners.domain import Scope
from accounts.staff.roles import Role
from rewards.recognition.emails import send_recognition_letter
from rewards.recognition.models import Recognition
from rewards.recognition.representations import RecognitionAnswer, RecognitionsAnswer
from rewards.setups.models import SetupVersion
from tests.accounts.factories import UserFactory
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for
from tests.colleagues import colleague
from tests.rewards.recognition.stage import colleague_in, company, gave, noon

pytestmark = pytest.mark.django_db
NOW = noon(3, 10)


@pytest.fixture
def programme(stopped_clock):
    stopped_clock(NOW)
    return company()


@pytest.fixture
def ada(programme):
    return colleague_in(programme, "Ada", user=UserFactory.create(), email="ada@example.org")


@pytest.fixture
def grace(programme):
    return colleague_in(programme, "Grace", user=UserFactory.create(), email="grace@example.org")


@pytest.fixture
def caller(programme):
    return caller_for(programme)


def thanks(ada, **more):
    said = {"member": str(ada.pk), "to_email": "grace@example.org", "units": 45, "value": "teamwork", "message": "Well done."}
    return {"external_id": "G1"} | said | more


def test_a_partner_lets_members_recognise_one_another(caller, ada, grace):
    told = caller.post("recognitions", thanks(ada))

    RecognitionAnswer.model_validate(told.json())
    assert (told.status_code, told.json()["units"], told.json()["left"]) == (201, 45, 55)
    again = caller.post("recognitions", thanks(ada))
    assert (again.json()["id"], Recognition.objects.count()) == (told.json()["id"], 1)
    listed = caller.get("recognitions", member=str(grace.pk)).json()
    RecognitionsAnswer.model_validate(listed)
    assert [row["message"] for row in listed["results"]] == ["Well done."]
    assert caller.get(f"recognitions/{told.json()['id']}").json()["to_member"] == str(grace.pk)
    assert caller.get("recognitions", from_on="2025-03-11").json()["results"] == []


def test_refusals_of_the_api_name_what_is_wrong(caller, ada, grace):
    assert faults(caller.post("recognitions", thanks(ada, to_member=str(grace.pk)))) == {"/to_member": "too_many"}
    assert faults(caller.post("recognitions", thanks(ada, value="luck"))) == {"/value": "unknown_value"}
    assert problem(caller.post("recognitions", thanks(ada, units=101)))["left"] == 100
    assert problem(caller.post("recognitions", thanks(ada, to_email="nobody@example.org")))["code"] == "receiver_not_found"
    assert caller.get(f"recognitions/{uuid.uuid4()}").status_code == 404
    assert Recognition.objects.count() == 0


def test_a_dry_run_gives_nothing(caller, ada, grace):
    seen = caller.post("recognitions", thanks(ada), query="dry_run=true")

    assert (seen.json()["left"], Recognition.objects.count()) == (55, 0)


def test_a_key_without_the_scope_is_refused(programme, ada, grace):
    assert caller_for(programme, scopes=[Scope.TRANSFERS_WRITE]).post("recognitions", thanks(ada)).status_code == 403


def test_a_member_recognises_a_colleague_once_however_often_they_tap(client, programme, ada, grace):
    client.force_login(ada.user)
    address = reverse("portal:recognition", args=[programme.slug])
    shown = client.get(address)
    said = {"token": shown.context["form"].initial["token"], "to": "grace@example.org", "units": "45", "value": "teamwork", "message": "Hi"}

    for _twice in range(2):
        assert client.post(address, said).status_code == 302

    page = client.get(address).content.decode()
    assert Recognition.objects.count() == 1
    assert "You have 55 points left to give until 31 March." in page
    assert "To Grace" in page
    assert "Teamwork" in page
    client.force_login(grace.user)
    assert "From Ada" in client.get(address).content.decode()
    assert "You have 100 points left to give" in client.get(reverse("portal:home", args=[programme.slug])).content.decode()
    assert "From a colleague" in client.get(reverse("portal:activity", args=[programme.slug])).content.decode()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"to": "ada@example.org"}, "These are your own points."),
        ({"to": "nobody@example.org"}, "Nobody who can receive points was found"),
        ({"units": "101"}, "You have 100 points left to give this month."),
    ],
)
def test_a_refusal_stands_on_the_form(client, programme, ada, grace, more, told):
    client.force_login(ada.user)
    said = {"token": uuid.uuid4(), "to": "grace@example.org", "units": "45", "value": "teamwork", "message": "Hi"} | more

    answer = client.post(reverse("portal:recognition", args=[programme.slug]), said)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Recognition.objects.count() == 0


def test_who_was_recognised_gets_a_letter(programme, ada, grace):
    gave(ada, grace, 45, NOW, message="You saved the launch.")

    send_recognition_letter(OutboxEvent.objects.get(topic="recognition.received"))

    [letter] = mail.outbox
    assert "grace@example.org" in letter.to[0]
    assert "45" in letter.subject
    assert "You saved the launch." in letter.body


def test_colleagues_see_who_recognised_whom_and_for_what(client, programme, ada, grace):
    gave(ada, grace, 45, NOW)
    gave(grace, ada, 5, NOW, "G2", value="customers")
    client.force_login(colleague(Role.MARKETING))
    address = reverse("staff:recognitions", args=[programme.slug])

    page = client.get(address)

    assert page.context["values"] == [["Teamwork", "1", "45"], ["Customers first", "1", "5"]]
    assert "Thank you." in page.content.decode()
    assert client.get(address, {"month": "2025-02"}).context["rows"] == []
    assert len(client.get(address, {"month": "never"}).context["rows"]) == 2


def test_colleagues_set_recognition_up(client, programme):
    client.force_login(colleague(Role.MARKETING))
    said = {
        "allowance": "allowance",
        "earned": "points",
        "monthly_units": "50",
        "extra_attribute": "direct_reports",
        "extra_each_units": "5",
        "extra_most_units": "20",
        "values": "teamwork: Team work\nluck: Luck",
        "least_units": "1",
        "most_units": "",
        "times_a_day": "20",
        "prorate": "on",
        "valid_from": "2025-04-01",
    }
    address = reverse("staff:setup-draft", args=[programme.slug, "recognition", "recognition"])
    assert client.get(address).context["form"].initial["values"] == "customers: Customers first\nteamwork: Teamwork"

    assert client.post(address, said | {"extra_each_units": ""}).status_code == 422
    assert client.post(address, said).status_code == 302

    definition = SetupVersion.objects.get(setup__kind="recognition", version=2).definition
    assert definition["extra"] == {"attribute": "direct_reports", "each_units": 5, "most_units": 20}
    assert definition["values"]["teamwork"] == {"name": "Team work", "other_names": {"tr": "Ekip çalışması"}}
    shown = client.get(reverse("staff:setups", args=[programme.slug])).content.decode()
    assert "Each member may give away 50 points in a month; what is left lapses on the first." in shown
