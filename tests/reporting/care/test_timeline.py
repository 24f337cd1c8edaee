import datetime as dt

import pytest

from accounts.members.models import ConsentKind
from accounts.members.services import record_consent
from ledger.points.models import Movement
from reporting.care.queries.timeline import KINDS, Place, timeline_of
from rewards.purchases.models import Purchase, Return
from rewards.redemptions.models import Redemption
from rewards.tiers.models import TierStanding
from tests.reporting.factories import NOW, open_shop, tell_a_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    shop = open_shop()
    member = shop.member()
    tell_a_year(shop, member)
    for kind in (ConsentKind.EMAIL, ConsentKind.SMS, ConsentKind.PROFILING):
        record_consent(member=member, kind=kind, granted=True, at=NOW)
    return member


def walk(member, *, limit, only=""):
    """Return all events, page after page."""
    events, place = [], None
    for _page in range(200):
        page = timeline_of(member, only=only, before=place, limit=limit)
        events += page.events
        if page.next_place is None:
            return events
        place = Place.read(str(page.next_place))
    raise AssertionError("it never ends")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 500])
def test_pages_of_any_size_tell_everything_once_and_in_order(member, limit):
    events = walk(member, limit=limit)

    assert [event.place for event in events] == sorted({event.place for event in events}, reverse=True)
    assert len(events) == len(walk(member, limit=1_000))


def test_every_kind_of_thing_is_told(member):
    told = {type(event.row) for event in walk(member, limit=1_000)}

    assert told >= {Purchase, Return, Redemption, TierStanding, Movement}


def test_what_a_purchase_or_a_reward_tells_is_not_told_again_as_a_movement(member):
    movements = [event.row for event in walk(member, limit=1_000, only="movements")]

    assert {row.get_kind_display() for row in movements} == {"Expire"}


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_can_be_read_alone(member, kind):
    alone = [event.place for event in walk(member, limit=2, only=kind)]

    assert alone == [event.place for event in walk(member, limit=1_000) if event.place.kind == KINDS.index(kind)]


def test_events_of_one_moment_are_not_lost_between_pages(member):
    at_once = [event for event in walk(member, limit=1) if event.place.at == NOW]

    assert len(at_once) == 3


@pytest.mark.parametrize("text", ["", "x", "1_2", "99999999999999999999999_0_00000000000070008000000000000000", "1_2_zz"])
def test_a_place_that_cannot_be_read_begins_at_the_top(text):
    assert Place.read(text) is None


def test_a_place_survives_being_written_down():
    place = Place(dt.datetime(2026, 3, 1, 12, 30, 15, 123_456, tzinfo=dt.UTC), 4, Purchase().pk)

    assert Place.read(str(place)) == place
