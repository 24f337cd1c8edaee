"""Take committed movements in, once each, and keep the sums."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils.translation import gettext as _

from ledger.ticks.domain import MOST_MOVEMENTS, MOST_TICKS, Progress
from loyalty.kit.problems import Problem

_COPIED = "PB020"


class LedgerCopied(Problem):
    """The database was restored into a server that counts transactions from an earlier number."""

    code = "ledger_copied"


def take_ticks(*, most_ticks: int = MOST_TICKS, most_movements: int = MOST_MOVEMENTS) -> int:
    """Take in what is committed below the transaction horizon, a transaction for each tick; return how many ticks were made.

    Stops when nothing is left, or when somebody else is ticking. May be killed at any point: a tick is whole or not at all.
    Raises: LedgerCopied (see "Restoring" in docs/operations.md).
    """
    made = 0
    while made < most_ticks and _tick(most_movements) is not None:
        made += 1
    return made


def rebuild_rollups(*, anew: bool = False, most_movements: int = MOST_MOVEMENTS) -> Iterator[Progress]:
    """Compute all sums again from lot moves and put them in place of the present ones; yields after each step.

    Every step is a transaction of its own, while purchases and ticks go on; stopped at any point, the next call goes on from there
    (or begins `anew`). The last step replaces the sums in one transaction.
    """
    if anew:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_forget_rebuild()")
    finished = False
    while not finished:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT through_no, last_no, finished FROM ledger_rebuild(%s)", [most_movements])
            progress = Progress(*cursor.fetchone())
        finished = progress.finished
        yield progress


def _tick(most_movements: int) -> int | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ledger_tick(%s)", [most_movements])
            number: int | None = cursor.fetchone()[0]
            return number
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != _COPIED:
            raise
        raise LedgerCopied(_("This database was copied from another server. Advance this server's transaction counter first.")) from error
