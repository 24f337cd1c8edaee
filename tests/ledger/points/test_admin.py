"""The bank's rows in the admin: to look at, found by id, and never one query a row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.points.models import LotMove, Movement
from tests.accounts.factories import UserFactory
from tests.ledger.points.stage import Purse

PAGES = ("pointunit", "balance", "movement", "lot", "lotmove")


@pytest.fixture
def auditor(client, db):
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def page(name, search=""):
    return reverse(f"admin:ledger_{name}_changelist") + (f"?q={search}" if search else "")


@pytest.mark.parametrize("name", PAGES)
def test_rows_are_shown_and_nothing_can_be_done_to_them(auditor, purse, name):
    purse.grant(100)
    purse.redeem(30)
    row = {"movement": Movement, "lotmove": LotMove}.get(name)

    answer = auditor.get(page(name))

    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) == (2 if row else 1)
    assert auditor.get(reverse(f"admin:ledger_{name}_add")).status_code == 403
    pk = answer.context["cl"].result_list[0].pk
    assert auditor.get(reverse(f"admin:ledger_{name}_change", args=[pk])).status_code == 200
    assert auditor.post(reverse(f"admin:ledger_{name}_change", args=[pk]), {"amount": 1}).status_code == 403
    assert auditor.post(reverse(f"admin:ledger_{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert purse.is_sound


@pytest.mark.parametrize("name", ["balance", "movement", "lot", "lotmove"])
def test_rows_are_found_by_their_wallet(auditor, purse, name):
    purse.grant(100)
    Purse.of(purse.unit).grant(50)

    assert len(auditor.get(page(name)).context["cl"].result_list) == 2
    assert {row.points_account_id for row in auditor.get(page(name, purse.account)).context["cl"].result_list} == {purse.account}
    assert list(auditor.get(page(name, "no id")).context["cl"].result_list) == []


def test_a_movement_is_found_by_its_id_and_shows_its_lots(auditor, purse):
    grant = purse.grant(100)
    outcome = purse.redeem(30)

    [found] = auditor.get(page("movement", outcome.movement)).context["cl"].result_list
    shown = auditor.get(reverse("admin:ledger_movement_change", args=[found.pk])).content.decode()

    assert found.pk == outcome.movement
    assert f"<p>{grant.movement}: Available → Redeemed, 30</p>" in shown


@pytest.mark.parametrize("name", PAGES)
def test_more_rows_are_not_more_queries(auditor, purse, name):
    purse.grant(100)
    auditor.get(page(name))
    with CaptureQueriesContext(
        connection,
    ) as few:
        auditor.get(page(name))

    for _ in range(8):
        other = Purse.of(purse.unit)
        other.grant(100)
        other.redeem(5)

    with CaptureQueriesContext(connection) as many:
        auditor.get(page(name))
    assert len(many) == len(few)
