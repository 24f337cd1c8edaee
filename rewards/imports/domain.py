"""What a file of balances says: its columns by several names, and each line as facts or faults. Pure.

A line of the file is a row: nothing in it needs a line break, so that a quotation mark that is never closed spoils its own line only.
"""

import csv
import dataclasses
import datetime as dt
import enum
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from accounts.members.domain import normalise_card
from accounts.users.domain import normalise_email
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.texts import is_good_reference

MOST_BYTES = 10_000_000
MOST_ROWS = 100_000
MOST_LETTERS = 300
"""In one cell; what is longer was never a name, a number or a reason."""
_MOST_CELLS = 100
_MOST_HEADER_LETTERS = 10_000
_LINES = re.compile(r"\r\n|\n|\r")
_LINE_ENDS = re.compile(rb"\r\n|\n|\r")
_DELIMITERS = (",", ";", "\t")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)
_FORMULA_STARTS = ("=", "+", "-", "@")


class ImportMode(enum.StrEnum):
    ADD = "add"
    """The file's points come on top of what is there."""
    RESET = "reset"
    """Afterwards members can spend what the file says: the difference is posted."""


class ImportState(enum.StrEnum):
    """reading -> waiting -> running -> done, or waiting -> refused."""

    READING = "reading"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class RowKind(enum.StrEnum):
    """What was found out about a row when the file was read."""

    FOUND = "found"
    CREATE = "create"
    """Nobody is known by this name yet; the import makes the member."""
    UNKNOWN = "unknown"
    FAULTY = "faulty"


class RowOutcome(enum.StrEnum):
    """What became of a row."""

    POSTED = "posted"
    EQUAL = "equal"
    """There was nothing to post: the balance is what the file says, or the file says 0 to add."""
    SKIPPED = "skipped"
    FAILED = "failed"


class Column(enum.StrEnum):
    """What a column may mean."""

    CARD = "card"
    EXTERNAL_ID = "external_id"
    EMAIL = "email"
    POINTS = "points"
    CURRENCY = "currency"
    STARTS = "start_date"
    ENDS = "expiry_date"
    LAST_DAY = "last_day"
    REASON = "reason"


NAMES: Mapping[Column, tuple[str, ...]] = {
    Column.CARD: ("card", "cardnumber", "membernumber", "memberno", "loyaltycard", "kartno", "kartnumarası"),
    Column.EXTERNAL_ID: ("externalid", "customerid", "customerprofileid", "profileid", "memberid", "customernumber", "müşterino"),
    Column.EMAIL: ("email", "emailaddress", "mail", "customeremail", "eposta"),
    Column.POINTS: ("points", "amount", "balance", "pointsbalance", "units", "puan"),
    Column.CURRENCY: ("currency", "currencycode", "subledgerid", "wallet"),
    Column.STARTS: ("startdate", "startson", "startsat", "availablefrom", "validfrom"),
    Column.ENDS: ("expirydate", "expireson", "expiresat", "expirationdate", "expiry"),
    Column.LAST_DAY: ("lastday", "validthrough", "validuntil", "validto"),
    Column.REASON: ("reason", "note", "comment", "description"),
}
"""The names that a column may have, without spaces, hyphens and capitals."""
_MEANINGS = {name: column for column, names in NAMES.items() for name in names}
IDENTITIES = (Column.CARD, Column.EXTERNAL_ID, Column.EMAIL)


class FileFault(enum.StrEnum):
    """Why a file cannot be read at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    NOT_UTF8 = "not_utf8"
    HEADER_TOO_LONG = "header_too_long"
    NO_MEMBER_COLUMN = "no_member_column"
    NO_POINTS_COLUMN = "no_points_column"
    COLUMN_TWICE = "column_twice"


class UnreadableFile(Exception):
    """Carries the fault and what it is about."""

    def __init__(self, fault: FileFault, about: str = "") -> None:
        super().__init__(fault)
        self.fault, self.about = fault, about


class RowFault(enum.StrEnum):
    """What is wrong with a cell, or with the row where no column is named."""

    BROKEN_QUOTES = "broken_quotes"
    UNSEEN_CHARACTERS = "unseen_characters"
    TOO_LONG = "too_long"
    TOO_MANY_CELLS = "too_many_cells"
    FORMULA = "formula"
    NOBODY_NAMED = "nobody_named"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_CARD = "not_a_card"
    TWO_MEMBERS = "two_members"
    MEMBERSHIP_ENDED = "membership_ended"
    NO_POINTS = "no_points"
    NOT_A_NUMBER = "not_a_number"
    BELOW_ZERO = "below_zero"
    TOO_MANY_POINTS = "too_many_points"
    TOO_MANY_DECIMALS = "too_many_decimals"
    UNKNOWN_CURRENCY = "unknown_currency"
    NOT_A_DAY = "not_a_day"
    ENDED = "ended"
    ENDS_BEFORE_START = "ends_before_start"
    TWO_ENDS = "two_ends"
    STARTS_LATER = "starts_later"
    REPEATED = "repeated"


Fault = tuple[str, RowFault]
"""The column (empty: the row) and what is wrong."""


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """How a file is divided, what its columns mean, and the names of those that nobody reads."""

    delimiter: str
    columns: tuple[Column | None, ...]
    unused: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """What a row is read beside: the mode, today and the clock of the programme, and the decimals of its currencies by code."""

    mode: ImportMode
    today: dt.date
    time_zone: str
    scales: Mapping[str, int]
    main: str


@dataclasses.dataclass(slots=True)
class Row:
    """A line that was read: what it says, as far as it can be read, and its faults."""

    line: int
    identity: dict[str, str] = dataclasses.field(default_factory=dict)
    units: int | None = None
    currency: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    reason: str = ""
    faults: list[Fault] = dataclasses.field(default_factory=list)

    @property
    def named(self) -> str:
        """How the file names the member."""
        return next((self.identity[column] for column in IDENTITIES if self.identity.get(column)), "")

    def signature(self, member: str, mode: ImportMode) -> bytes:
        """Return 16 bytes that two rows share which cannot both be meant: the same points again, or a second figure for a member."""
        facts = [member, self.currency]
        if mode is ImportMode.ADD:
            facts += [str(self.units), str(self.starts_on), str(self.ends_on), self.reason]
        return hashlib.blake2b("\x1f".join(facts).encode(), digest_size=16).digest()


def lines_of(content: bytes) -> list[str]:
    """Return the lines of a file, the header first; empty ones stay, because they count. Raises: UnreadableFile."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(FileFault.TOO_LARGE)
    try:
        lines = _LINES.split(content.decode("utf-8-sig").replace("\0", "\x01"))
    except UnicodeDecodeError as wrong:
        raise UnreadableFile(FileFault.NOT_UTF8) from wrong
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) < 2:
        raise UnreadableFile(FileFault.EMPTY)
    if len(lines) - 1 > MOST_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY_ROWS)
    return lines


def cut_lines(piece: bytes, *, is_last: bool, most: int) -> tuple[list[str], int]:
    """Return up to `most` whole lines at the start of a piece of a file, and how many bytes they have with their ends.

    The last line of a piece is whole when the piece `is_last`, or when something stands behind its end: a return may have its feed in the
    next piece. The file was decoded once when it came in, so each line can be.
    """
    lines: list[str] = []
    used = 0
    for end in _LINE_ENDS.finditer(piece):
        if len(lines) == most or (end.end() == len(piece) and not is_last):
            break
        lines.append(_text(piece[used : end.start()]))
        used = end.end()
    if is_last and len(lines) < most and used < len(piece):
        lines.append(_text(piece[used:]))
        used = len(piece)
    return lines, used


def _text(line: bytes) -> str:
    return line.decode().replace("\0", "\x01")  # still refused, but it can be stored


def layout_of(header: str) -> Layout:
    """Find out what the columns mean. Raises: UnreadableFile."""
    if len(header) > _MOST_HEADER_LETTERS:
        raise UnreadableFile(FileFault.HEADER_TOO_LONG)
    delimiter = max(_DELIMITERS, key=header.count)
    names = [name.strip().strip('"').strip() for name in header.split(delimiter)][:_MOST_CELLS]
    columns = tuple(_MEANINGS.get(_plain(name)) for name in names)
    known = [column for column in columns if column is not None]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice is not None:
        raise UnreadableFile(FileFault.COLUMN_TWICE, twice)
    if not set(IDENTITIES) & set(known):
        raise UnreadableFile(FileFault.NO_MEMBER_COLUMN)
    if Column.POINTS not in known:
        raise UnreadableFile(FileFault.NO_POINTS_COLUMN)
    unused = tuple(name[:40] for name, column in zip(names, columns, strict=True) if column is None and name)
    return Layout(delimiter, columns, unused)


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-.]", "", unicodedata.normalize("NFKC", name)).lower()


def read_row(number: int, text: str, layout: Layout, beside: Surroundings) -> Row:
    """Read one line. `number` is its place in the file, the header being 1."""
    row = Row(number)
    cells = _cells(row, text, layout)
    if cells is None:
        return row
    _read_identity(row, cells)
    row.currency = cells.get(Column.CURRENCY) or beside.main
    if row.currency not in beside.scales:
        row.faults.append((Column.CURRENCY, RowFault.UNKNOWN_CURRENCY))
    row.units = _units(row, cells.get(Column.POINTS, ""), beside.scales.get(row.currency, 0))
    row.reason = cells.get(Column.REASON, "")
    _read_days(row, cells, beside)
    return row


def _cells(row: Row, text: str, layout: Layout) -> dict[Column, str] | None:
    """Return what the known columns say; None where the line cannot be divided."""
    try:
        [values] = csv.reader([text], delimiter=layout.delimiter, strict=True)
    except csv.Error:
        row.faults.append(("", RowFault.BROKEN_QUOTES))
        return None
    if any(value.strip() for value in values[len(layout.columns) :]):
        row.faults.append(("", RowFault.TOO_MANY_CELLS))
        return None
    cells = {}
    for column, value in zip(layout.columns, values, strict=False):
        if column is None:
            continue
        said = unicodedata.normalize("NFC", value.strip())
        if said and not is_good_reference(said):
            row.faults.append((column, RowFault.UNSEEN_CHARACTERS))
        elif len(said) > MOST_LETTERS:
            row.faults.append((column, RowFault.TOO_LONG))
        else:
            cells[column] = said
    return cells


def _read_identity(row: Row, cells: Mapping[Column, str]) -> None:
    for column in IDENTITIES:
        said = cells.get(column, "")
        if not said:
            continue
        if said.startswith(_FORMULA_STARTS):
            row.faults.append((column, RowFault.FORMULA))
        elif len(said) > (254 if column is Column.EMAIL else 100):
            row.faults.append((column, RowFault.TOO_LONG))
        else:
            row.identity[column.value] = _SPELLINGS.get(column, str)(said)
    if not row.identity and not any(column in IDENTITIES for column, _ in row.faults):
        row.faults.append(("", RowFault.NOBODY_NAMED))


_SPELLINGS = {Column.EMAIL: normalise_email, Column.CARD: normalise_card}


def _units(row: Row, said: str, scale: int) -> int | None:
    """Read points into the smallest unit of their currency."""
    fault = None
    if not said:
        fault = RowFault.NO_POINTS
    elif not _NUMBER.fullmatch(said):
        is_negative = said.startswith("-") and _NUMBER.fullmatch(said[1:])
        fault = RowFault.BELOW_ZERO if is_negative else RowFault.NOT_A_NUMBER
    else:
        exact = Decimal(said).scaleb(scale)
        if exact != exact.to_integral_value():
            fault = RowFault.TOO_MANY_DECIMALS
        elif exact > MOST_POINTS:
            fault = RowFault.TOO_MANY_POINTS
        else:
            return int(exact)
    if all(column != Column.POINTS for column, _ in row.faults):
        row.faults.append((Column.POINTS, fault))
    return None


def _read_days(row: Row, cells: Mapping[Column, str], beside: Surroundings) -> None:
    row.starts_on = _day(row, Column.STARTS, cells.get(Column.STARTS, ""), beside)
    ends, last = (_day(row, column, cells.get(column, ""), beside) for column in (Column.ENDS, Column.LAST_DAY))
    if ends is not None and last is not None:
        row.faults.append((Column.LAST_DAY, RowFault.TWO_ENDS))
    row.ends_on = last + dt.timedelta(days=1) if last is not None and last < dt.date.max else ends
    if row.starts_on is not None and row.starts_on <= beside.today:
        row.starts_on = None
    if row.starts_on is not None and beside.mode is ImportMode.RESET:
        row.faults.append((Column.STARTS, RowFault.STARTS_LATER))
    if row.ends_on is not None and row.ends_on <= beside.today:
        row.faults.append((Column.ENDS if ends is not None else Column.LAST_DAY, RowFault.ENDED))
    elif row.ends_on is not None and row.starts_on is not None and row.ends_on <= row.starts_on:
        row.faults.append((Column.STARTS, RowFault.ENDS_BEFORE_START))


def _day(row: Row, column: Column, said: str, beside: Surroundings) -> dt.date | None:
    """Read a day, or a moment on the programme's clock. Points that end within a day can be used through it."""
    if not said:
        return None
    try:
        if len(said) == 10:
            return dt.date.fromisoformat(said)
        moment = dt.datetime.fromisoformat(said)
        local = moment.astimezone(ZoneInfo(beside.time_zone)) if moment.tzinfo else moment
        is_within = column is Column.ENDS and local.time() > dt.time.min
        return local.date() + dt.timedelta(days=1) if is_within else local.date()
    except (ValueError, OverflowError):
        row.faults.append((column, RowFault.NOT_A_DAY))
        return None


def worths_of(units: Sequence[int], each: Decimal) -> list[int]:
    """Return what each of some amounts of points is worth in minor units; together they are what all are worth, rounded half up once."""
    worths, upto, before = [], 0, 0
    for some in units:
        upto += some
        worth = int((upto * each).to_integral_value(ROUND_HALF_UP))
        worths.append(worth - before)
        before = worth
    return worths
