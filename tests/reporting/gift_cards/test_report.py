import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from reporting.gift_cards.queries import card_reports
from rewards.gift_cards import services
from rewards.gift_cards.models import GiftCard, GiftCardTerms
from tests.accounts.factories import AT
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.gift_cards.stage import act, card_of, charge

pytestmark = pytest.mark.django_db
MONTH = dt.timedelta(days=31)


@pytest.fixture
def programme():
    """A sold card of 50.00 that pays 30.00, gets 5.00 back and runs out two months later; a given one of 10.00 that pays 4.00."""
    programme = open_shop().programme
    GiftCardTerms.objects.create(programme=programme, valid_days=70)
    sold = card_of(programme)
    paid = charge(sold, 3_000)
    services.give_back(charge=paid, amount_minor=500, act=act(at=AT + MONTH))
    charge(card_of(programme, 1_000, code="OTHER-CARD-0001", kind="given"), 400, code="OTHER-CARD-0001", at=AT + MONTH)
    services.expire_cards(programme=programme, at=AT + 3 * MONTH, most=1)
    return programme


def test_each_month_opens_where_the_last_one_closed_and_the_last_ties_with_the_cards(programme):
    sold, given = card_reports(programme)

    told = [(of.month.month, of.opening, of.issued, of.charged, of.given_back, of.expired, of.closing) for of in sold.months]
    assert told == [(1, 0, 5_000, 3_000, 0, 0, 2_000), (2, 2_000, 0, 0, 500, 0, 2_500), (3, 2_500, 0, 0, 0, 2_500, 0)]
    assert [(of.month.month, of.closing) for of in given.months] == [(1, 1_000), (2, 600)]
    assert (sold.ties, given.ties, given.on_cards) == (True, True, 600)


def test_money_on_a_card_that_no_event_tells_of_is_seen(programme):
    GiftCard.objects.filter(kind="given").update(balance_minor=601)

    assert [of.ties for of in card_reports(programme)] == [True, False]


def test_finance_reads_it_and_takes_it_along(client, programme):
    client.force_login(colleague(Role.FINANCE_PREPARER))

    page = client.get(reverse("staff:gift-card-report"))
    rows = list(csv.reader(io.StringIO(client.get(reverse("staff:gift-card-file")).content.decode("utf-8-sig"))))

    assert [of["state"] for of in page.context["reports"]] == ["verified", "verified"]
    assert rows[0] == ["month", "kind", "opening", "issued", "charged", "given_back", "expired", "closing"]
    assert rows[1] == ["2026-01", "sold", "0.00", "50.00", "30.00", "0.00", "0.00", "20.00"] and len(rows) == 6


def test_others_do_not(client, programme):
    client.force_login(colleague(Role.SUPPORT))

    assert client.get(reverse("staff:gift-card-report")).status_code == 403


def test_without_cards_there_is_nothing(client):
    open_shop()
    client.force_login(colleague(Role.FINANCE_PREPARER))

    assert client.get(reverse("staff:gift-card-report")).status_code == 200
