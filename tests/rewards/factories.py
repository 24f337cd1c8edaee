"""Tiers, rewards and redemptions for tests, made by the services themselves."""

import datetime as dt

import factory

from ledger.points.queries import holdings
from loyalty.kit.ids import uuid7
from rewards.catalogue.models import Reward
from rewards.catalogue.services import RewardTerms, publish_reward
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import hold_tender, redeem_reward
from rewards.tiers.models import TierLadder
from rewards.tiers.services import Spend, TierTerms, open_ladder
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, give

TODAY = AT.date()
IN_A_YEAR = dt.date(2027, 1, 15)
STEPS = (("bronze", "Bronze", 0), ("silver", "Silver", 100_000), ("gold", "Gold", 300_000))


class LadderFactory(factory.Factory):
    """Bronze from the first purchase, silver from 1,000.00, gold from 3,000.00."""

    class Meta:
        model = TierLadder

    programme = factory.SubFactory(ProgrammeFactory)
    name = "Spend of the year"
    tiers = tuple(TierTerms(code=code, name=name, threshold_minor=minor, other_names={"tr": name + " TR"}) for code, name, minor in STEPS)

    @classmethod
    def _create(cls, _model, *_none, **kwargs):
        return open_ladder(**kwargs)


class RewardFactory(factory.Factory):
    """A voucher of 5.00 for 500 points that is valid for ninety days; terms may be named like fields."""

    class Meta:
        model = Reward

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"reward-{n}")
    kind = "voucher"
    name = factory.Sequence(lambda n: f"Reward {n}")
    valid_from = dt.date(2025, 1, 1)
    at = AT
    price_points = 500
    value_minor = 500
    limit_per_member = None
    limit_window_days = None
    min_tier = None
    voucher_days = 90
    given_back_on_return = "in_proportion"

    @classmethod
    def _create(cls, _model, *_none, **kwargs):
        terms = {name: kwargs.pop(name) for name in RewardTerms.__dataclass_fields__}
        return publish_reward(terms=RewardTerms(**terms), **kwargs)


class RedemptionFactory(factory.Factory):
    """What `redeem_reward` makes of a member with points (1,000 are given first) and a reward of their programme."""

    class Meta:
        model = Redemption

    member = factory.SubFactory(MemberFactory)
    reward = factory.LazyAttribute(lambda o: RewardFactory.create(programme=o.member.programme))
    source = "portal"
    at = AT

    @classmethod
    def _create(cls, _model, *_none, **kwargs):
        give(kwargs["member"], 1_000, IN_A_YEAR)
        return redeem_reward(**kwargs)


class TenderHoldFactory(factory.Factory):
    """A hold that pays 5.00, of a member with 1,000 points."""

    class Meta:
        model = Redemption

    member = factory.SubFactory(MemberFactory)
    amount_minor = 500
    source = "till"
    external_id = None
    at = AT

    @classmethod
    def _create(cls, _model, *_none, **kwargs):
        give(kwargs["member"], 1_000, IN_A_YEAR)
        return hold_tender(**kwargs)


def member_with(units, **facts):
    """Return a member who can spend so many points for a year."""
    member = MemberFactory.create(**facts)
    if units:
        give(member, units, IN_A_YEAR)
    return member


def wallet(member, today=TODAY):
    """Return (available, held) of a member's main currency."""
    held = holdings(points_account=member.points_account_id, today=today)[0]
    return held.available, held.held


def bought(member, amount_minor, on, *, evidence=None):
    """Return a purchase as tiers count it."""
    return Spend(member=member, business_on=on, amount_minor=amount_minor, purchases=1, evidence=evidence or uuid7())


def brought_back(member, amount_minor, on, *, whole=False, year=None):
    """Return a return as tiers count it."""
    return Spend(member=member, business_on=on, amount_minor=-amount_minor, purchases=-int(whole), evidence=uuid7(), year=year)
