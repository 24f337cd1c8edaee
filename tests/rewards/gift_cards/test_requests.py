"""Value above the limit needs two people."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.gift_cards import services
from rewards.gift_cards.domain import CardKind
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardRequest, GiftCardTerms
from rewards.gift_cards.queries import card_by_code
from rewards.gift_cards.services import NewCard
from tests.accounts.factories import AT
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.gift_cards.stage import asked_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return open_shop().programme


@pytest.fixture
def people():
    return colleague(Role.FINANCE_APPROVER, name="One"), colleague(Role.FINANCE_APPROVER, name="Two")


def issue(programme, staff, minor, *, number=None, at=AT, kind="given"):
    new = NewCard(kind=CardKind(kind), amount_minor=minor)
    return services.issue_or_ask(programme=programme, new=new, number=number or uuid.uuid4(), note="A prize", staff=staff, at=at)


def approve(asked, person, pin=""):
    return services.approve_request(request=asked, approver=person, pin=pin, at=AT)


def nothing_issued():
    return not GiftCard.objects.exists() and not GiftCardEvent.objects.exists()


def test_what_one_person_issues_in_a_day_adds_up_to_the_limit(programme, people):
    assert isinstance(issue(programme, people[0], 6_000), services.Issued)
    assert isinstance(issue(programme, people[0], 4_001), GiftCardRequest)
    assert isinstance(issue(programme, people[0], 4_000, kind="sold"), services.Issued)
    assert isinstance(issue(programme, people[0], 1), GiftCardRequest)

    assert isinstance(issue(programme, people[1], 10_000), services.Issued)
    assert isinstance(issue(programme, people[0], 10_000, at=AT + dt.timedelta(days=1)), services.Issued)


@pytest.mark.parametrize(("limit", "minor"), [(0, 1), (50_000, 50_001)])
def test_the_programme_says_how_much(programme, people, limit, minor):
    GiftCardTerms.objects.create(programme=programme, alone_minor=limit)

    assert isinstance(issue(programme, people[0], minor), GiftCardRequest)
    assert nothing_issued()


def test_a_second_person_issues_it_once(programme, people):
    asked = issue(programme, people[0], 50_000)

    issued = approve(asked, people[1], pin="1234")

    asked.refresh_from_db()
    event = GiftCardEvent.objects.get()
    assert (asked.state, asked.decided_by, asked.card) == ("issued", people[1], GiftCard.objects.get())
    assert (event.by, event.approved_by, event.amount_minor, event.note) == (people[0], people[1], 50_000, "A prize")
    assert card_by_code(programme=programme, code=issued.code, pin="1234").balance_minor == 50_000
    with pytest.raises(services.GiftCardRequestDecided):
        approve(asked, people[1])
    assert GiftCard.objects.count() == 1


def test_what_was_approved_does_not_count_as_issued_alone(programme, people):
    approve(issue(programme, people[0], 50_000), people[1])

    assert isinstance(issue(programme, people[0], 10_000), services.Issued)


def test_nobody_decides_on_what_they_asked_for(programme, people):
    asked = issue(programme, people[0], 50_000)

    with pytest.raises(services.AnotherPersonMustDecide):
        approve(asked, people[0])
    with pytest.raises(services.AnotherPersonMustDecide):
        services.refuse_request(request=asked, refuser=people[0], note="No", at=AT)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        GiftCardRequest.objects.update(state="refused", decided_by=people[0], decided_at=AT)

    asked.refresh_from_db()
    assert asked.state == "waiting" and nothing_issued()


def test_a_wrong_pin_issues_nothing_and_leaves_it_waiting(programme, people):
    asked = issue(programme, people[0], 50_000)

    with pytest.raises(services.GiftCardTermsDoNotFit):
        approve(asked, people[1], pin="12")

    asked.refresh_from_db()
    assert asked.state == "waiting" and nothing_issued()


def test_a_refused_one_stays_refused(programme, people):
    asked = issue(programme, people[0], 50_000)
    services.refuse_request(request=asked, refuser=people[1], note="Too much", at=AT)

    with pytest.raises(services.GiftCardRequestDecided):
        approve(asked, people[1])
    with pytest.raises(DatabaseError), transaction.atomic():
        GiftCardRequest.objects.update(state="waiting", decided_by=None, decided_at=None)

    assert nothing_issued()


def test_the_same_form_asks_once_and_is_not_issued_on_the_next_day(programme, people):
    number = uuid.uuid4()
    issue(programme, people[0], 6_000)
    first = issue(programme, people[0], 6_000, number=number)

    again = issue(programme, people[0], 6_000, number=number, at=AT + dt.timedelta(days=1))

    assert again == first and GiftCard.objects.count() == 1
    with pytest.raises(services.GiftCardNumberConflict):
        issue(programme, people[0], 7_000, number=number)


def test_the_approver_of_an_event_is_never_whoever_issued_it(programme, people):
    approve(issue(programme, people[0], 50_000), people[1])
    event = GiftCardEvent.objects.get()
    event.pk, event.key, event.approved_by = uuid.uuid4(), "other", people[0]

    with pytest.raises(IntegrityError, match="approved_by_somebody_else"), transaction.atomic():
        event.save(force_insert=True)


def test_one_asks_and_another_sees_the_code_once(client, programme, people):
    client.force_login(people[0])
    form = {"amount": "500.00", "kind": "given", "pin": "", "note": "Raffle", "number": str(uuid.uuid4())}
    answer = client.post(reverse("staff:gift-card-new", args=[programme.slug]), form)
    own = client.get(answer.url)
    refused = client.post(answer.url, {"decision": "agree", "pin": ""})
    assert (own.context["form"], refused.status_code) == (None, 200) and nothing_issued()
    client.force_login(people[1])

    [waiting] = client.get(reverse("staff:gift-cards")).context["waiting"]
    shown = client.post(waiting["url"], {"decision": "agree", "pin": ""})
    again = client.post(waiting["url"], {"decision": "agree", "pin": ""})

    assert (waiting["url"], waiting["value"], waiting["note"]) == (answer.url, "£500.00", "Raffle")
    assert shown["Cache-Control"] == "no-store"
    assert card_by_code(programme=programme, code=shown.context["code"], pin="") == GiftCard.objects.get()
    assert (
        again.context["form"] is None and GiftCard.objects.count() == 1 and client.get(reverse("staff:gift-cards")).context["waiting"] == []
    )


def test_a_refusal_says_why(client, programme, people):
    asked = asked_card(programme, asker=people[0])
    client.force_login(people[1])
    address = reverse("staff:gift-card-request", args=[asked.pk])

    assert client.post(address, {"decision": "refuse", "note": " "}).status_code == 422
    client.post(address, {"decision": "refuse", "note": "Too much"})

    asked.refresh_from_db()
    assert (asked.state, asked.decision_note) == ("refused", "Too much") and nothing_issued()
    assert "Too much" in client.get(address).content.decode()
