"""One look at the database: whatever is read within it is as it was at one moment."""

import contextlib
from collections.abc import Iterator

from django.db import connection, transaction


@contextlib.contextmanager
def one_snapshot() -> Iterator[None]:
    """See the database as it is at one moment, whatever others commit meanwhile, and write nothing.

    Within somebody's transaction, that transaction's own view is used.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
