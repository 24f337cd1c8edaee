"""Check-ins on pages of colleagues and members, and on the screen in the shop."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.check_ins.domain import SLOT, CodeKind
from rewards.check_ins.models import CheckIn, CheckInPoint
from rewards.check_ins.services import close_point
from rewards.check_ins.tokens import code_of, screen_of
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.api.conftest import open_club
from tests.colleagues import colleague
from tests.rewards.check_ins.stage import pay_for_visits, point_at
from tests.rewards.factories import wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(stopped_clock):
    stopped_clock(AT)
    return open_club()


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme, user=UserFactory.create())


def page(name, programme, *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def link(programme, token, name="check-in"):
    return reverse(f"portal:{name}", kwargs={"programme": programme.slug, "token": token})


SAID = {
    "title": "Summer party", "store": "", "event_type": "stop-by", "payload": '{"hall": "a"}', "code_kind": "printed", "limit": "once",
    "first_on": "2026-01-15", "last_on": "2026-01-16", "opens_at": "10:00", "closes_at": "22:00",
}  # fmt: skip


def test_a_colleague_makes_a_point_prints_its_code_and_closes_it(client, programme):
    point_at(programme)
    client.force_login(colleague(Role.MARKETING))

    answer = client.post(page("check-in-point-new", programme), SAID)

    point = CheckInPoint.objects.get(title="Summer party")
    assert answer.url == page("check-in-point", programme, point.pk)
    assert (point.payload, point.limit, point.opens_at) == ({"hall": "a"}, "once", dt.time(10))
    shown = client.get(answer.url).content.decode()
    assert "<svg" in shown and "data-print" in shown
    assert "Summer party" in client.get(page("check-in-points", programme)).content.decode()
    client.post(page("check-in-point-close", programme, point.pk))
    point.refresh_from_db()
    assert point.closed_at == AT
    assert "data-print" not in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"payload": "{"}, "payload"),
        ({"payload": "[1]"}, "payload"),
        ({"payload": "[" * 3_000}, "payload"),
        ({"payload": '{"hall": "z"}'}, "payload"),
        ({"last_on": "2026-01-14"}, "last_on"),
        ({"closes_at": "09:00"}, "closes_at"),
        ({"event_type": "other"}, "event_type"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_work_is_shown_beside_its_field(client, programme, changed, field):
    point_at(programme)
    client.force_login(colleague(Role.MARKETING))

    answer = client.post(page("check-in-point-new", programme), SAID | changed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert CheckInPoint.objects.count() == 1


def test_a_member_scans_taps_and_sees_what_it_earned_and_why(client, programme, member):
    pay_for_visits(programme)
    token = code_of(point_at(programme), AT)
    client.force_login(member.user)

    assert "Open day" in client.get(link(programme, token)).content.decode()
    assert wallet(member) == (0, 0)
    answer = client.post(link(programme, token), follow=True)

    text = answer.content.decode()
    assert "You are checked in: Open day." in text
    assert "+25" in text and "Visits" in text
    assert wallet(member) == (25, 0)


def test_a_second_tap_leads_to_what_the_first_one_earned(client, programme, member):
    pay_for_visits(programme)
    token = code_of(point_at(programme), AT)
    client.force_login(member.user)
    first = client.post(link(programme, token)).url

    answer = client.post(link(programme, token))

    assert (answer.url, wallet(member), CheckIn.objects.count()) == (first, (25, 0), 1)
    assert "come back tomorrow" in client.get(first).content.decode()


def test_who_has_to_sign_in_first_is_not_late(client, programme, member, stopped_clock):
    token = code_of(point_at(programme, code_kind=CodeKind.ROTATING), AT)
    answer = client.get(link(programme, token))
    assert answer.url == f"{reverse('account_login')}?next={link(programme, token)}"

    stopped_clock(AT + 4 * SLOT)
    client.force_login(member.user)
    home = client.get(reverse("portal:home", kwargs={"programme": programme.slug})).content.decode()
    client.post(link(programme, token))

    assert "You have scanned a code: check in now" in home
    assert CheckIn.objects.get().occurred_at == AT + 4 * SLOT


def test_an_old_code_says_what_to_do_and_changes_nothing(client, programme, member):
    token = code_of(point_at(programme, code_kind=CodeKind.ROTATING), AT - 2 * SLOT)
    client.force_login(member.user)

    answers = [client.get(link(programme, token)), client.post(link(programme, token)), client.post(link(programme, "made-up"))]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert "Scan the one that the screen shows now." in answers[1].content.decode()
    assert (CheckIn.objects.count(), "check_in" in client.session) == (0, False)


def test_who_is_no_member_joins_first(client, programme):
    client.force_login(UserFactory.create())

    answer = client.post(link(programme, code_of(point_at(programme), AT)))

    assert answer.url == reverse("portal:join", kwargs={"programme": programme.slug})
    assert CheckIn.objects.count() == 0


def test_a_screen_shows_a_code_that_changes(client, programme, stopped_clock):
    point = point_at(programme, code_kind=CodeKind.ROTATING)
    address = link(programme, screen_of(point), "check-in-screen")

    first = client.get(address)
    stopped_clock(AT + SLOT)
    second = client.get(address)

    assert (first.status_code, "<svg" in first.content.decode()) == (200, True)
    assert 1 <= int(first["Refresh"]) <= SLOT.total_seconds() + 1
    assert first.content != second.content
    stopped_clock(AT.replace(hour=3))
    early = client.get(address).content.decode()
    assert "from 09:00 to 18:00" in early


def test_a_screen_of_a_closed_point_is_not_found(client, programme):
    point = point_at(programme, code_kind=CodeKind.ROTATING)
    close_point(point=point, closer=UserFactory.create(), at=AT)

    for token in (screen_of(point), code_of(point, AT), "x"):
        assert client.get(link(programme, token, "check-in-screen")).status_code == 404
