import uuid

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.gift_cards import services
from rewards.gift_cards.models import GiftCard, GiftCardEvent
from rewards.gift_cards.queries import card_by_code
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.gift_cards.stage import act, card_of, charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return open_shop().programme


@pytest.fixture
def card(programme):
    return card_of(programme)


def test_a_card_is_issued_once_and_its_code_shown_once(client, programme):
    client.force_login(colleague(Role.FINANCE_APPROVER))
    address = reverse("staff:gift-card-new", args=[programme.slug])
    given = {"amount": "25.00", "kind": "given", "pin": "", "note": "Raffle", "number": str(uuid.uuid4())}

    first, again = client.post(address, given), client.post(address, given)

    card = GiftCard.objects.get()
    assert (card.face_minor, card.paid_minor, card.kind) == (2_500, 0, "given")
    assert card_by_code(programme=programme, code=first.context["code"], pin="") == card
    assert first["Cache-Control"] == "no-store" and again.context["code"] == ""
    assert GiftCardEvent.objects.get().note == "Raffle"


@pytest.mark.parametrize("amount", ["0", "1.234", "x", "-5", "99999999999"])
def test_an_amount_that_makes_no_sense_issues_nothing(client, programme, amount):
    client.force_login(colleague(Role.FINANCE_APPROVER))
    given = {"amount": amount, "kind": "given", "note": "Raffle", "number": str(uuid.uuid4())}

    answer = client.post(reverse("staff:gift-card-new", args=[programme.slug]), given)

    assert answer.status_code == 422 and not GiftCard.objects.exists()


def test_who_asks_for_corrections_may_block_and_not_issue(client, programme, card):
    client.force_login(colleague(Role.SUPPORT))

    assert client.get(reverse("staff:gift-card-new", args=[programme.slug])).status_code == 403
    client.post(reverse("staff:gift-card-block", args=[card.pk]), {"note": "Lost", "number": str(uuid.uuid4())})
    with pytest.raises(services.GiftCardBlocked):
        charge(card, 1)
    client.post(reverse("staff:gift-card-block", args=[card.pk]), {"note": "Found", "number": str(uuid.uuid4())})

    assert charge(card, 1).after_minor == 4_999


def test_the_pages_tell_the_story_and_no_code(client, programme, card):
    client.force_login(colleague(Role.SUPPORT))
    services.give_back(charge=charge(card, 3_000, receipt="R1"), amount_minor=500, act=act())

    listed = client.get(reverse("staff:gift-cards"))
    page = client.get(reverse("staff:gift-card", args=[card.pk]))

    assert [row[-1] for row in listed.context["rows"]] == ["£25.00"]
    assert [row[1]["value"] for row in page.context["rows"]] == ["given back", "paid with it", "issued"]
    assert [row[3] for row in page.context["rows"]] == ["£5.00", "\N{MINUS SIGN}£30.00", "£50.00"]
    assert client.get(reverse("staff:gift-cards"), {"state": "blocked"}).context["rows"] == []
    assert "ABCD" not in page.content.decode()
