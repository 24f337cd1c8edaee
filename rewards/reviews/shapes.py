"""Reviews as partners send them."""

from typing import Annotated

from pydantic import Field

from loyalty.kit.rest.shapes import Moment, Reference, Seen, line
from rewards.members.shapes import MemberNamed
from rewards.reviews.domain import MOST_STARS, MOST_TEXT
from rewards.reviews.services import ReviewFacts


class ReviewShape(MemberNamed):
    """What a member wrote about a product."""

    external_id: Reference
    """The review's number, unique at the sender."""
    product: Annotated[str, line(100), Seen]
    """The article, by the same code as on receipts."""
    stars: Annotated[int, Field(ge=1, le=MOST_STARS)]
    occurred_at: Moment
    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""

    def facts(self, source: str) -> ReviewFacts:
        return ReviewFacts(
            source=source,
            external_id=self.external_id,
            product=self.product,
            stars=self.stars,
            text=self.text,
            occurred_at=self.occurred_at,
        )
