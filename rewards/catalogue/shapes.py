"""What partners ask about the catalogue."""

from loyalty.kit.rest.shapes import Id, Shape


class OfferQuery(Shape):
    """For whom."""

    member: Id | None = None
    """With a member the answer says what stands in the way."""
