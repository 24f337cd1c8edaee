"""Points that end with the member's year: whatever gives them, they end on the anniversary of joining."""

import datetime as dt

import pytest

from accounts.programmes.domain import Terms
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from ledger.points.models import Lot
from ledger.points.queries import holdings, verify
from ledger.points.services import expire_due
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.services import Wish, approve_adjustment, request_adjustment
from rewards.earning.services import write_first_rule
from rewards.events.services import note_moment
from rewards.purchases.services import record_purchase
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.purchases.conftest import FIRST_DAY, purchase_of

pytestmark = pytest.mark.django_db
JOINED = dt.datetime(2025, 3, 15, 12, tzinfo=dt.UTC)
YEAR = Terms(expiry_kind="member_year", expiry_number=0)


@pytest.fixture
def member():
    programme = ProgrammeFactory.create(state="draft", terms=YEAR)
    for code, more in (
        ("every-euro", {"points": 1, "step_minor": 100}),
        ("joined", {"trigger": "anniversary", "kind": "fixed", "points": 9}),
    ):
        write_first_rule(
            programme=programme, code=code, name=code, currency=currency_of(programme), definition=more, valid_from=FIRST_DAY, at=AT
        )
    return MemberFactory.create(programme=change_programme_state(programme=programme, state="live"), at=JOINED)


def ends():
    return sorted(Lot.objects.values_list("granted", "expires_on"))


def buy(member, at, receipt="R1"):
    return record_purchase(programme=member.programme, facts=purchase_of(member, 5_000, occurred_at=at, external_id=receipt), at=at)


def test_purchases_moments_and_corrections_end_on_the_same_day(member):
    buy(member, AT)
    note_moment(member=member, trigger="anniversary", external_id="a1", values={"years": 1}, payload={}, occurred_at=AT, at=AT)
    wish = Wish(direction=Direction.ADD, units=20, reason=AdjustmentReason.GOODWILL, note="Sorry.")
    approve_adjustment(
        adjustment=request_adjustment(member=member, wish=wish, at=AT, staff=UserFactory.create()), approver=UserFactory.create(), at=AT
    )

    assert ends() == [(9, dt.date(2026, 3, 15)), (20, dt.date(2026, 3, 15)), (50, dt.date(2026, 3, 15))]


def test_the_year_begins_anew_on_the_anniversary_itself(member):
    last, first = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC), dt.datetime(2026, 3, 15, 12, tzinfo=dt.UTC)
    buy(member, last), buy(member, first, "R2")

    expire_due(unit=currency_of(member.programme).unit_id, through_on=first.date(), at=first)

    assert [lot_end for _granted, lot_end in ends()] == [dt.date(2026, 3, 15), dt.date(2027, 3, 15)]
    assert holdings(points_account=member.points_account_id, today=first.date())[0].available == 50
    assert verify() == []


def test_each_member_has_a_year_of_their_own(member):
    other = MemberFactory.create(programme=member.programme, at=dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC))
    buy(member, AT), buy(other, AT, "R2")

    assert {lot_end for _granted, lot_end in ends()} == {dt.date(2026, 3, 15), dt.date(2026, 6, 1)}
