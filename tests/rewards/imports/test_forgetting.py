"""Whom a file named is forgotten some days after the import, and at once of members who left."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.members.services import change_member_status
from loyalty.kit import clock
from rewards.imports.models import BalanceImportRow
from rewards.imports.services import forget_names
from rewards.imports.tasks import forget_old_names
from tests.accounts.factories import MemberFactory, ProgrammeFactory
from tests.rewards.import_undos.stage import undo
from tests.rewards.imports.stage import NOW, ask, bring, has

pytestmark = pytest.mark.django_db
TEXT = "email,points,reason\nada@x.test,10,Ada's stamps\nbob@x.test,20,Bob's stamps\nzz@x.test,5,\n"


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


@pytest.fixture
def people(programme):
    return [MemberFactory.create(programme=programme, email=f"{name}@x.test") for name in ("ada", "bob")]


def names():
    return list(BalanceImportRow.objects.order_by("line").values_list("named", "identity", "reason"))


def test_names_are_forgotten_when_their_days_are_over_and_points_stay(programme, people):
    ada = people[0]
    row = bring(programme, TEXT)

    assert forget_names(before=NOW) == 0 and names()[0] == ("ada@x.test", {"email": "ada@x.test"}, "Ada's stamps")
    assert forget_names(before=NOW + dt.timedelta(seconds=1), chunk=2) == 3

    assert names() == [("", {}, "Ada's stamps"), ("", {}, "Bob's stamps"), ("", {}, "")]
    assert list(BalanceImportRow.objects.order_by("line").values_list("member", "moved_units")) == [
        (ada.pk, 10),
        (people[1].pk, 20),
        (None, None),
    ]
    assert forget_names(before=NOW + dt.timedelta(days=1)) == 0
    undo(row)
    assert has(ada) == (0, 0)


def test_a_member_who_left_is_forgotten_at_once(programme, people):
    bring(programme, TEXT)
    change_member_status(member=people[0], status="closed", at=NOW)

    assert forget_names(before=NOW - dt.timedelta(days=90)) == 1

    assert names()[:2] == [("", {}, ""), ("bob@x.test", {"email": "bob@x.test"}, "Bob's stamps")]


def test_an_import_that_is_not_over_keeps_its_names(programme, people):
    ask(programme, TEXT)
    change_member_status(member=people[0], status="closed", at=NOW)

    assert forget_names(before=NOW + dt.timedelta(days=400)) == 0 and names()[0][0] == "ada@x.test"


def test_the_task_waits_for_the_days_of_the_setting(programme, people, settings, monkeypatch):
    bring(programme, TEXT)
    settings.IMPORT_NAMES_KEPT_DAYS = 90

    monkeypatch.setattr(clock, "now", lambda: NOW + dt.timedelta(days=90))
    assert forget_old_names() == 0
    monkeypatch.setattr(clock, "now", lambda: NOW + dt.timedelta(days=91))
    assert forget_old_names() == 3


def test_nobody_gets_another_name(programme, people):
    bring(programme, TEXT)

    for change in ({"named": "eve@x.test"}, {"identity": {"email": "eve@x.test"}}, {"reason": "Eve's"}, {"named": "", "moved_units": 11}):
        with pytest.raises(DatabaseError, match=r"append-only|change|refuse"), transaction.atomic():
            BalanceImportRow.objects.filter(line=2).update(**change)

    assert names()[0] == ("ada@x.test", {"email": "ada@x.test"}, "Ada's stamps")
