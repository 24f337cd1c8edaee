import datetime as dt
from decimal import Decimal

import pytest

from accounts.programmes.services import Terms
from ledger.points.domain import ArrearsPolicy
from ledger.points.models import Movement
from ledger.points.queries import holdings, verify
from ledger.points.services import SpentPointsMayNotBeOwed
from rewards.purchases.models import ReturnLine
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.purchases.services.record import ExternalIdConflict
from rewards.purchases.services.returns import MoreThanBought, ReturnedBeforeBought, UnknownLine
from rewards.redemptions.services import redeem_reward
from rewards.tiers.models import MemberYear
from tests.accounts.factories import AT, give
from tests.rewards.factories import RewardFactory
from tests.rewards.purchases.conftest import purchase_of
from tests.rewards.witness import all_rows, refused

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=3)


def back(*lines: tuple[str, str], external_id: str = "B1", at: dt.datetime = LATER) -> ReturnFacts:
    return ReturnFacts("till", external_id, at, tuple((line, Decimal(quantity)) for line, quantity in lines) or None)


def available(member) -> tuple[int, int]:
    (of,) = holdings(points_account=member.points_account_id, today=LATER.date())
    return of.available, of.arrears


def test_what_is_kept_counts_as_if_it_alone_had_been_bought(programme, member) -> None:
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 150, 160, 90), at=AT).purchase

    record = record_return(purchase=purchase, facts=back(("2", "1")), at=LATER)

    assert (record.returned.refunded_minor, record.returned.reversed_units) == (160, 2)
    assert available(member) == (2, 0)
    assert MemberYear.objects.get().spend_minor == 240
    assert verify() == []


def test_pieces_and_the_rest_add_up(programme, member) -> None:
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 1_000, quantity_1=3), at=AT).purchase

    one = record_return(purchase=purchase, facts=back(("1", "1")), at=LATER).returned
    rest = record_return(purchase=purchase, facts=back(external_id="B2"), at=LATER).returned

    assert (one.refunded_minor, rest.refunded_minor) == (333, 667)
    assert (one.reversed_units, rest.reversed_units) == (4, 6)
    assert available(member) == (0, 0) and ReturnLine.objects.count() == 2


def test_spent_points_are_owed_and_the_next_ones_fill_the_hole(programme, member) -> None:
    reward = RewardFactory.create(programme=programme, price_points=15)
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 2_000), at=AT).purchase
    redeem_reward(member=member, reward=reward, source="portal", at=AT)

    record = record_return(purchase=purchase, facts=back(), at=LATER)

    assert (record.returned.reversed_units, record.returned.arrears_units) == (20, 15)
    assert available(member) == (0, 15)
    record_purchase(programme=programme, facts=purchase_of(member, 4_000, external_id="R2"), at=LATER)
    assert available(member) == (25, 0)
    assert verify() == []


@pytest.mark.parametrize("programme", [{"unit_policies": {"arrears_policy": ArrearsPolicy.FORGIVE}}], indirect=True)
def test_a_forgiving_programme_takes_what_is_there(programme, member) -> None:
    reward = RewardFactory.create(programme=programme, price_points=15)
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 2_000), at=AT).purchase
    redeem_reward(member=member, reward=reward, source="portal", at=AT)

    record_return(purchase=purchase, facts=back(), at=LATER)

    assert available(member) == (0, 0) and verify() == []


@pytest.mark.parametrize("programme", [{"unit_policies": {"arrears_policy": ArrearsPolicy.FORBID}}], indirect=True)
def test_a_strict_programme_refuses_and_changes_nothing(programme, member) -> None:
    reward = RewardFactory.create(programme=programme, price_points=15)
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 2_000), at=AT).purchase
    redeem_reward(member=member, reward=reward, source="portal", at=AT)

    with refused(SpentPointsMayNotBeOwed):
        record_return(purchase=purchase, facts=back(), at=LATER)


def test_points_that_paid_come_back_with_what_they_paid_for(programme, member) -> None:
    give(member, 500, dt.date(2027, 1, 1))
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 600, 400, tender=500), at=AT).purchase
    assert available(member) == (5, 0)

    first = record_return(purchase=purchase, facts=back(("1", "1")), at=LATER).returned
    assert (first.refunded_minor, first.restored_units, first.reversed_units) == (300, 300, 3)
    rest = record_return(purchase=purchase, facts=back(external_id="B2"), at=LATER).returned

    assert (rest.refunded_minor, rest.restored_units, rest.reversed_units) == (200, 200, 2)
    assert available(member) == (500, 0) and verify() == []


def test_a_cent_that_points_paid_for_several_pieces_comes_back_once(programme, member) -> None:
    """Shares of a cent: neither the money nor the points of a receipt ever grow when pieces come back one by one."""
    give(member, 100, dt.date(2027, 1, 1))
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 2, tender=1, quantity_1=3), at=AT).purchase

    returns = [record_return(purchase=purchase, facts=back(("1", "1"), external_id=f"B{n}"), at=LATER).returned for n in range(3)]

    assert [one.price_minor for one in returns] == [one.refunded_minor + one.restored_units for one in returns] == [1, 0, 1]
    assert available(member) == (100, 0) and verify() == []


@pytest.mark.parametrize("programme", [{"terms": Terms(point_value_minor=Decimal(5))}], indirect=True)
def test_the_worth_of_the_points_that_come_back_adds_up_to_what_they_paid(programme, member) -> None:
    give(member, 100, dt.date(2027, 1, 1))
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 6, 6, 6, 6, 6, tender=15), at=AT).purchase

    for line in "12345":
        record_return(purchase=purchase, facts=back((line, "1"), external_id=f"B{line}"), at=LATER)

    restored = Movement.objects.filter(kind=7)
    assert {one.face_minor / one.amount for one in restored} == {5} and sum(one.face_minor for one in restored) == 15
    assert available(member) == (100, 0) and verify() == []


def test_the_same_return_answers_like_the_first_time(programme, member) -> None:
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 500, 500), at=AT).purchase
    first = record_return(purchase=purchase, facts=back(("1", "1")), at=LATER)
    rows = all_rows()

    again = record_return(purchase=purchase, facts=back(("1", "1")), at=LATER + dt.timedelta(days=1))

    assert again.replayed and again.returned == first.returned and all_rows() == rows
    with refused(ExternalIdConflict):
        record_return(purchase=purchase, facts=back(("2", "1")), at=LATER)


def test_the_same_return_may_write_its_time_and_quantities_otherwise(programme, member) -> None:
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 500, 500), at=AT).purchase
    first = record_return(purchase=purchase, facts=back(("1", "1")), at=LATER)

    there = dt.timezone(dt.timedelta(hours=3))
    again = record_return(purchase=purchase, facts=back(("1", "1.000"), at=LATER.astimezone(there)), at=LATER)

    assert again.replayed and again.returned == first.returned


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (back(("9", "1")), UnknownLine),
        (back(("1", "2")), MoreThanBought),
        (back(("1", "1"), ("1", "1")), MoreThanBought),
        (back(("1", "1"), at=AT - dt.timedelta(seconds=1)), ReturnedBeforeBought),
    ],
)
def test_what_cannot_come_back_is_refused_and_changes_nothing(facts, problem, programme, member) -> None:
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 500), at=AT).purchase

    with refused(problem):
        record_return(purchase=purchase, facts=facts, at=LATER)


def test_everything_comes_back_only_once(programme, member) -> None:
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 500), at=AT).purchase
    record_return(purchase=purchase, facts=back(), at=LATER)

    with refused(MoreThanBought):
        record_return(purchase=purchase, facts=back(external_id="B2"), at=LATER)


@pytest.mark.parametrize("programme", [{"unit_policies": {"arrears_policy": ArrearsPolicy.FORBID}}], indirect=True)
def test_points_that_come_back_stand_in_for_earned_ones_that_are_spent(programme, member) -> None:
    give(member, 500, dt.date(2027, 1, 1))
    reward = RewardFactory.create(programme=programme, price_points=5)
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 1_000, tender=500), at=AT).purchase
    redeem_reward(member=member, reward=reward, source="portal", at=AT)

    record_return(purchase=purchase, facts=back(), at=LATER)

    assert available(member) == (495, 0) and verify() == []
