"""A drafted ladder is tried like a drafted rule: from the first day on its tiers are the ones that rules ask for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewards.backtests.services import NothingToTry
from rewards.tiers.services import approve_ladder, write_ladder_version
from rewards.versions.costs import CostNotAccepted, accept_cost
from tests.accounts.factories import MemberFactory, UserFactory
from tests.rewards.backtests.stage import LATER, ask, earned, run
from tests.rewards.backtests.test_equality import JUDGED, PLAIN, RULES, basket, kept, live_through
from tests.rewards.campaigns.stage import buy
from tests.rewards.recalculations.stage import BASE, open_with_rules
from tests.rewards.tiers.definitions import ladder, spend

pytestmark = pytest.mark.django_db
TWICE_FOR_GOLD = {"kind": "multiplier", "factor": "2", "when": {"field": "member.tier", "op": "eq", "value": "gold"}}
FAR = ladder(spend(blue=0, gold=90_000), keeps={"kind": "end_of_next_year"})
NEAR = ladder(spend(blue=0, gold=2_000), keeps={"kind": "end_of_next_year"})
BETWEEN = ladder(spend(blue=0, silver=1_000, gold=2_000), keeps={"kind": "end_of_next_year"})


def drafted(programme, definition):
    return write_ladder_version(
        programme=programme,
        code="main",
        name="Club",
        definition=definition,
        valid_from=LATER.date(),
        author=UserFactory.create(),
        is_main=True,
    )


@pytest.fixture
def programme():
    programme = open_with_rules(ladder=FAR, base=BASE, gold=TWICE_FOR_GOLD)
    member = MemberFactory.create(programme=programme)
    for number in range(3):
        buy(member, 2_000, receipt=f"R{number}")
    return programme


@pytest.mark.parametrize(
    ("definition", "tier"), [(NEAR, "gold"), (BETWEEN, "gold"), (FAR, "blue")], ids=["near", "a tier more", "the same"]
)
def test_members_stand_where_the_drafted_ladder_puts_them(programme, definition, tier):
    row = run(programme, ladders=[drafted(programme, definition)])

    assert (earned(row, "live"), earned(row, "draft")) == (60, 100 if tier == "gold" else 60)
    assert row.figures["tiers"] == {"live": {"blue": 1}, "draft": {tier: 1}}
    assert row.figures.get("moves") == ({"blue gold": 1} if tier == "gold" else None)


def test_a_ladder_that_was_not_there_is_tried_too():
    programme = open_with_rules(base=BASE, gold=TWICE_FOR_GOLD)
    member = MemberFactory.create(programme=programme)
    for number in range(2):
        buy(member, 2_000, receipt=f"R{number}")

    row = run(programme, ladders=[drafted(programme, NEAR)])

    assert (earned(row, "live"), earned(row, "draft")) == (40, 60)
    assert row.figures["replayed"] == {"purchases": 2}


@pytest.mark.parametrize("tiers", [PLAIN, JUDGED], ids=["plain", "judged"])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(baskets=st.lists(basket, max_size=8))
def test_a_drafted_ladder_gives_what_it_would_have_given(db, tiers, baskets):
    programme, other = open_with_rules(ladder=FAR, **RULES), open_with_rules(ladder=tiers, **RULES)
    live_through(programme, baskets)
    live_through(other, baskets)

    row = run(programme, ladders=[drafted(programme, tiers)])

    assert "differing" not in row.figures.get("replayed", {})
    assert (earned(row, "live"), earned(row, "draft")) == (kept(programme), kept(other))


def test_a_ladder_above_its_budget_needs_one_more_person(programme):
    draft = drafted(programme, NEAR)
    run(programme, ladders=[draft], budget_minor=10)
    approver = UserFactory.create()

    with pytest.raises(CostNotAccepted):
        approve_ladder(version=draft, approver=approver, at=LATER.replace(day=1))
    again = drafted(programme, NEAR)
    with pytest.raises(CostNotAccepted):
        approve_ladder(version=again, approver=approver, at=LATER.replace(day=1))
    accept_cost(draft=draft, person=UserFactory.create())

    assert approve_ladder(version=draft, approver=approver, at=LATER.replace(day=1)).approved_at


def test_two_drafts_of_one_ladder_are_refused(programme):
    with pytest.raises(NothingToTry):
        ask(programme, ladders=[drafted(programme, NEAR), drafted(programme, FAR)])
