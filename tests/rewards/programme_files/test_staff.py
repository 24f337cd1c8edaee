"""The page From a file: checked, handed in by one, approved by another."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.programmes.models import Programme
from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.catalogue.models import RewardVersion
from rewards.programme_files.files import read_programme_file
from rewards.programme_files.models import ProgrammeDraft
from rewards.setups.models import Setup
from tests.colleagues import colleague
from tests.rewards.programme_files.stage import live_programme, plain, read

pytestmark = pytest.mark.django_db
CHEAPER = ("price_points: 100", "price_points: 80")


@pytest.fixture
def programme():
    return live_programme()


def address(page, programme, *more):
    return reverse(f"staff:{page}", args=[programme.slug, *more])


def send(client, programme, *changes, button="check", text=None, **given):
    day = (clock.now() + dt.timedelta(days=3)).date().isoformat()
    said = {"text": plain(*changes) if text is None else text, "effective_on": day, button: "1"} | given
    return client.post(address("programme-file", programme), said)


def test_a_file_is_checked_and_nothing_happens(client, programme):
    client.force_login(colleague(Role.MARKETING))

    page = send(client, programme, CHEAPER)

    checked = page.context["checked"]
    assert [change["title"] for change in checked["changes"]] == ["Reward coffee changes"]
    assert checked["changes"][0]["lines"] == ["price_points: 100 becomes 80"]
    assert checked["examples_said"] == "2 of 3 examples hold."
    assert "expected 0, found -" not in page.content.decode()
    assert not ProgrammeDraft.objects.exists()


def test_a_file_may_be_chosen_and_its_text_comes_back(client, programme):
    client.force_login(colleague(Role.MARKETING))

    page = send(client, programme, text="", file=SimpleUploadedFile("club.yaml", plain(CHEAPER).encode()))

    assert page.context["form"]["text"].value() == plain(CHEAPER)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"version: 1\nrulse: {}\n", "2:1: rulse: rulse is not known. Did you mean rules?"),
        (b"a: \x07", "1:4: This character cannot stand in a file. Remove it."),
        (b"a: &a [*a]", "1:4: Anchors and aliases are not read. Write it out."),
        (b"[" * 5_000, "levels deep"),
    ],
)
def test_whatever_is_chosen_the_page_says_what_is_wrong(client, programme, content, said):
    client.force_login(colleague(Role.MARKETING))

    page = send(client, programme, text="", button="hand_in", file=SimpleUploadedFile("club.yaml", content))

    assert page.status_code == 422
    assert any(said in fault for fault in page.context["checked"]["faults"]), page.context["checked"]["faults"]
    assert not ProgrammeDraft.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * 1_000_000, "A programme file has at most 200000 characters."),
        (b"\x00\xff\xfe", "This is no text. Save the file as UTF-8."),
    ],
)
def test_what_is_no_text_of_that_length_is_refused_beside_its_field(client, programme, content, said):
    client.force_login(colleague(Role.MARKETING))

    page = send(client, programme, text="", file=SimpleUploadedFile("club.yaml", content))

    assert page.status_code == 422
    assert page.context["form"].errors["file"] == [said]


def test_nothing_chosen_is_said_beside_the_field(client, programme):
    client.force_login(colleague(Role.MARKETING))

    assert "file" in send(client, programme, text="").context["form"].errors


def test_one_hands_in_and_another_approves(client, programme):
    client.force_login(colleague(Role.MARKETING))
    assert send(client, programme, CHEAPER, button="hand_in")["Location"] == address("programme-file", programme)
    draft = ProgrammeDraft.objects.get()
    assert not RewardVersion.objects.filter(price_points=80).exists()

    client.force_login(colleague(Role.FINANCE_APPROVER))
    shown = client.get(address("programme-file", programme)).context["drafts"][0]
    client.post(shown["approve_url"])

    assert shown["changes"][0]["lines"] == ["price_points: 100 becomes 80"]
    draft.refresh_from_db()
    assert draft.approved_at is not None
    assert RewardVersion.objects.get(price_points=80).valid_from == draft.effective_on


def test_who_hands_in_cannot_approve(client, programme):
    both = colleague(Role.MARKETING, Role.FINANCE_APPROVER)
    client.force_login(both)
    send(client, programme, CHEAPER, button="hand_in")
    draft = ProgrammeDraft.objects.get()

    assert client.get(address("programme-file", programme)).context["drafts"][0]["approve_url"] == ""
    client.post(address("file-approve", programme, draft.pk))

    draft.refresh_from_db()
    assert draft.waits
    assert not RewardVersion.objects.filter(price_points=80).exists()


def test_a_file_is_withdrawn(client, programme):
    client.force_login(colleague(Role.MARKETING))
    send(client, programme, CHEAPER, button="hand_in")
    draft = ProgrammeDraft.objects.get()

    client.post(address("file-withdraw", programme, draft.pk))

    draft.refresh_from_db()
    assert draft.withdrawn_at is not None
    assert client.get(address("programme-file", programme)).context["drafts"][0]["state_label"] == "withdrawn"


def test_what_is_in_force_is_sent_as_a_file(client, programme):
    client.force_login(colleague(Role.AUDITOR))

    response = client.get(address("programme-export", programme))

    assert response["Content-Disposition"] == 'attachment; filename="plain-club.yaml"'
    assert read_programme_file(response.content.decode()).sections == read().sections


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE_APPROVER])
def test_others_look_and_do_not_hand_in(client, programme, role):
    client.force_login(colleague(role))

    page = send(client, programme, CHEAPER, button="hand_in")

    assert page.context["form"] is None
    assert not ProgrammeDraft.objects.exists()


def test_a_cashier_sees_none_of_it(client, programme):
    client.force_login(colleague(Role.CASHIER))

    assert client.get(address("programme-file", programme)).status_code == 403
    assert client.get(reverse("staff:programme-new")).status_code == 403


def test_a_new_programme_opens_as_its_blueprint_says(client, programme):
    client.force_login(colleague(Role.ADMINISTRATOR))
    cards = client.get(reverse("staff:programme-new")).context["cards"]
    card = next(card for card in cards if card["code"] == "stamp-card")
    given = {"name": "Kahve Köşesi", "company": programme.legal_entity.pk, "time_zone": "Europe/Istanbul"}

    response = client.post(card["url"], given)

    opened = Programme.objects.get(slug="kahve-kosesi")
    assert response["Location"] == reverse("staff:programme", args=["kahve-kosesi"])
    assert opened.name == "Kahve Köşesi"
    assert (opened.state, opened.currency, opened.time_zone, opened.legal_entity) == (
        "draft",
        "USD",
        "Europe/Istanbul",
        programme.legal_entity,
    )
    assert Setup.objects.get(programme=opened).code == "drinks"
    assert "Modelled on the published rules of" in card["modelled"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"time_zone": "Mars/Base"}, "time_zone"), ({"name": ""}, "name"), ({"company": "999"}, "company"), ({"name": "Plain Club"}, None)],
)
def test_what_makes_no_sense_opens_nothing(client, programme, wrong, field):
    client.force_login(colleague(Role.ADMINISTRATOR))
    given = {"name": "Second", "company": programme.legal_entity.pk, "time_zone": "Europe/Istanbul"}

    page = client.post(reverse("staff:programme-from", args=["stamp-card"]), given | wrong)

    assert page.status_code == 422
    assert (field in page.context["form"].errors) if field else page.context["form"].non_field_errors()
    assert Programme.objects.count() == 1


def test_a_blueprint_that_is_not_there_leads_back_to_the_choice(client):
    client.force_login(colleague(Role.ADMINISTRATOR))

    assert client.get(reverse("staff:programme-from", args=["nothing"]))["Location"] == reverse("staff:programme-new")
