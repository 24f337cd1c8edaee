"""Colleagues see a transfer from both sides, and take it back."""

import pytest
from django.urls import reverse

from accounts.programmes.models import CurrencyTerms
from accounts.staff.roles import Role
from rewards.transfers.services import undo_transfer
from tests.accounts.factories import AT, UserFactory
from tests.colleagues import colleague
from tests.rewards.transfers.stage import a_member, available, open_club, send

pytestmark = pytest.mark.django_db
WHY = {"before": 0, "units": 100, "note": "Sent to the wrong Bob.", "sure": "on"}


@pytest.fixture(autouse=True)
def _now(stopped_clock):
    stopped_clock(AT)


@pytest.fixture
def sent():
    club = open_club()
    ada = a_member(club, 1_000, given_name="Ada", family_name="Lovelace")
    return send(ada, a_member(club, given_name="Bob", family_name="Noyce"), 100)


@pytest.fixture
def support(client):
    client.force_login(colleague(Role.SUPPORT))
    return client


def test_both_stories_tell_it(support, sent):
    for member, words in ((sent.sender, "Sent to Bob Noyce"), (sent.receiver, "From Ada Lovelace")):
        page = support.get(reverse("staff:member", args=[member.pk])).content.decode()

        assert words in page
        assert reverse("staff:transfer", args=[sent.pk]) in page


def test_its_page_leads_to_members_and_movements(support, sent):
    page = support.get(reverse("staff:transfer", args=[sent.pk]))

    facts = {fact["label"]: fact for fact in page.context["facts"]}
    assert (facts["Sender"]["value"], facts["Receiver"]["value"]) == ("Ada Lovelace", "Bob Noyce")
    assert facts["Still with the receiver"]["value"] == "100 points"
    for movement in (sent.sent_movement, sent.received_movement):
        story = support.get(reverse("staff:movement", args=[movement])).content.decode()
        assert "from Ada Lovelace to Bob Noyce" in story


def test_support_takes_it_back_with_a_reason(support, sent):
    page = support.post(reverse("staff:transfer-undo", args=[sent.pk]), WHY, follow=True)

    text = page.content.decode()
    assert "Taken back: 100 points are with Ada Lovelace again." in text
    assert "Sent to the wrong Bob." in text
    assert (available(sent.sender), available(sent.receiver)) == (1_000, 0)
    assert page.context["undo_url"] == ""


@pytest.mark.parametrize("change", [{"note": ""}, {"sure": ""}, {"units": 101}, {"units": 0}])
def test_an_incomplete_form_takes_nothing_back(support, sent, change):
    answer = support.post(reverse("staff:transfer-undo", args=[sent.pk]), WHY | change)

    assert answer.status_code == 422
    assert available(sent.sender) == 900


def test_what_is_gone_is_said(support, sent):
    undo_transfer(transfer=sent, units=40, before=0, staff=UserFactory.create(), note="A part.", at=AT)

    answer = support.post(reverse("staff:transfer-undo", args=[sent.pk]), WHY | {"before": 40})

    assert answer.status_code == 422
    assert "Only 60 of these points were not taken back yet." in answer.content.decode()


def test_the_same_form_twice_takes_points_back_once(support, sent):
    address = reverse("staff:transfer-undo", args=[sent.pk])
    assert support.get(address).context["form"].initial == {"units": 100, "before": 0}

    answers = [support.post(address, WHY | {"units": 30}) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [reverse("staff:transfer", args=[sent.pk])] * 2
    assert (available(sent.sender), available(sent.receiver)) == (930, 70)


def test_a_page_that_is_older_than_what_stands_takes_nothing_back(support, sent):
    undo_transfer(transfer=sent, units=30, before=0, staff=UserFactory.create(), note="Somebody was quicker.", at=AT)

    answer = support.post(reverse("staff:transfer-undo", args=[sent.pk]), WHY | {"units": 30})

    assert answer.status_code == 422
    assert "Open it again to see what is left." in answer.content.decode()
    assert (available(sent.sender), available(sent.receiver)) == (930, 70)


@pytest.mark.parametrize("role", [Role.CASHIER, Role.AUDITOR, Role.MARKETING])
def test_others_do_not_take_back(client, sent, role):
    client.force_login(colleague(role))

    assert client.post(reverse("staff:transfer-undo", args=[sent.pk]), WHY).status_code == 403
    assert available(sent.sender) == 900


def test_the_switch_is_drafted_with_the_terms(client):
    club = open_club(may_be_sent=False)
    client.force_login(colleague(Role.MARKETING))
    currency = club.currencies.get()
    address = reverse("staff:terms-draft", args=[club.slug, currency.code])
    form = client.get(address).context["form"]
    wanted = {"valid_from": "2026-02-01", "may_be_sent": "on", "send_least_units": 50, "send_most_units": 400, "send_every_hours": 12}

    asked = {name: value for name, value in form.initial.items() if value is not None} | wanted
    client.post(address, asked)

    drafted = CurrencyTerms.objects.get(currency=currency, version=2)
    assert (drafted.may_be_sent, drafted.send_least_units, drafted.send_most_units, drafted.send_every_hours) == (True, 50, 400, 12)
    page = client.get(reverse("staff:programme", args=[club.slug])).content.decode()
    assert "Members may send points to one another: at least 50, at most 400 at once, once in 12 hours." in page
