"""Questions about undos of imports: where the points are, what an undo would move and has moved."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from pydantic_core import from_json

from accounts.programmes.models import Programme
from ledger.points import models as ledger
from ledger.points.domain import State
from loyalty.kit.problems import NotFound
from rewards.import_undos.domain import Lot, Whereabouts, whereabouts
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.imports.models import BalanceImport, BalanceImportRow

_FIGURES = (Path(__file__).parent / "sql" / "figures.sql").read_text()
_AT_ONCE = 2_000


class ImportUndoNotFound(NotFound):
    code = "import_undo_not_found"


def undo_by_id(programme: Programme, pk: uuid.UUID) -> ImportUndo:
    """Raises: ImportUndoNotFound."""
    rows = ImportUndo.objects.select_related("programme__legal_entity__book", "balance_import", "author", "decided_by")
    found = rows.defer("balance_import__content").filter(programme=programme, pk=pk).first()
    if found is None:
        raise ImportUndoNotFound(_("There is no such undo. Look its import up in the list of imports."))
    return found


def unfinished() -> list[tuple[uuid.UUID, str]]:
    """Return the undos that a background task has to work on, and their states."""
    open_states = (ImportUndo.State.PREVIEWING, ImportUndo.State.RUNNING)
    return list(ImportUndo.objects.filter(state__in=open_states).order_by("pk").values_list("pk", "state"))


def posted_rows(of: uuid.UUID) -> QuerySet[BalanceImportRow]:
    """Return the rows of an import that moved something."""
    return BalanceImportRow.objects.filter(balance_import=of, outcome=BalanceImportRow.Outcome.POSTED)


def reset_since(of: uuid.UUID, members: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, Any]]:
    """Return the members and currencies whose balances a later import has set to its file, and that is not undone itself."""
    rows = BalanceImportRow.objects.filter(
        member__in=members, outcome__in=["posted", "equal"], balance_import__mode=BalanceImport.Mode.RESET
    )
    undone = ImportUndo.objects.filter(state=ImportUndo.State.DONE).values("balance_import")
    later = rows.filter(balance_import__decided_at__gt=BalanceImport.objects.filter(pk=of).values("decided_at")[:1])
    return set(later.exclude(balance_import=of).exclude(balance_import__in=undone).values_list("member", "currency"))


def where_now(rows: Sequence[BalanceImportRow], today: dt.date) -> dict[uuid.UUID, Whereabouts]:
    """Return where the points of rows that gave some are, by row; two queries."""
    given = {row.movement: row for row in rows if row.movement and (row.moved_units or 0) > 0}
    wallets = {row.member.points_account_id for row in given.values() if row.member}
    lots = ledger.Lot.objects.filter(points_account__in=wallets).in_bulk([pk for pk in given if pk])
    gone: dict[uuid.UUID, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    moves = ledger.LotMove.objects.filter(points_account__in=wallets, lot__in=list(lots)).exclude(from_state=State.ISSUED)
    for pk, before, after, units in moves.values_list("lot", "from_state", "to_state", "units"):
        gone[pk][after] += units
        gone[pk][before] -= units
    found = {}
    for movement, row in given.items():
        lot = lots.get(movement) if movement else None
        is_due = lot is not None and lot.expires_on is not None and lot.expires_on <= today
        facts = None if lot is None else Lot(lot.granted, lot.remaining, lot.held, is_due, gone[lot.pk])
        found[row.pk] = whereabouts(row.moved_units or 0, facts)
    return found


def paid_with(rows: Sequence[BalanceImportRow]) -> dict[uuid.UUID, int]:
    """Return the money that stands behind the points of rows, in minor units, by movement."""
    wallets = {row.member.points_account_id for row in rows if row.member}
    found = ledger.Movement.objects.filter(points_account__in=wallets, pk__in=[row.movement for row in rows if row.movement])
    return {pk: paid for pk, paid in found.values_list("pk", "paid_minor") if paid}


def figures_of(undo: ImportUndo) -> dict[str, Any]:
    """Add the lines of the preview up; by currency what is taken, given back, spent, ended, on hold, and what members do not have any more."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"undo": undo.pk})
        found: dict[str, Any] = from_json(cursor.fetchone()[0])
        return found


def results_of(undo: ImportUndo) -> dict[str, Any]:
    """Add up what was posted: lines by outcome; by currency what was taken, given back, is owed and was forgiven."""
    lines = ImportUndoLine.objects.filter(undo=undo.pk)
    outcomes = {f"{outcome}_rows": Count("id", filter=Q(outcome=outcome)) for outcome in ImportUndoLine.Outcome.values}
    sums: Any = lines.values("currency__code").annotate(
        taken=-Sum("moved_units", filter=Q(moved_units__lt=0), default=0),
        given=Sum("moved_units", filter=Q(moved_units__gt=0), default=0),
        owed=Sum("owed_units", default=0),
        forgiven=Sum("forgiven_units", default=0),
    )
    found: dict[str, dict[str, int]] = {name: {} for name in ("taken", "given", "owed", "forgiven")}
    for of in sums:
        for name, by_code in found.items():
            if of[name]:
                by_code[of["currency__code"]] = int(of[name])
    return lines.aggregate(members=Count("member", filter=Q(outcome="posted"), distinct=True), **outcomes) | found


def lines_of(undo: ImportUndo) -> QuerySet[ImportUndoLine]:
    """Return the lines of an undo with their members, rows and currencies."""
    return ImportUndoLine.objects.filter(undo=undo.pk).select_related("member", "row", "currency__unit")


def lines_in_order(undo: ImportUndo) -> Iterator[ImportUndoLine]:
    """Return all lines, read in portions (for files)."""
    line = 0
    while some := list(lines_of(undo).filter(line__gt=line).order_by("line")[:_AT_ONCE]):
        yield from some
        line = some[-1].line


def lines_to_look_at(undo: ImportUndo, most: int = 20) -> list[ImportUndoLine]:
    """Return the first lines whose points are not simply there any more, or that are left out."""
    touched = Q(spent_units__gt=0) | Q(ended_units__gt=0) | Q(held_units__gt=0) | ~Q(failure="")
    return list(lines_of(undo).filter(touched).order_by("line")[:most])
