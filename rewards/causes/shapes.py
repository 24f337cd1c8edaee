"""Causes as partners ask for them."""

from typing import Annotated

from loyalty.kit.rest.paging import PageQuery
from loyalty.kit.rest.shapes import Seen, line


class CausesQuery(PageQuery):
    """Which causes."""

    code: Annotated[str, line(40), Seen] | None = None
