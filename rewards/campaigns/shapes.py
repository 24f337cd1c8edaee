"""Campaigns as partners speak of them."""

from loyalty.kit.rest.paging import PageQuery
from loyalty.kit.rest.shapes import Code, QueryFlag
from rewards.members.shapes import MemberNamed


class OfferShape(MemberNamed):
    """The offer that a member takes."""

    campaign: Code
    """The campaign's code."""


class OffersQuery(PageQuery):
    """Which of a member's offers."""

    code: Code | None = None
    """The campaign's code."""
    can_be_taken: QueryFlag | None = None
    """Whether it counts only once it is taken, and is not."""
