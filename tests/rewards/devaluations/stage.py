"""A live programme whose members hear ten days ahead that points buy less."""

import datetime as dt
from decimal import Decimal

from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, supersede_currency_terms
from rewards.catalogue.services import RewardTerms, draft_reward_version, supersede_reward
from tests.accounts.factories import AT, ProgrammeFactory, UserFactory
from tests.rewards.factories import TODAY, RewardFactory

NOTICE = 10
IN_TIME = TODAY + dt.timedelta(days=NOTICE)


def programme_with_notice(days=NOTICE, **more):
    return ProgrammeFactory.create(devaluation_notice_days=days, **more)


def coffee(programme, **terms):
    return RewardFactory.create(programme=programme, code="coffee", name="Coffee", **terms)


def two_people():
    return {"author": UserFactory.create(), "approver": UserFactory.create(), "at": AT}


def asking(points):
    return RewardTerms(price_points=points, value_minor=500, voucher_days=90)


def price(reward, points, *, valid_from=IN_TIME):
    return supersede_reward(reward=reward, terms=asking(points), valid_from=valid_from, **two_people())


def drafted_price(reward, points, *, valid_from):
    return draft_reward_version(reward=reward, terms=asking(points), valid_from=valid_from, author=UserFactory.create())


def paying(value, step=1):
    """Terms by which a point pays so many cents."""
    return Terms(expiry_kind="months", expiry_number=12, point_value_minor=Decimal(value), tender_step_units=step)


def worth(programme, value, *, valid_from=IN_TIME, step=1):
    return supersede_currency_terms(currency=currency_of(programme), terms=paying(value, step), valid_from=valid_from, **two_people())
