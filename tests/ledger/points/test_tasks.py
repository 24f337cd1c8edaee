"""The points bank's daily work and its command."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.programmes.services import Terms
from ledger.points.models import Lot, Movement
from ledger.points.tasks import activate_due_points, expire_due_points, plan_partitions
from loyalty.kit import clock
from rewards.purchases.services import record_purchase
from tests.accounts.factories import AT, MemberFactory, give
from tests.ledger.factories import BookFactory, PointUnitFactory
from tests.ledger.points.stage import Purse
from tests.rewards.purchases.conftest import open_earning, purchase_of

pytestmark = pytest.mark.django_db


def test_points_die_where_they_live_and_only_once(monkeypatch) -> None:
    member = MemberFactory.create(programme=open_earning())
    give(member, 70, dt.date(2026, 2, 1))
    give(member, 30, dt.date(2026, 2, 2))
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 31, 20, 59, tzinfo=dt.UTC))
    assert expire_due_points() == 0

    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 31, 21, 0, tzinfo=dt.UTC))

    assert expire_due_points() == 70
    assert expire_due_points() == 0
    assert Movement.objects.get(kind=10).business_on == dt.date(2026, 2, 1)


def test_pending_points_are_let_go_on_their_day(monkeypatch) -> None:
    programme = open_earning(terms=Terms(pending_days=14))
    record_purchase(programme=programme, facts=purchase_of(MemberFactory.create(programme=programme), 2_000), at=AT)
    monkeypatch.setattr(clock, "now", lambda: AT + dt.timedelta(days=13))
    assert activate_due_points() == 0

    monkeypatch.setattr(clock, "now", lambda: AT + dt.timedelta(days=14))

    assert (activate_due_points(), activate_due_points()) == (1, 0)
    assert not Lot.objects.get().is_pending


def test_partitions_are_made_ahead_and_guarded(monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2031, 5, 9, tzinfo=dt.UTC))

    assert (plan_partitions(), plan_partitions()) == (8, 0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ledger_movement_203106'::regclass AND tgname LIKE 'refuse_%'")
        assert cursor.fetchone() == (2,)


def test_the_command_says_what_differs(capsys) -> None:
    member = MemberFactory.create(programme=open_earning())
    give(member, 70, dt.date(2027, 2, 1))
    call_command("verify_ledger", "--json")
    nothing_sealed = {"leaves": 0, "checkpoints": 0, "outside": 0, "forgotten": 0, "findings": []}
    assert json.loads(capsys.readouterr().out) == {"ok": True, "differences": [], "seals": nothing_sealed}

    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_balance SET available = available + 1")

    with pytest.raises(SystemExit):
        call_command("verify_ledger")
    assert "balance available should be 70 and is 71" in capsys.readouterr().out


def test_points_that_matured_in_a_closed_month_do_so_in_the_open_one(monkeypatch) -> None:
    unit = PointUnitFactory.create(book=BookFactory.create(first_day=dt.date(2026, 2, 1)))
    purse = Purse.of(unit)
    purse.grant(50, on=dt.date(2026, 1, 10), matures_on=dt.date(2026, 1, 20))
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 2, 3, 10, tzinfo=dt.UTC))

    assert (activate_due_points(), activate_due_points()) == (1, 0)

    assert Movement.objects.get(kind=2).business_on == dt.date(2026, 2, 1)


def test_each_currency_has_its_own_midnight(monkeypatch) -> None:
    east, west = (Purse.of(PointUnitFactory.create(time_zone=zone)) for zone in ("Pacific/Auckland", "America/Los_Angeles"))
    for purse in (east, west):
        purse.grant(50, expires_on=dt.date(2026, 2, 1))
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC))

    assert expire_due_points() == 50

    assert (east.balance[0], west.balance[0]) == (0, 50)


def test_partitions_are_made_by_hand_too(monkeypatch, capsys) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2032, 5, 9, tzinfo=dt.UTC))

    call_command("plan_partitions", months=2)
    call_command("plan_partitions", months=2)

    assert capsys.readouterr().out == "4 new partitions.\n0 new partitions.\n"
