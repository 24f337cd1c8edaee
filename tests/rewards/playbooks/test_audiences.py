"""Whom a playbook reaches today, by one query; of a rule they are those whom the segment describes."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.members.models import MemberStatus
from rewards.playbooks.audiences import TierCannotBeNear, audience
from rewards.playbooks.domain import RECIPES, Playbook
from rewards.purchases.services import ReturnFacts, record_return
from rewards.purchases.surroundings import segments_of_members
from rewards.segments.domain import SegmentKind
from rewards.segments.models import SegmentVersion
from rewards.segments.services import draft_segment, open_segment
from tests.accounts.factories import UserFactory
from tests.rewards.playbooks.stage import DAY, NOW, TODAY, Shop, answers, buys, joined
from tests.rewards.tiers.definitions import ladder, spend

pytestmark = pytest.mark.django_db
REACHED = {
    Playbook.WELCOME: {"new", "friend"},
    Playbook.SECOND_PURCHASE: {"once"},
    Playbook.WIN_BACK: {"lapsed"},
    Playbook.BIRTHDAY: {"regular"},
    Playbook.TIER_NUDGE: {"regular"},
    Playbook.EXPIRING_POINTS: {"once", "lapsed", "regular", "settled"},
    Playbook.QUIET_WEEKDAY: {"once", "lapsed", "regular", "settled"},
    Playbook.NEW_CATEGORY: {"once", "lapsed", "settled"},
    Playbook.REFERRAL_PUSH: {"friend"},
    Playbook.SERVICE_RECOVERY: {"regular"},
}
NAMES = ("new", "silent", "once", "lapsed", "regular", "friend", "settled")


def both(way, *, visits, spend):
    """Gold asks for visits and spend of ever, or for one of them."""
    metrics = {"visits": {"kind": "visits", "of": "days"}, "spend": {"kind": "spend", "basis": "gross"}}
    reach = {way: {"visits": visits, "spend": spend}}
    return ladder([{"code": "gold", "name": "Gold", "reach": reach}], metrics=metrics, window={"kind": "lifetime"})


@pytest.fixture
def shop():
    return Shop()


def reached(shop, playbook, **changed):
    found = set(audience(shop.programme, playbook, answers(playbook, **changed), TODAY))
    return {name for name in NAMES if getattr(shop, name) in found}


@pytest.mark.parametrize("playbook", list(Playbook))
def test_it_reaches_whom_it_is_for(shop, playbook, django_assert_max_num_queries):
    assert reached(shop, playbook) == REACHED[playbook]
    with django_assert_max_num_queries(7):
        audience(shop.programme, playbook, answers(playbook), TODAY).count()


def described(shop, definition):
    segment = open_segment(programme=shop.programme, code=f"s{uuid.uuid4().hex[:8]}", name="S", kind=SegmentKind.RULE)
    version = draft_segment(segment=segment, definition=definition, valid_from=dt.date(2025, 1, 1), author=None)
    SegmentVersion.objects.filter(pk=version.pk).update(approved_at=NOW, approver=UserFactory.create())
    members = list(shop.programme.members.select_related("programme"))
    return {member for member, of in zip(members, segments_of_members(members, {segment.code}, at=NOW), strict=True) if of}


@pytest.mark.parametrize("playbook", [playbook for playbook, recipe in RECIPES.items() if not recipe.is_list])
def test_a_rule_describes_the_same_members(shop, playbook):
    back = buys(joined(shop.programme, 15), 10, category="coffee/filter")
    record_return(purchase=back, facts=ReturnFacts("till", "B", NOW - DAY, None), at=NOW - DAY)
    half = buys(joined(shop.programme, 80), 40, category="coffee/filter")
    record_return(purchase=half, facts=ReturnFacts("till", "C", NOW - DAY, (("1", Decimal("0.5")),)), at=NOW - DAY)
    joined(shop.programme, 30), joined(shop.programme, 31)
    for number in (6, 7, 8):
        joined(shop.programme, 5, birth_date=(TODAY + number * DAY).replace(year=1992))
        joined(shop.programme, 5, birth_date=(TODAY - number * DAY).replace(year=1992))
    given = answers(playbook)

    assert set(audience(shop.programme, playbook, given, TODAY)) == described(shop, RECIPES[playbook].segment(given))


def test_who_was_born_on_a_leap_day_has_a_birthday_every_year(shop):
    leapling = joined(shop.programme, 5, birth_date=dt.date(1992, 2, 29))
    given = answers(Playbook.BIRTHDAY, days=1)

    for day, is_reached in (
        (dt.date(2027, 2, 27), True),
        (dt.date(2027, 3, 2), False),
        (dt.date(2028, 3, 1), True),
        (dt.date(2028, 2, 27), False),
    ):
        assert (leapling in audience(shop.programme, Playbook.BIRTHDAY, given, day)) is is_reached


@pytest.mark.parametrize("playbook", [Playbook.WELCOME, Playbook.EXPIRING_POINTS])
def test_who_is_not_active_is_left_out(shop, playbook):
    for name in REACHED[playbook]:
        member = getattr(shop, name)
        member.status = MemberStatus.FROZEN
        member.save()

    assert reached(shop, playbook) == set()


def test_only_points_that_can_be_spent_and_end_in_time_count(shop):
    assert reached(shop, Playbook.EXPIRING_POINTS, days=7) == set()


def test_who_has_the_tier_is_not_near_it(shop):
    buys(shop.regular, 1, 30_000)

    assert reached(shop, Playbook.TIER_NUDGE) == set()
    assert reached(shop, Playbook.TIER_NUDGE, percent=2) == {"once", "lapsed", "settled"}


@pytest.mark.parametrize(
    ("tiers", "percent", "names"),
    [
        (ladder(spend(gold=100_000), window={"kind": "rolling", "days": 25}), 39, {"regular"}),
        (ladder(spend(gold=100_000), window={"kind": "rolling", "days": 25}), 41, set()),
        (ladder(spend(gold=100_000), window={"kind": "rolling", "months": 3}), 80, {"regular"}),
        (ladder(spend(gold=4_001), window={"kind": "lifetime"}), 49, {"lapsed", "once", "settled"}),
        (ladder(spend(gold=4_001), window={"kind": "lifetime"}), 99, {"lapsed"}),
        (both("all", visits=5, spend=100_000), 80, {"regular"}),
        (both("all", visits=5, spend=200_000), 80, set()),
        (both("any", visits=5, spend=200_000), 80, {"regular"}),
        (both("any", visits=5, spend=200_000), 40, {"regular", "lapsed"}),
    ],
)
def test_it_counts_as_the_ladder_does(tiers, percent, names):
    shop = Shop(tiers)

    assert reached(shop, Playbook.TIER_NUDGE, percent=percent) == names


def test_a_year_of_each_member_is_not_counted_here():
    shop = Shop(ladder(spend(gold=100_000), window={"kind": "anniversary"}))

    with pytest.raises(TierCannotBeNear):
        reached(shop, Playbook.TIER_NUDGE)


def test_nobody_is_near_a_tier_that_is_not_there(shop):
    with pytest.raises(TierCannotBeNear, match="Choose another tier"):
        reached(shop, Playbook.TIER_NUDGE, tier="platinum")


def test_other_programmes_are_left_alone(shop):
    other = Shop()

    for playbook in Playbook:
        assert not set(audience(shop.programme, playbook, answers(playbook), TODAY)) & set(other.programme.members.all())
