import pytest
from django.urls import reverse

from accounts.programmes.queries import currency_of
from accounts.staff.roles import Role
from ledger.points.queries import holdings
from loyalty.kit import clock
from rewards.adjustments.models import Adjustment
from tests.colleagues import colleague
from tests.reporting.factories import open_shop

pytestmark = pytest.mark.django_db

WISH = {"direction": "add", "units": 25, "reason": "goodwill", "note": "Waited an hour"}


@pytest.fixture
def member():
    return open_shop().member()


def points_of(member):
    today = clock.business_date(clock.now(), member.programme.time_zone)
    unit = currency_of(member.programme_id).unit_id
    return next((held.available for held in holdings(points_account=member.points_account_id, today=today) if held.unit == unit), 0)


def ask(client, member, **changed):
    return client.post(reverse("staff:member-adjust", args=[member.pk]), {**WISH, **changed})


def test_nothing_moves_before_a_second_person_agrees(client, member):
    client.force_login(colleague(Role.SUPPORT))
    ask(client, member)
    asked = Adjustment.objects.get()
    assert (asked.state, points_of(member)) == ("waiting", 0)

    client.force_login(colleague(Role.FINANCE_APPROVER))
    assert client.get(reverse("staff:adjustments")).context["rows"][0][5] == "+25 points"
    client.post(reverse("staff:adjustment", args=[asked.pk]), {"decision": "agree"})

    asked.refresh_from_db()
    assert (asked.state, points_of(member)) == ("posted", 25)


def test_who_asked_cannot_decide(client, member):
    client.force_login(colleague(Role.SUPPORT, Role.FINANCE_APPROVER))
    ask(client, member)
    address = reverse("staff:adjustment", args=[Adjustment.objects.get().pk])

    assert client.get(address).context["form"] is None
    client.post(address, {"decision": "agree"})

    assert (Adjustment.objects.get().state, points_of(member)) == ("waiting", 0)


def test_a_refusal_says_why(client, member):
    client.force_login(colleague(Role.SUPPORT))
    ask(client, member)
    client.force_login(colleague(Role.FINANCE_APPROVER))
    address = reverse("staff:adjustment", args=[Adjustment.objects.get().pk])

    assert client.post(address, {"decision": "refuse", "note": ""}).status_code == 422
    client.post(address, {"decision": "refuse", "note": "Twice in a week"})

    assert (Adjustment.objects.get().state, Adjustment.objects.get().decision_note, points_of(member)) == ("refused", "Twice in a week", 0)


@pytest.mark.parametrize("wrong", [{"direction": "remove"}, {"units": 0}, {"units": 10**10}, {"note": ""}, {"reason": "because"}])
def test_a_wish_that_makes_no_sense_is_refused(client, member, wrong):
    client.force_login(colleague(Role.SUPPORT))

    assert ask(client, member, **wrong).status_code == 422
    assert Adjustment.objects.count() == 0


def test_points_that_are_not_there_cannot_be_taken_by_the_approval(client, member):
    client.force_login(colleague(Role.SUPPORT))
    ask(client, member, direction="remove", reason="correction")
    client.force_login(colleague(Role.FINANCE_APPROVER))

    response = client.post(reverse("staff:adjustment", args=[Adjustment.objects.get().pk]), {"decision": "agree"})

    assert (response.status_code, Adjustment.objects.get().state) == (422, "waiting")


def test_finance_sees_no_way_to_members_it_may_not_find(client, member):
    client.force_login(colleague(Role.SUPPORT))
    ask(client, member)
    client.force_login(colleague(Role.FINANCE_APPROVER))

    page = client.get(reverse("staff:adjustment", args=[Adjustment.objects.get().pk])).content.decode()

    assert reverse("staff:member", args=[member.pk]) not in page
