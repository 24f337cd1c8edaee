"""A marketing manager's way: gallery, one form, one button, the past, another person."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.backtests.services import work_on_all
from rewards.campaigns.models import Campaign
from rewards.earning.models import EarningRule
from rewards.playbooks.domain import Playbook
from rewards.playbooks.models import PlaybookRun
from rewards.segments.models import Segment
from tests.colleagues import colleague
from tests.rewards.playbooks.stage import DAY, NOW, TODAY, Shop, drafted, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return Shop()


@pytest.fixture
def marketing(client):
    user = colleague(Role.MARKETING)
    client.force_login(user)
    return user


def address(name, programme, *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def filled(client, shop, playbook, **changed):
    """What the form sends as it opens, with these changes."""
    form = client.get(address("playbook", shop.programme, playbook.value)).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    if playbook is Playbook.SERVICE_RECOVERY:
        sent |= {"store": "harbour", "bought_on": (TODAY - 5 * DAY).isoformat()}
    return {name: value for name, value in (sent | changed).items() if value is not None}


def send(client, shop, playbook, **changed):
    return client.post(address("playbook", shop.programme, playbook.value), filled(client, shop, playbook, **changed))


def test_the_gallery_says_what_each_is_for(client, shop, marketing):
    page = client.get(address("playbooks", shop.programme))

    assert [card["title"] for card in page.context["cards"]][:3] == ["Welcome", "Second purchase", "Win-back"]
    assert len(page.context["cards"]) == 10 and page.context["rows"] == []
    assert "No playbook was used yet" in page.content.decode()


@pytest.mark.parametrize("playbook", list(Playbook))
def test_a_form_is_ready_as_it_opens(client, shop, marketing, playbook):
    preview = client.get(address("playbook", shop.programme, playbook.value)).context["preview"]
    if playbook is Playbook.SERVICE_RECOVERY:
        assert preview == {"wrong": ["Members who are affected"]}
    else:
        assert preview["who"] and preview["rule"] and int(preview["count"]) >= 0

    response = send(client, shop, playbook, **({"days": "365"} if playbook is Playbook.EXPIRING_POINTS else {}))

    run = PlaybookRun.objects.get()
    assert response.status_code == 302 and response["Location"] == address("playbook-run", shop.programme, run.pk)
    assert run.playbook == playbook and run.author == marketing and run.back_test
    page = client.get(response["Location"])
    assert page.context["is_working"] and page.context["waits"] and not page.context["approve_url"]


def test_suggestions_follow_the_programme(client, shop, marketing):
    def initial(playbook):
        return client.get(address("playbook", shop.programme, playbook.value)).context["form"].initial

    assert initial(Playbook.NEW_CATEGORY)["category"] == "coffee"
    assert initial(Playbook.TIER_NUDGE)["tier"] == "gold"
    assert initial(Playbook.WIN_BACK)["days"] == 4 * 13
    assert initial(Playbook.WIN_BACK)["first_on"] == TODAY + 7 * DAY
    assert initial(Playbook.WELCOME)["points"] == 1_000 and initial(Playbook.WELCOME)["least"] == "55.00"
    assert initial(Playbook.SERVICE_RECOVERY)["holdout_percent"] == 0


def test_the_past_is_read_and_another_person_approves(client, shop, marketing):
    send(client, shop, Playbook.WIN_BACK, name="Come back", points="300")
    run = PlaybookRun.objects.get()
    work_on_all(at=NOW, seconds=60)

    page = client.get(address("playbook-run", shop.programme, run.pk))
    assert len(page.context["sentences"]) == 3 and "within its budget" in page.context["budget_text"]
    assert "The whole back-test" in page.content.decode()
    row = client.get(address("playbooks", shop.programme)).context["rows"][0]
    assert row[0]["value"] == "Come back" and row[1] == "Win-back" and row[4].minor == 0 and row[5].minor == 0
    made_with = client.get(address("campaign", shop.programme, run.campaign.code))
    assert 'Made with the playbook <a href="' in made_with.content.decode()
    assert client.post(address("playbook-approve", shop.programme, run.pk)).status_code == 403

    client.force_login(colleague(Role.FINANCE_APPROVER))
    assert client.get(address("playbook-run", shop.programme, run.pk)).context["approve_url"]
    page = client.post(address("playbook-approve", shop.programme, run.pk), follow=True)
    assert "The campaign begins on" in page.content.decode() and not page.context["waits"]
    again = client.post(address("playbook-approve", shop.programme, run.pk), follow=True)
    assert "All of it has been approved before" in again.content.decode()


def test_a_draft_that_nobody_approved_in_time_says_so(client, shop, marketing, stopped_clock):
    run = drafted(shop.programme, Playbook.WELCOME)
    stopped_clock(NOW + 8 * DAY)
    client.force_login(colleague(Role.FINANCE_APPROVER))

    page = client.get(address("playbook-run", shop.programme, run.pk))

    assert "Its first day has passed" in page.content.decode() and not page.context["approve_url"]
    late = client.post(address("playbook-approve", shop.programme, run.pk), follow=True)
    assert "Draft it again with a later first day" in late.content.decode() and late.context["waits"]


def test_a_double_click_makes_one(client, shop, marketing):
    sent = filled(client, shop, Playbook.WELCOME)

    places = {client.post(address("playbook", shop.programme, "welcome"), sent)["Location"] for _turn in range(2)}

    assert len(places) == 1 and PlaybookRun.objects.count() == Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("playbook", "changed", "field"),
    [
        (Playbook.WELCOME, {"points": "-1"}, "points"),
        (Playbook.WELCOME, {"points": "9" * 30}, "points"),
        (Playbook.WELCOME, {"points": "²"}, "points"),
        (Playbook.WELCOME, {"budget": "0"}, None),
        (Playbook.WELCOME, {"budget": "a lot"}, "budget"),
        (Playbook.WELCOME, {"budget": "9" * 39}, "budget"),
        (Playbook.WELCOME, {"least": "1e9"}, "least"),
        (Playbook.WELCOME, {"days": "1000"}, "days"),
        (Playbook.WELCOME, {"holdout_percent": "NaN"}, "holdout_percent"),
        (Playbook.WELCOME, {"first_on": TODAY.isoformat()}, "first_on"),
        (Playbook.WELCOME, {"first_on": "0000-00-00"}, "first_on"),
        (Playbook.WELCOME, {"last_on": "9999-12-31"}, "last_on"),
        (Playbook.WELCOME, {"name": "\x00"}, "name"),
        (Playbook.WELCOME, {"name": "n" * 101}, "name"),
        (Playbook.WELCOME, {"token": "again"}, "token"),
        (Playbook.WELCOME, {"past_days": "100000"}, "past_days"),
        (Playbook.QUIET_WEEKDAY, {"factor": "1"}, "factor"),
        (Playbook.QUIET_WEEKDAY, {"factor": "Infinity"}, "factor"),
        (Playbook.QUIET_WEEKDAY, {"weekday": "someday"}, "weekday"),
        (Playbook.NEW_CATEGORY, {"category": None}, "category"),
        (Playbook.NEW_CATEGORY, {"category": "c" * 101}, "category"),
        (Playbook.TIER_NUDGE, {"tier": "platinum"}, "tier"),
        (Playbook.TIER_NUDGE, {"percent": "100"}, "percent"),
        (Playbook.BIRTHDAY, {"days": "61"}, "days"),
        (Playbook.SERVICE_RECOVERY, {"store": "moon"}, "store"),
        (Playbook.SERVICE_RECOVERY, {"bought_on": None}, "bought_on"),
        (Playbook.SERVICE_RECOVERY, {"bought_on": (TODAY + DAY).isoformat()}, "bought_on"),
        (Playbook.SERVICE_RECOVERY, {"names": "ONCE"}, "store"),
        (Playbook.SERVICE_RECOVERY, {"store": None, "bought_on": None}, "names"),
        (Playbook.SERVICE_RECOVERY, {"store": None, "bought_on": None, "names": "ONCE\nnobody"}, "names"),
        (Playbook.SERVICE_RECOVERY, {"store": None, "bought_on": None, "names": "x\n" * 10_001}, "file"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(client, shop, marketing, playbook, changed, field):
    before = Segment.objects.count(), EarningRule.objects.count()

    response = send(client, shop, playbook, **changed)

    assert response.status_code == 422
    assert field in response.context["form"].errors if field else response.context["form"].errors
    assert (Segment.objects.count(), EarningRule.objects.count()) == before
    assert not PlaybookRun.objects.exists() and not Campaign.objects.exists()


def test_affected_members_come_from_a_file(client, shop, marketing):
    file = SimpleUploadedFile("affected.txt", f"{shop.new.number}\nONCE\n".encode())

    response = send(client, shop, Playbook.SERVICE_RECOVERY, store=None, bought_on=None, file=file)

    assert response.status_code == 302 and PlaybookRun.objects.get().audience == 2


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"1" * 1_000_001])
def test_a_file_that_cannot_be_read_is_refused(client, shop, marketing, content):
    file = SimpleUploadedFile("affected.txt", content)

    response = send(client, shop, Playbook.SERVICE_RECOVERY, store=None, bought_on=None, file=file)

    assert response.status_code == 422 and response.context["form"].errors["file"]


def test_the_preview_follows_the_answers_and_writes_nothing(client, shop, marketing):
    sent = filled(client, shop, Playbook.WELCOME)
    place = address("playbook-preview", shop.programme, "welcome")

    assert client.post(place, sent | {"days": "3"}).context["preview"]["count"] == "0"
    two = client.post(place, sent | {"days": "20"})
    assert two.context["preview"]["count"] == "2" and "One gift is worth" in two.content.decode()
    assert client.post(place, sent | {"days": "x"}).context["preview"]["wrong"]
    assert client.get(place).status_code == 405 and not PlaybookRun.objects.exists()


def test_a_programme_without_a_past_can_use_them(client, stopped_clock, marketing):
    stopped_clock(NOW)
    shop = type("Empty", (), {"programme": open_shop()})

    response = send(client, shop, Playbook.WELCOME)

    page = client.get(response["Location"])
    assert "There is no past to try it on yet" in page.content.decode()


@pytest.mark.parametrize("playbook", [Playbook.NEW_CATEGORY, Playbook.TIER_NUDGE, Playbook.EXPIRING_POINTS])
def test_what_a_young_programme_does_not_know_is_asked_for_or_refused(client, stopped_clock, marketing, playbook):
    stopped_clock(NOW)
    shop = type("Empty", (), {"programme": open_shop()})

    response = send(client, shop, playbook)

    assert response.status_code == 422 and not PlaybookRun.objects.exists()


@pytest.mark.parametrize("role", [Role.CASHIER, Role.SUPPORT])
def test_other_colleagues_draft_nothing(client, shop, role):
    run = drafted(shop.programme, Playbook.WELCOME)
    client.force_login(colleague(role))

    for name, more in (("playbook", ["welcome"]), ("playbook-preview", ["welcome"]), ("playbook-approve", [run.pk])):
        assert client.post(address(name, shop.programme, *more), {}).status_code == 403
    assert PlaybookRun.objects.count() == 1


def test_an_auditor_reads_and_drafts_nothing(client, shop):
    run = drafted(shop.programme, Playbook.WELCOME)
    client.force_login(colleague(Role.AUDITOR))

    assert client.get(address("playbooks", shop.programme)).status_code == 200
    assert client.get(address("playbook-run", shop.programme, run.pk)).status_code == 200
    assert client.get(address("playbook", shop.programme, "welcome")).status_code == 403


def test_what_is_not_there_is_not_found(client, shop, marketing):
    other = Shop()
    run = drafted(other.programme, Playbook.WELCOME)

    assert client.get(address("playbook", shop.programme, "rainy-day")).status_code == 404
    assert client.get(address("playbook-run", shop.programme, run.pk)).status_code == 404
    assert client.get(address("playbook-run", shop.programme, uuid.uuid4())).status_code == 404
