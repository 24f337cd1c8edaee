"""A file's grants into all tables with all checks, over COPY of one bare table and over COPY of rows that were computed before."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence

from loyalty.kit import clock
from loyalty.kit.ids import child_id, uuid7
from loyalty.shell.bench.measures import Found, Rounds, Scale, median
from loyalty.shell.bench.scratch import Scratch
from loyalty.shell.bench.wallets import install, new_unit, open_wallets
from loyalty.shell.bench.workers import Part, Workers

WALLETS = 4_000
LINES = 20_000
_HEADS = {
    "act": "COPY ledger_act (id, points_account_id, source, key, fingerprint) FROM STDIN",
    "movement": "COPY ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,"
    " pending_after, held_after, arrears_after, business_on, occurred_at, recorded_at, paid_minor, standalone_minor, ssp_point) FROM STDIN",
    "lot": "COPY ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, granted, remaining,"
    " is_pending, terms) FROM STDIN",
    "lotmove": "COPY ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,"
    " grant_month, source_kind, portfolio) FROM STDIN",
    "heap": "COPY bench.heap FROM STDIN",
    "more": "COPY more FROM STDIN",
}
_MORE = "CREATE TEMPORARY TABLE more (id uuid, units bigint, steps bigint) ON COMMIT DROP"
_ADD_BALANCES = (
    "UPDATE ledger_balance b SET available = available + m.units, seq = seq + m.steps FROM more m WHERE m.id = b.points_account_id"
)


def import_file(scratch: Scratch, scale: Scale) -> Found:
    """Files sorted by wallet, a slice a worker; each side loads the same number of lines, one side after the other."""
    taken: dict[str, list[float]] = {}
    with scratch.fresh() as url:
        unit = new_unit()
        wallets = sorted(open_wallets(unit, WALLETS))
        install("file_floor")
        with Workers(url, 2) as workers:
            for turn in range(-1, scale.rounds):
                for name, parts in _parts(wallets, unit.pk):
                    seconds = workers.run(parts)
                    if turn >= 0:
                        taken.setdefault(name, []).append(LINES / seconds)
    return {
        "import-heap": _against(taken, "import 1", "heap 1"),
        "import-rows-1": _against(taken, "import 1", "rows 1"),
        "import-rows-2": _against(taken, "import 2", "rows 2"),
    }


def _against(taken: dict[str, list[float]], ours: str, floor: str) -> Rounds:
    return Rounds(
        taken[ours], taken[floor], f"{median(taken[ours]):,.0f} over {median(taken[floor]):,.0f} rows/s, files of {LINES:,} lines"
    )


def _parts(wallets: Sequence[uuid.UUID], unit: int) -> list[tuple[str, list[Part]]]:
    """Return each side's name and what its workers load."""
    sides: list[tuple[str, list[Part]]] = []
    for count in (1, 2):
        slices = [wallets[len(wallets) * i // count : len(wallets) * (i + 1) // count] for i in range(count)]
        sides.append((f"import {count}", [{"kind": "import", "text": _lines(part, unit, LINES // count)} for part in slices]))
        sides.append((f"rows {count}", [_rows(part, unit, LINES // count) for part in slices]))
    copies = [(_HEADS["heap"], _movements(wallets, unit, LINES))]
    sides.append(("heap 1", [{"kind": "copy", "before": "", "copies": copies, "after": []}]))
    return sides


def _lines(wallets: Sequence[uuid.UUID], unit: int, count: int) -> str:
    """A file: wallet, unit, key, points, paid, moment, day, last day."""
    now = clock.now()
    days = f"{now.isoformat()},{now.date()},{now.date() + dt.timedelta(days=365)}"
    return "".join(f"{wallet},{unit},{uuid7()},20,2000,{days}\n" for wallet in _spread(wallets, count))


def _rows(wallets: Sequence[uuid.UUID], unit: int, count: int) -> Part:
    """The same as finished rows of all tables."""
    today = clock.now().date()
    month, expires = today.replace(day=1), today + dt.timedelta(days=365)
    acts, lots, moves, movements = [], [], [], []
    chosen = _spread(wallets, count)
    for wallet in chosen:
        made = uuid7()
        acts.append(f"{made}\t{wallet}\t7\t{made}\t\\\\x01\n")
        movements.append(_movement(made, wallet, unit))
        lots.append(f"{made}\t{wallet}\t{unit}\t{today}\t{month}\t1\t1\t{expires}\t20\t20\tf\t0\n")
        moves.append(f"{child_id(made, 1)}\t{wallet}\t{unit}\t{made}\t{made}\t1\t10\t20\t{today}\t1\t{month}\t1\t1\n")
    more = "".join(f"{wallet}\t{20 * steps}\t{steps}\n" for wallet, of in itertools.groupby(chosen) if (steps := len(list(of))))
    texts = {"act": acts, "movement": movements, "lot": lots, "lotmove": moves}
    copies = [(_HEADS["more"], more), *((_HEADS[name], "".join(rows)) for name, rows in texts.items())]
    return {"kind": "copy", "before": _MORE, "copies": copies, "after": [_ADD_BALANCES]}


def _movements(wallets: Sequence[uuid.UUID], unit: int, count: int) -> str:
    return "".join(_movement(uuid7(), wallet, unit) for wallet in _spread(wallets, count))


def _movement(made: uuid.UUID, wallet: uuid.UUID, unit: int) -> str:
    now = clock.now().isoformat()
    return f"{made}\t{wallet}\t{unit}\t{made}\t1\t1\t1\t10\t20\t1\t20\t0\t0\t0\t{now[:10]}\t{now}\t{now}\t2000\t2000\t0.9\n"


def _spread(wallets: Sequence[uuid.UUID], count: int) -> list[uuid.UUID]:
    """Return `count` wallets in order, each as often as the others."""
    return sorted(itertools.islice(itertools.cycle(wallets), count))
