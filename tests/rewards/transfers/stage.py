"""A club whose members may send points to one another."""

from accounts.programmes.services import Terms
from ledger.points.queries import holdings
from rewards.transfers.services import send_points
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory, give
from tests.rewards.factories import IN_A_YEAR


def open_club(**terms):
    """A live programme, where at least 10 points are sent."""
    return ProgrammeFactory.create(terms=Terms(**({"may_be_sent": True, "send_least_units": 10} | terms)))


def a_member(programme, points=0, **facts):
    """Somebody with a login and so many points."""
    member = MemberFactory.create(programme=programme, user=UserFactory.create(), **facts)
    if points:
        give(member, points, IN_A_YEAR)
    return member


def available(member):
    [held] = holdings(points_account=member.points_account_id, today=AT.date())
    return held.available


def send(sender, receiver, units=100, at=AT, **more):
    return send_points(sender=sender, receiver=receiver, units=units, source="test", at=at, **more)
