"""Arrays as PostgreSQL reads them. psycopg writes lists element by element, which a batch of 500 notices; these go as one text."""

import datetime as dt
import uuid
from collections.abc import Iterable


def uuid_array(values: Iterable[uuid.UUID]) -> str:
    """Return the text of a uuid[]."""
    return "{" + ",".join([value.hex for value in values]) + "}"


def number_array(values: Iterable[int | dt.date]) -> str:
    """Return the text of an array of numbers or days: of what needs no quotes."""
    return "{" + ",".join(map(str, values)) + "}"
