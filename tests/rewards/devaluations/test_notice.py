"""Points come to buy less only with notice."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.programmes.domain import Terms, pays_less
from accounts.programmes.models import Programme
from accounts.programmes.notice import PointsWouldBuyLess
from accounts.programmes.queries import currency_of
from accounts.programmes.services import approve_currency_terms, draft_currency_terms
from rewards.catalogue.domain import asks_more
from rewards.catalogue.models import RewardVersion
from rewards.catalogue.services import approve_reward_version
from rewards.conversions.domain import gives_less, parse_conversion
from rewards.setups.domain import SetupKind
from rewards.setups.services import approve_setup, draft_setup
from tests.accounts.factories import AT, UserFactory
from tests.rewards.conversions.stage import MONTHLY, club
from tests.rewards.devaluations.stage import IN_TIME, coffee, drafted_price, paying, price, programme_with_notice, two_people, worth
from tests.rewards.factories import TODAY
from tests.rewards.witness import refused

EARLY = IN_TIME - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("value", "step", "less"),
    [("1", 100, False), ("2", 100, False), ("0.999999", 100, True), ("1", 50, False), ("1", 200, True), ("1", 75, True)],
)
def test_points_pay_less(value, step, less):
    old = Terms(expiry_kind="none", expiry_number=0, point_value_minor=Decimal(1), tender_step_units=100)
    new = Terms(expiry_kind="none", expiry_number=0, point_value_minor=Decimal(value), tender_step_units=step)

    assert pays_less(old, new) is less


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({}, False),
        ({"price_points": 501}, True),
        ({"price_points": 499}, False),
        ({"value_minor": 499}, True),
        ({"value_minor": 501}, False),
        ({"voucher_days": 89}, True),
        ({"voucher_days": None}, False),
        ({"limit_per_member": 1}, True),
        ({"given_back_on_return": "never"}, True),
        ({"given_back_on_return": "in_proportion"}, False),
    ],
)
def test_a_reward_asks_more(change, more):
    usual = {"price_points": 500, "value_minor": 500, "voucher_days": 90, "limit_per_member": 2, "given_back_on_return": "whole"}

    assert asks_more(RewardVersion(**usual), RewardVersion(**usual | change)) is more


def test_a_conversion_gives_less():
    old, less, more = (parse_conversion(MONTHLY | of) for of in ({}, {"gives_units": 400}, {"step_units": 1_000, "gives_units": 1_100}))

    assert (gives_less(old, less), gives_less(old, more), gives_less(old, old)) == (True, False, False)


@pytest.mark.django_db
def test_a_price_rises_only_when_members_can_hear_of_it():
    reward = coffee(programme_with_notice())

    drafted, people = drafted_price(reward, 700, valid_from=EARLY), two_people()
    with refused(PointsWouldBuyLess, earliest=IN_TIME.isoformat()):
        approve_reward_version(version=drafted, approver=people["approver"], at=AT)

    assert price(reward, 700).is_approved
    assert price(reward, 400, valid_from=IN_TIME).is_approved, "what is cheaper than before needs no notice"


@pytest.mark.django_db
def test_a_point_pays_less_only_when_members_can_hear_of_it():
    programme = programme_with_notice()
    worth(programme, "2", valid_from=TODAY + dt.timedelta(days=1))

    people = two_people()
    drafted = draft_currency_terms(currency=currency_of(programme), terms=paying("1"), valid_from=EARLY, author=people["author"])
    with refused(PointsWouldBuyLess, earliest=IN_TIME.isoformat()):
        approve_currency_terms(terms=drafted, approver=people["approver"], at=AT)

    assert worth(programme, "1").approved_at == AT


@pytest.mark.django_db
def test_what_the_terms_promise_stays():
    reward = coffee(programme_with_notice(None))

    drafted, people = drafted_price(reward, 501, valid_from=TODAY + dt.timedelta(days=300)), two_people()
    with refused(PointsWouldBuyLess, earliest=None):
        approve_reward_version(version=drafted, approver=people["approver"], at=AT)


@pytest.mark.django_db
def test_a_programme_that_is_not_live_needs_no_notice():
    programme = programme_with_notice(state="draft")

    assert price(coffee(programme), 700, valid_from=TODAY).is_approved


@pytest.mark.django_db
def test_what_gathers_becomes_less_only_when_members_can_hear_of_it():
    programme = club(MONTHLY)
    Programme.objects.update(devaluation_notice_days=10)
    terms = {"programme": programme, "kind": SetupKind.CONVERSION, "code": "monthly", "name": "Monthly", "author": UserFactory.create()}
    version, approver = draft_setup(**terms, definition=MONTHLY | {"gives_units": 400}, valid_from=EARLY), UserFactory.create()

    with refused(PointsWouldBuyLess):
        approve_setup(version=version, approver=approver, at=AT)

    better = draft_setup(**terms, definition=MONTHLY | {"gives_units": 600}, valid_from=EARLY)
    assert approve_setup(version=better, approver=UserFactory.create(), at=AT).approved_at == AT
