"""Post an approved undo, some lines in each transaction.

What is posted for a line and the line's result are written together, and each act has the row's own key: whoever is killed, comes back or
comes twice posts nothing twice. Points that are on hold are left for the next round.
"""

import datetime as dt
import functools
import uuid

from django.db import transaction

from ledger.points import services as points
from ledger.points.domain import Reason, Source, Taking
from ledger.points.models import PointUnit
from ledger.points.services import NothingToReverse, PointsOnHold
from ledger.points.unasked import reverse_unasked
from loyalty.kit.clock import business_date
from loyalty.kit.runs import each_by_itself
from rewards.import_undos.domain import RESET_SINCE
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.import_undos.queries import reset_since, results_of, unfinished
from rewards.import_undos.services.preview import plan

LINES = 200
_Outcome = ImportUndoLine.Outcome
_POSTED_FIELDS = ["outcome", "moved_units", "owed_units", "forgiven_units", "movement", "failure"]


def work_on_all(*, at: dt.datetime) -> int:
    """Work out and post what is unfinished; return how many undos came to their next state. May be interrupted and run again."""
    return each_by_itself(
        functools.partial(plan if state == ImportUndo.State.PREVIEWING else post, undo=pk, at=at) for pk, state in unfinished()
    )


def post(*, undo: uuid.UUID, at: dt.datetime, lines: int = LINES, most_chunks: int | None = None) -> bool:
    """Post on; return whether everything is done."""
    chunks = 0
    while most_chunks is None or chunks < most_chunks:
        chunks += 1
        with transaction.atomic():
            row = ImportUndo.objects.select_for_update(of=("self",)).select_related("programme").get(pk=undo)
            if row.state != ImportUndo.State.RUNNING:
                return True
            if not _post_chunk(row, at, lines):
                return row.state == ImportUndo.State.DONE
    return False


def _post_chunk(undo: ImportUndo, at: dt.datetime, most: int) -> bool:
    """Post the next lines; return whether there may be more in this round."""
    left = ImportUndoLine.objects.filter(undo=undo, outcome="", line__gt=undo.run_through)
    lines = list(left.select_related("member", "row", "currency__unit").order_by("line")[:most])
    if not lines:
        return _end_round(undo, at)
    points.lock_wallets(points_accounts={line.member.points_account_id for line in lines})
    left_out = reset_since(undo.balance_import_id, {line.member_id for line in lines})
    today = business_date(at, undo.programme.time_zone)
    for line in lines:
        if (line.member_id, line.currency_id) in left_out:
            line.outcome, line.failure = _Outcome.SKIPPED, RESET_SINCE
        else:
            _post_line(line, at, today)
    done = [line for line in lines if line.outcome]
    ImportUndoLine.objects.bulk_update(done, _POSTED_FIELDS)
    undo.run_through, undo.done_count = lines[-1].line, undo.done_count + len(done)
    undo.save(update_fields=["run_through", "done_count"])
    return True


def _end_round(undo: ImportUndo, at: dt.datetime) -> bool:
    """Everything has its result, or the rest (points on hold) is tried again in the next round."""
    undo.run_through = 1
    if undo.done_count == undo.lines_count:
        undo.state, undo.done_at, undo.results = ImportUndo.State.DONE, at, results_of(undo)
    undo.save(update_fields=["run_through", "state", "done_at", "results"])
    return False


def _post_line(line: ImportUndoLine, at: dt.datetime, today: dt.date) -> None:
    """Take back what the row gave, or give back what it took; points on hold leave the line open."""
    assert line.row.movement is not None, line.row_id
    unit = line.currency.unit
    taking = Taking(
        points_account=line.member.points_account_id,
        unit=unit.pk,
        source=Source.IMPORT,
        key=f"undo:{line.row_id}",
        units=abs(line.units),
        reason=Reason.CORRECTION,
        occurred_at=at,
        business_on=today,
    )
    try:
        if line.units < 0:
            _take_back(line, taking, unit)
        else:
            _give_back(line, taking, unit)
    except PointsOnHold:
        return
    except NothingToReverse as problem:
        line.outcome, line.failure = _Outcome.FAILED, problem.code
    else:
        line.outcome, line.failure = _Outcome.POSTED, ""


def _take_back(line: ImportUndoLine, taking: Taking, unit: PointUnit) -> None:
    assert line.row.movement is not None, line.row_id
    done = reverse_unasked(grant=line.row.movement, taking=taking, unit=unit, refunded_minor=line.paid_minor or None)
    line.movement, line.moved_units, line.owed_units, line.forgiven_units = done.movement, -done.taken, done.owed, done.forgiven


def _give_back(line: ImportUndoLine, taking: Taking, unit: PointUnit) -> None:
    assert line.row.movement is not None, line.row_id
    with transaction.atomic():
        done = points.adjust_back(adjustment=line.row.movement, taking=taking, order=unit.consumption_order)
    line.movement, line.moved_units = done.movement, taking.units
