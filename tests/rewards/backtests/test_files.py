"""A file that was handed in is tried as a whole: its rules, ladders and segments, and what its points are worth."""

import datetime as dt
import re

import pytest

from rewards.backtests.services import NothingToTry, request_repetition, work_on_all
from rewards.programme_files.files import read_programme_file
from rewards.programme_files.services import approve_draft, draft_file, export_programme, withdraw_draft
from rewards.versions.costs import CostNotAccepted, accept_cost
from tests.accounts.factories import AT, MemberFactory, UserFactory
from tests.rewards.backtests.stage import LATER, ask, draft_of, earned, run
from tests.rewards.campaigns.stage import buy
from tests.rewards.recalculations.stage import BASE, open_with_rules
from tests.rewards.tiers.definitions import ladder, spend

pytestmark = pytest.mark.django_db
FIRST = LATER.date() + dt.timedelta(days=40)
TWICE_FOR_GOLD = {"kind": "multiplier", "factor": "2", "when": {"field": "member.tier", "op": "eq", "value": "gold"}}
LADDER = ladder(spend(blue=0, gold=90_000), keeps={"kind": "end_of_next_year"})


@pytest.fixture
def programme():
    programme = open_with_rules(ladder=LADDER, base=BASE, gold=TWICE_FOR_GOLD)
    member = MemberFactory.create(programme=programme)
    for number in range(3):
        buy(member, 2_000, receipt=f"R{number}")
    return programme


def handed_in(programme, *changes):
    text = export_programme(programme=programme, on=LATER.date())
    for was, now in changes:
        assert was in text, text
        text = text.replace(was, now)
    return draft_file(file=read_programme_file(text), programme=programme, effective_on=FIRST, author=UserFactory.create(), at=LATER)


RULE = ("points: 1\n    step: 1.00", "points: 3\n    step: 1.00")
TIERS = ("spend: 900.00", "spend: 20.00")


def test_what_the_file_changes_is_tried_and_nothing_else(programme):
    row = run(programme, file=handed_in(programme, RULE, TIERS))

    assert (earned(row, "live"), earned(row, "draft")) == (60, 300)
    assert [of["rule"] for of in row.inputs["drafts"]] == ["base"] and list(row.inputs["ladders"]) == ["main"]
    assert row.figures["moves"] == {"blue gold": 1} and row.figures["replayed"] == {"purchases": 3}


def test_a_rule_that_the_file_leaves_out_is_not_there(programme):
    text = export_programme(programme=programme, on=LATER.date())
    shorter = re.sub(r"  gold:\n    name: Gold\n(    .*\n)*", "", text)
    file = draft_file(file=read_programme_file(shorter), programme=programme, effective_on=FIRST, author=UserFactory.create(), at=LATER)

    row = run(programme, file=file)

    assert row.inputs["dropped"] == ["gold"] and earned(row, "draft") == 60


def test_a_devaluation_makes_the_same_points_cheaper(programme):
    row = run(programme, file=handed_in(programme, ("point_value: 0.01", "point_value: 0.005")))

    assert (earned(row, "live"), earned(row, "draft")) == (60, 60)
    assert row.cost_minor == -30


def test_what_is_not_played_is_named(programme):
    row = run(programme, file=handed_in(programme, RULE, ("Collect points.", "Collect more points.")))

    assert row.inputs["unplayed"] == ["programme"]


def test_a_repetition_is_made_from_what_the_file_said_then(programme):
    file = handed_in(programme, RULE)
    first = run(programme, file=file)
    withdraw_draft(draft=file, at=LATER)

    again = request_repetition(of=first, author=UserFactory.create(), at=LATER + dt.timedelta(days=1))
    work_on_all(at=LATER, seconds=60)

    again.refresh_from_db()
    assert (again.inputs_hash, again.figures_hash) == (first.inputs_hash, first.figures_hash)


def test_a_file_above_its_budget_needs_one_more_person(programme):
    file = handed_in(programme, RULE)
    run(programme, file=file, budget_minor=10)
    approver = UserFactory.create()

    with pytest.raises(CostNotAccepted):
        approve_draft(draft=file, approver=approver, at=LATER)
    withdraw_draft(draft=file, at=LATER)
    again = handed_in(programme, RULE)
    with pytest.raises(CostNotAccepted):
        approve_draft(draft=again, approver=approver, at=LATER)
    accept_cost(draft=again, person=UserFactory.create())

    assert approve_draft(draft=again, approver=approver, at=LATER)


def test_a_file_is_tried_by_itself(programme):
    with pytest.raises(NothingToTry):
        ask(programme, file=handed_in(programme, RULE), drafts=[draft_of(programme, "base", BASE)])


def test_nobody_is_asked_for_a_day_before_the_programme_began(programme):
    row = run(programme, file=handed_in(programme, RULE), first_on=AT.date() - dt.timedelta(days=300))

    assert earned(row, "draft") == 180
