"""Work out what an undo would move: a line for each row that the import had posted, with where its points are by now.

Each chunk is a transaction that also notes how far it came: it may be killed at any moment and goes on from there.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction

from loyalty.kit.clock import business_date
from rewards.import_undos.domain import RESET_SINCE, Whereabouts
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.import_undos.queries import figures_of, paid_with, posted_rows, reset_since, where_now
from rewards.imports.models import BalanceImportRow

CHUNK = 2_000


def plan(*, undo: uuid.UUID, at: dt.datetime, chunk: int = CHUNK, most_chunks: int | None = None) -> bool:
    """Look at the rows; return whether all were looked at. Two at once do not get into each other's way: one of them waits."""
    chunks = 0
    while most_chunks is None or chunks < most_chunks:
        chunks += 1
        if not _plan_chunk(undo, at, chunk):
            return True
    return False


@transaction.atomic
def _plan_chunk(pk: uuid.UUID, at: dt.datetime, chunk: int) -> bool:
    """Look at the next rows; return whether there may be more."""
    undo = ImportUndo.objects.select_for_update(of=("self",)).select_related("programme").get(pk=pk)
    if undo.state != ImportUndo.State.PREVIEWING:
        return False
    left = posted_rows(undo.balance_import_id).filter(line__gt=undo.planned_through)
    rows = list(left.select_related("member").order_by("line")[:chunk])
    if rows:
        ImportUndoLine.objects.bulk_create(_lines(undo, rows, business_date(at, undo.programme.time_zone)), batch_size=1_000)
        undo.planned_through = rows[-1].line
    else:
        undo.state, undo.figures = ImportUndo.State.WAITING, figures_of(undo)
    undo.save(update_fields=["planned_through", "state", "figures"])
    return bool(rows)


def _lines(undo: ImportUndo, rows: Sequence[BalanceImportRow], today: dt.date) -> list[ImportUndoLine]:
    where, paid = where_now(rows, today), paid_with(rows)
    left_out = reset_since(undo.balance_import_id, [row.member_id for row in rows if row.member_id])
    lines = []
    for row in rows:
        assert row.member_id is not None and row.currency_id is not None and row.moved_units and row.movement, row.pk
        now = where.get(row.pk, Whereabouts())
        lines.append(
            ImportUndoLine(
                undo=undo,
                row=row,
                line=row.line,
                member_id=row.member_id,
                currency_id=row.currency_id,
                units=-row.moved_units,
                spent_units=now.spent,
                ended_units=now.ended,
                held_units=now.held,
                paid_minor=paid.get(row.movement, 0),
                failure=RESET_SINCE if (row.member_id, row.currency_id) in left_out else "",
            )
        )
    return lines
