"""How partners ask for the feed."""

from typing import Annotated

from pydantic import Field

from loyalty.kit.rest.shapes import QueryNumber, Shape

MOST_MOVEMENTS = 500


class FeedQuery(Shape):
    """Where to go on, and how far."""

    since: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """`next` of the answer before; without it, from the programme's first movement on."""
    limit: Annotated[QueryNumber, Field(ge=1, le=MOST_MOVEMENTS)] = 100
    """How many movements, at most."""
