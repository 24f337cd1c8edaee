"""Points of a member that are spent, set aside, and set free."""

import uuid

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.points import services as points
from ledger.points.domain import Reason, Source, Taking
from tests.rewards.recalculations.stage import LATER


def taking(member: Member, units: int, key: str, reason: Reason = Reason.REWARD) -> Taking:
    unit = currency_of(member.programme).unit_id
    return Taking(member.points_account_id, unit, Source.REDEMPTION, key, units, reason, LATER, LATER.date())


def take(member: Member, units: int) -> None:
    points.redeem(taking=taking(member, units, "take"))


def hold_all(member: Member, units: int) -> uuid.UUID:
    return points.hold(taking=taking(member, units, "hold")).movement


def let_go(held: uuid.UUID, member: Member) -> None:
    points.release(hold=held, settling=taking(member, 1, "release", Reason.CANCELLATION))
