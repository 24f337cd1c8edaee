"""Hand in files of trade, read them piece by piece, forget them: the only code that writes them.

A file comes in as a stream and is kept in pieces of whole lines. Each piece is read in one transaction that lets it go and notes how far the
file is: whoever is killed goes on with the next piece, and nothing is read twice.
"""

import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Iterator, Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Max, Min, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.users.models import User
from loyalty.kit.money import exponent
from loyalty.kit.problems import FieldError, Malformed, Refused
from loyalty.kit.runs import each_by_itself
from loyalty.kit.texts import file_name
from rewards.trade_files.domain import (
    MOST_LINES,
    Beside,
    FileFault,
    LineFault,
    TradeRow,
    UnreadableFile,
    layout_of,
    read_line,
)
from rewards.trade_files.models import TradeFile, TradeLine, TradePiece
from rewards.trade_files.stream import MOST_BYTES, Stream

FAULTS_KEPT = 50
_THERE = (TradeFile.State.READING, TradeFile.State.READY)
_COLUMNS = (
    "file_id",
    "line",
    "member",
    "purchase",
    "occurred_at",
    "business_on",
    "store",
    "channel",
    "category",
    "sku",
    "brand",
    "quantity",
    "price_minor",
    "returned_on",
    "redeemed_units",
)


class FileCannotBeRead(Malformed):
    """Carries `fault`."""

    code = "file_cannot_be_read"


class SameFileAgain(Refused):
    """Carries `file`: the one that is there."""

    code = "same_file_again"


class FileInUse(Refused):
    code = "file_in_use"


_SAID = {
    FileFault.EMPTY: gettext_lazy("The file has no lines. Its first line names the columns, each line after it is a line of a receipt."),
    FileFault.TOO_LARGE: gettext_lazy("The file is larger than %(megabytes)s megabytes. Leave out columns or days."),
    FileFault.TOO_MANY_LINES: gettext_lazy("The file has more than %(lines)s lines. Leave out days or members."),
    FileFault.NOT_UTF8: gettext_lazy("This is no text in UTF-8. Save the file as CSV (UTF-8)."),
    FileFault.NOT_GZIP: gettext_lazy("The file is packed, but cannot be unpacked. Pack it again with gzip, or send it as it is."),
    FileFault.HEADER_TOO_LONG: gettext_lazy("The first line is too long to name columns. Is this a CSV file?"),
    FileFault.LINE_TOO_LONG: gettext_lazy("A line is too long to be one of a receipt. Is this a CSV file?"),
    FileFault.MISSING_COLUMN: gettext_lazy("No column is called %(about)s. The first line needs member, receipt, at and amount."),
    FileFault.COLUMN_TWICE: gettext_lazy("Two columns mean %(about)s. Leave one of them out."),
    FileFault.TWO_AMOUNTS: gettext_lazy("There are columns amount and amount_minor. Leave one of them out."),
}


@transaction.atomic
def hand_in(*, programme: Programme, name: str, chunks: Iterable[bytes], author: User | None, at: dt.datetime) -> TradeFile:
    """Keep a file, as CSV or packed with gzip, to be read in the background. Raises: FileCannotBeRead, SameFileAgain."""
    row = TradeFile(programme=programme, name=file_name(name, otherwise="trade.csv"), author=author, handed_in_at=at, lines_count=1)
    stream = Stream(chunks)
    try:
        for number, piece in enumerate(_without_header(row, stream.pieces()), start=1):
            row.lines_count += piece.count(b"\n")
            if row.lines_count - 1 > MOST_LINES:
                raise UnreadableFile(FileFault.TOO_MANY_LINES)
            TradePiece.objects.create(file_id=row.pk, number=number, content=piece)
        if row.lines_count == 1:
            raise UnreadableFile(FileFault.EMPTY)
    except UnreadableFile as wrong:
        raise _refusal(wrong) from wrong
    row.sha256 = stream.sha256
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as wrong:
        there = TradeFile.objects.get(programme=programme, sha256=row.sha256, state__in=_THERE)
        detail = _("This file came in before, as %(name)s. Try rules on that one.") % {"name": there.name}
        raise SameFileAgain(detail, extra={"file": str(there.pk)}) from wrong
    return row


def _without_header(row: TradeFile, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Note the first line, which names the columns; return the pieces behind it."""
    head, _end, rest = next(pieces, b"").partition(b"\n")
    row.header = head.decode().removeprefix("\ufeff").strip().replace("\0", "")
    if not row.header:
        raise UnreadableFile(FileFault.EMPTY)
    layout_of(row.header)
    if rest:
        yield rest
    yield from pieces


def work_on_all(*, at: dt.datetime) -> int:
    """Read what is not read yet; return how many files came to their end. May be interrupted and run again."""
    unread = TradeFile.objects.filter(state=TradeFile.State.READING).order_by("pk").values_list("pk", flat=True)
    return each_by_itself(functools.partial(read_file, file=pk, at=at) for pk in unread)


def read_file(*, file: uuid.UUID, at: dt.datetime, most_pieces: int | None = None) -> bool:
    """Read on; return whether all is read. Two at once do not get into each other's way: one of them waits."""
    pieces = 0
    while most_pieces is None or pieces < most_pieces:
        pieces += 1
        if not _read_piece(file, at):
            return True
    return False


@transaction.atomic
def forget(*, file: uuid.UUID) -> TradeFile:
    """Let the lines of a file go; what was worked out of it stays. Raises: FileInUse."""
    row = TradeFile.objects.select_for_update().get(pk=file)
    if row.back_tests.filter(state__in=["waiting", "running"]).exists():
        raise FileInUse(_("A back-test of this file is being worked out. Wait for it, or stop it first."))
    TradePiece.objects.filter(file=row).delete()
    TradeLine.objects.filter(file=row).delete()
    row.state = TradeFile.State.FORGOTTEN
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def _read_piece(file: uuid.UUID, at: dt.datetime) -> bool:
    """Read the next piece; return whether there may be more."""
    rows = TradeFile.objects.select_for_update(of=("self",)).select_related("programme__legal_entity__book")
    of = rows.get(pk=file)
    if not of.is_reading:
        return False
    piece = of.pieces.order_by("number").first()
    if piece is None:
        _finish(of, at)
        return False
    programme, layout = of.programme, layout_of(of.header)
    beside = Beside(of.pk, programme.time_zone, exponent(programme.currency), currency_of(programme).unit.scale, of.handed_in_at)
    good: list[tuple[int, TradeRow]] = []
    for text in bytes(piece.content).decode().split("\n")[:-1]:
        of.read_through += 1
        if not text.strip():
            continue
        found = read_line(text, layout, beside)
        if isinstance(found, TradeRow):
            good.append((of.read_through, found))
        else:
            _note_fault(of, *found)
    _copy(of, good)
    piece.delete()
    of.save(update_fields=["read_through", "faulty_count", "faults"])
    return True


def _note_fault(of: TradeFile, column: str, fault: LineFault) -> None:
    of.faulty_count += 1
    if len(of.faults) < FAULTS_KEPT:
        of.faults.append([of.read_through, column, fault.value])


def _copy(of: TradeFile, rows: Sequence[tuple[int, TradeRow]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY rewards_tradeline ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for number, row in rows:
            copy.write_row((of.pk, number, *(getattr(row, name) for name in _COLUMNS[2:])))


def _finish(of: TradeFile, at: dt.datetime) -> None:
    """Everything is read: count what there is."""
    lines = TradeLine.objects.filter(file=of)
    told = lines.aggregate(
        first=Min("business_on"),
        last=Max("business_on"),
        receipts=Count("purchase", distinct=True),
        members=Count("member", distinct=True),
        spend=Sum("price_minor"),
        redeemed=Sum("redeemed_units"),
    )
    of.first_on, of.last_on, of.receipts, of.members = told["first"], told["last"], told["receipts"], told["members"]
    of.spend_minor, of.redeemed_units = told["spend"] or 0, told["redeemed"] or 0
    of.state = TradeFile.State.READY if of.receipts else TradeFile.State.UNUSABLE
    of.read_at = at
    of.save()


def _refusal(wrong: UnreadableFile) -> FileCannotBeRead:
    facts = {"megabytes": MOST_BYTES // 1_000_000, "lines": f"{MOST_LINES:,}", "about": wrong.about}
    detail = str(_SAID[wrong.fault]) % facts
    return FileCannotBeRead(detail, errors=[FieldError("/file", wrong.fault.value, detail)], extra={"fault": wrong.fault.value})
