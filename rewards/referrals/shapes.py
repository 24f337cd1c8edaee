"""Referrals as partners send them."""

from loyalty.kit.rest.shapes import Code
from rewards.members.shapes import MemberNamed


class ReferralShape(MemberNamed):
    """A new member, and the code of who brought them."""

    code: Code


class ReferralCodeShape(MemberNamed):
    """Whose code is asked for."""
