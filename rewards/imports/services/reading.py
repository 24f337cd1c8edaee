"""Read a file that was handed in: find its members, name its faults, and work out what would move.

Each chunk is a transaction that also notes how far it came: it may be killed at any moment and goes on from there.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count

from accounts.members.domain import is_card_number
from accounts.members.models import Member, MemberStatus
from loyalty.kit.clock import business_date
from rewards.earning.queries import Setting, setting_of
from rewards.imports.domain import Column, ImportMode, Row, RowFault, RowKind, Surroundings, cut_lines, layout_of, read_row
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.queries import figures_of, members_named, owned_now, piece_of

CHUNK = 2_000
PIECE_BYTES = 262_144


def read_file(*, balance_import: uuid.UUID, at: dt.datetime, chunk: int = CHUNK, most_chunks: int | None = None) -> bool:
    """Read on; return whether all is read. Two at once do not get into each other's way: one of them waits."""
    chunks = 0
    while most_chunks is None or chunks < most_chunks:
        chunks += 1
        if not _read_chunk(balance_import, at, chunk):
            return True
    return False


@transaction.atomic
def _read_chunk(balance_import: uuid.UUID, at: dt.datetime, chunk: int) -> bool:
    """Read the next lines; return whether there may be more."""
    rows = BalanceImport.objects.select_for_update(of=("self",)).defer("content").select_related("programme__legal_entity__book")
    of = rows.get(pk=balance_import)
    if of.state != BalanceImport.State.READING:
        return False
    first, last = of.read_through, min(of.read_through + chunk, of.lines_count)
    lines = _next_lines(of, last - first)
    setting = setting_of(of.programme)
    today = business_date(at, of.programme.time_zone)
    scales = {code: currency.unit.scale for code, currency in setting.currencies.items()}
    beside = Surroundings(ImportMode(of.mode), today, of.programme.time_zone, scales, setting.main)
    layout = layout_of(of.header)
    read = [read_row(first + place, text, layout, beside) for place, text in enumerate(lines, start=1) if text.strip()]
    BalanceImportRow.objects.bulk_create(_rows(of, read, setting, today), batch_size=1_000)
    of.read_through = last
    if last == of.lines_count:
        _finish(of)
    of.save(update_fields=["read_through", "read_bytes", "state", "figures"])
    return of.state == BalanceImport.State.READING


def _next_lines(of: BalanceImport, most: int) -> list[str]:
    """Return the next lines and note how far they go; only pieces of the file are in memory, and none is looked at twice."""
    if not of.read_bytes:
        of.read_bytes = _cut(of, 0, of.read_through)[1]
    lines: list[str] = []
    while len(lines) < most:
        more, used = _cut(of, of.read_bytes, most - len(lines))
        assert used, of.pk
        lines += more
        of.read_bytes += used
    return lines


def _cut(of: BalanceImport, start: int, most: int) -> tuple[list[str], int]:
    """Return some whole lines from byte `start` on: of a piece of the file, or of a larger one where its first line is longer."""
    size = PIECE_BYTES
    while True:
        piece = piece_of(of, start, size)
        lines, used = cut_lines(piece, is_last=len(piece) < size, most=most)
        if lines or len(piece) < size:
            return lines, used
        size *= 4


def _finish(of: BalanceImport) -> None:
    """Everything is read: the rows hold what the file said, its bytes are let go, their SHA-256 stays."""
    if of.is_reset:
        _refuse_first_of_repeated(of)
    of.figures, of.state = figures_of(of), BalanceImport.State.WAITING
    BalanceImport.objects.filter(pk=of.pk).update(content=b"")


def _refuse_first_of_repeated(of: BalanceImport) -> None:
    """Where two rows say what one member should have, nobody knows which is right: neither counts."""
    rows = BalanceImportRow.objects.filter(balance_import=of)
    twice = rows.filter(signature__isnull=False).values("signature").annotate(times=Count("id")).filter(times__gt=1).values("signature")
    rows.filter(signature__in=twice, kind__in=[RowKind.FOUND.value, RowKind.CREATE.value, RowKind.UNKNOWN.value]).update(
        kind=RowKind.FAULTY.value, planned_units=None, faults=[["", RowFault.REPEATED.value]]
    )


def _rows(of: BalanceImport, read: Sequence[Row], setting: Setting, today: dt.date) -> list[BalanceImportRow]:
    named = members_named(of.programme, [row.identity for row in read])
    found = [_member_of(row, members) for row, members in zip(read, named, strict=True)]
    wallets = {member.points_account_id for member in found if member} if of.is_reset else set()
    owned = owned_now(wallets, today)
    rows = []
    for row, member in zip(read, found, strict=True):
        kind = _kind(row, member, of)
        made = BalanceImportRow(
            balance_import=of,
            line=row.line,
            kind=kind.value,
            named=row.named,
            identity=row.identity,
            member=member,
            currency=setting.currencies[row.currency].currency if row.currency in setting.currencies else None,
            units=row.units,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            reason=row.reason,
        )
        if kind is not RowKind.FAULTY:
            made.signature = row.signature(str(member.pk) if member else row.named, ImportMode(of.mode))
            has = owned.get((member.points_account_id, setting.currencies[row.currency].unit.pk), 0) if member else 0
            made.planned_units = None if kind is RowKind.UNKNOWN else (row.units or 0) - has
        rows.append(made)
        made.faults = row.faults
    _refuse_repeated(of, rows)
    return rows


def _member_of(row: Row, members: Sequence[Member]) -> Member | None:
    if len(members) > 1:
        row.faults.append(("", RowFault.TWO_MEMBERS))
        return None
    if members and members[0].status == MemberStatus.CLOSED:
        row.faults.append(("", RowFault.MEMBERSHIP_ENDED))
    return members[0] if members else None


def _kind(row: Row, member: Member | None, of: BalanceImport) -> RowKind:
    if not member and of.creates_missing:
        row.faults += [(column, fault) for column, fault, is_good in _CHECKS if (said := row.identity.get(column)) and not is_good(said)]
    if row.faults:
        return RowKind.FAULTY
    if member:
        return RowKind.FOUND
    return RowKind.CREATE if of.creates_missing else RowKind.UNKNOWN


def _is_address(said: str) -> bool:
    try:
        validate_email(said)
    except ValidationError:
        return False
    return True


_CHECKS = ((Column.CARD, RowFault.NOT_A_CARD, is_card_number), (Column.EMAIL, RowFault.NOT_AN_EMAIL, _is_address))
"""What a member must have to be made."""


def _refuse_repeated(of: BalanceImport, rows: Sequence[BalanceImportRow]) -> None:
    """A row that says again what an earlier one said is a fault: once is enough, and twice must be said otherwise."""
    signed = [(row, bytes(row.signature)) for row in rows if row.signature is not None]
    earlier = BalanceImportRow.objects.filter(balance_import=of, signature__in=[signature for _row, signature in signed])
    seen = {bytes(signature) for signature in earlier.values_list("signature", flat=True) if signature is not None}
    for row, signature in signed:
        if signature in seen:
            row.kind, row.planned_units = RowKind.FAULTY.value, None
            row.faults = [("", RowFault.REPEATED)]
        seen.add(signature)
