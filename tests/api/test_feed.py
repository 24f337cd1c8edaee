"""The feed of movements: each committed one once, whatever the order of commits, and only those of the programme."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.points.models import Movement
from ledger.ticks import feed
from ledger.ticks.services import take_ticks
from rewards.feed.representations import FeedAnswer
from tests.accounts.factories import MemberFactory
from tests.api.caller import faults, problem
from tests.api.conftest import basket, caller_for, open_club
from tests.ledger.ticks.stage import open_transaction, settle, take_all


@pytest.fixture
def club(committed_db):
    return open_club()


@pytest.fixture
def ada(club):
    return MemberFactory.create(programme=club, external_id="M1")


@pytest.fixture
def reader(club):
    return caller_for(club)


def give(caller, member, units):
    answer = caller.post("adjustments", {"member": str(member.pk), "units": units, "reason": "goodwill", "note": "Sorry."})
    assert answer.status_code == 201, answer.content


def told(caller, since=None, limit=100):
    """Read to the end; return units and the last cursor."""
    units, pages = [], 0
    while True:
        answer = caller.get("movements", limit=limit, **({"since": since} if since else {}))
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert len(body["results"]) <= limit
        units += [row["units"] for row in body["results"]]
        since, pages = body["next"], pages + 1
        if not body["has_more"]:
            return units, since
        assert pages < 100


def test_it_tells_every_movement_once_in_pages(reader, ada):
    for units in range(1, 8):
        give(reader, ada, units)
    take_all(most_movements=3)

    whole, end = told(reader)
    by_two, _ = told(reader, limit=2)
    give(reader, ada, 50)
    take_all()

    assert whole == by_two == [1, 2, 3, 4, 5, 6, 7]
    assert told(reader, end)[0] == [50]
    assert told(reader, told(reader)[1])[0] == []


def test_it_tells_one_that_commits_after_younger_ones(reader, ada, club):
    late = MemberFactory.create(programme=club, external_id="M2")
    other = caller_for(club)
    settle()

    with open_transaction(lambda: give(other, late, 900)) as commit:
        give(reader, ada, 1)
        take_ticks()
        before, cursor = told(reader)
        commit()
    give(reader, ada, 2)
    take_all()

    rest, _ = told(reader, cursor)
    assert before == []
    assert sorted(rest) == [1, 2, 900]
    assert Movement.objects.order_by("id").values_list("amount", flat=True)[0] == 900


def test_it_does_not_tell_what_no_tick_has_taken(reader, ada):
    give(reader, ada, 1)

    assert told(reader)[0] == []


def test_a_transaction_of_many_movements_is_told_in_pages_too(reader, ada, club):
    members = [MemberFactory.create(programme=club, external_id=f"B{number}") for number in range(5)]
    baskets = [basket(member, f"R{number}", lines=..., amount=f"{number + 1}.00") for number, member in enumerate(members)]
    assert reader.post("batches/purchases", {"items": baskets}, key=None).status_code == 200
    take_all()

    assert sorted(told(reader, limit=2)[0]) == [1, 2, 3, 4, 5]


def test_it_names_the_member_and_looks_as_documented(reader, ada):
    give(reader, ada, 5)
    take_all()

    answer = reader.get("movements")

    assert FeedAnswer.model_validate_json(answer.content)
    [row] = answer.json()["results"]
    assert (row["member"], row["kind"], row["units"], row["balance"]["available"]) == (str(ada.pk), "grant", 5, 5)


def test_another_programmes_movements_are_passed_over_in_bounded_steps(reader, ada, club, monkeypatch):
    monkeypatch.setattr(feed, "MOST_LOOKED_THROUGH", 4)
    elsewhere = open_club(legal_entity=club.legal_entity)
    stranger, theirs = MemberFactory.create(programme=elsewhere, external_id="X1"), caller_for(elsewhere)
    for units in range(1, 13):
        give(theirs, stranger, units)
    give(reader, ada, 7)
    take_all(most_movements=2)

    first = reader.get("movements").json()

    assert (first["results"], first["has_more"]) == ([], True)
    assert told(reader)[0] == [7]
    assert told(theirs)[0] == list(range(1, 13))


def test_it_asks_no_more_often_for_more(reader, ada):
    for units in (1, 2, 3):
        give(reader, ada, units)
    take_all()
    reader.get("movements", limit=1)

    with CaptureQueriesContext(connection) as few:
        reader.get("movements", limit=1)
    with CaptureQueriesContext(connection) as more:
        reader.get("movements", limit=3)

    assert len(few) == len(more) == 3, [query["sql"] for query in more]


@pytest.mark.parametrize(
    "since", ["x", "AAAA", "%00", "W10", "WzEsMl0", "Wy0xLCIwMCJd", "WzE4NDQ2NzQ0MDczNzA5NTUxNjE2LCIwMCJd", "bnVsbA", "[1]", "é"]
)
def test_a_cursor_that_is_none_is_refused(caller, since):
    answer = caller.get("movements", since=since)

    assert answer.status_code == 422
    assert "/since" in faults(answer)


def test_a_page_has_a_greatest_size(caller):
    assert faults(caller.get("movements", limit=501)) == {"/limit": "out_of_range"}
    assert problem(caller.get("movements", cursor="x"))["errors"][0]["pointer"] == "/cursor"
