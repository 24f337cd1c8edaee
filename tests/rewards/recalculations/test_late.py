"""Purchases that are recorded after their day was undone, or after a rule for the past was approved."""

import datetime as dt

import pytest

from accounts.entities.models import Store
from ledger.points.queries import verify
from rewards.earning.models import UndoneDays
from rewards.recalculations.models import Recalculation
from rewards.recalculations.services import post, refuse_recalculation
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.rewards.campaigns.stage import bring_back, buy, fixed
from tests.rewards.recalculations.stage import BASE, LATER, approve, ask_undo, has, open_with_rules, past_rule, posted, retroact

pytestmark = pytest.mark.django_db


def test_a_late_purchase_of_undone_days_earns_without_the_rule_and_says_why():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member = MemberFactory.create(programme=programme)
    buy(member, 1_000)
    approve(ask_undo(programme, "wrong", last_on=AT.date()))

    late = buy(member, 2_000, receipt="LATE")
    after = buy(member, 2_000, receipt="NEXT", at=AT + dt.timedelta(days=1))

    assert [(of["rule"], of["reason"], of["units"]) for of in late.evaluation] == [("base", "matched", 20), ("wrong", "undone_days", 0)]
    assert {of["rule"]: of["units"] for of in after.evaluation} == {"base": 20, "wrong": 500}
    bring_back(late)
    row = Recalculation.objects.get()
    assert post(recalculation=row.pk, at=LATER)
    assert has(member) == 10 + 520 and posted(row) == [-500] and verify() == []


def test_undone_days_name_their_rules_and_days_and_no_later_ones():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    approve(ask_undo(programme, last_on=AT.date()))
    retroact(past_rule(programme, fixed(7)))
    member = MemberFactory.create(programme=programme)

    late = buy(member, 2_000, receipt="LATE")

    told = {of["rule"]: (of["reason"], of["units"]) for of in late.evaluation}
    assert told == {"base": ("undone_days", 0), "wrong": ("undone_days", 0), "extra": ("matched", 7)} and has(member) == 7


def test_an_undo_of_one_store_leaves_the_others():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member = MemberFactory.create(programme=programme)
    store = Store.objects.create(entity=programme.legal_entity, code="far", name="Far away")
    approve(ask_undo(programme, "wrong", store=store))

    here, far = buy(member, 1_000), buy(member, 1_000, receipt="FAR", store="far")

    assert {of["rule"]: of["units"] for of in here.evaluation} == {"base": 10, "wrong": 500}
    assert {of["rule"]: of["units"] for of in far.evaluation} == {"base": 10, "wrong": 0}


def test_a_refused_undo_strikes_nothing():
    programme = open_with_rules(base=BASE, wrong=fixed(500))
    member = MemberFactory.create(programme=programme)
    row = ask_undo(programme, "wrong")
    refuse_recalculation(recalculation=row.pk, refuser=UserFactory.create(), note="It was right", at=LATER)

    buy(member, 1_000)

    assert has(member) == 510 and not UndoneDays.objects.exists()
