"""A file of trade line by line: which columns it has, what each line says, and what is wrong with it. Pure.

CSV in UTF-8, its first line names the columns. A line is a line of a receipt; lines of one receipt and member are one purchase, wherever they
stand in the file. Money is an `amount` with a point, or `amount_minor` in minor units (cents).
"""

import csv
import dataclasses
import datetime as dt
import enum
import re
import unicodedata
import uuid
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from loyalty.kit.clock import business_date
from loyalty.kit.texts import is_good_reference

MOST_LINES = 2_000_000
MOST_LETTERS = 100
_MOST_HEADER_LETTERS = 10_000
_MOST_MINOR = 10**12
_MOST_PIECES = 1_000_000
_DELIMITERS = (",", ";", "\t")
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)


class Column(enum.StrEnum):
    MEMBER = "member"
    RECEIPT = "receipt"
    AT = "at"
    AMOUNT = "amount"
    AMOUNT_MINOR = "amount_minor"
    STORE = "store"
    CHANNEL = "channel"
    CATEGORY = "category"
    SKU = "sku"
    BRAND = "brand"
    QUANTITY = "quantity"
    RETURNED_ON = "returned_on"
    """The day on which the line came back whole."""
    REDEEMED = "redeemed"
    """The points of the main currency that the member redeemed with the receipt; on one of its lines."""


_OTHER_NAMES = {
    Column.MEMBER: ("household", "householdid", "customer", "customerid", "card", "memberid", "externalid"),
    Column.RECEIPT: ("basket", "basketid", "order", "orderid", "receiptid", "ticket"),
    Column.AT: ("atlocal", "time", "occurredat", "date", "datetime"),
    Column.AMOUNT: ("sales", "price", "total"),
    Column.AMOUNT_MINOR: ("salescents", "cents", "priceminor"),
    Column.STORE: ("storeid",),
    Column.CATEGORY: ("department",),
    Column.SKU: ("product", "productid"),
    Column.QUANTITY: ("qty", "pieces"),
    Column.REDEEMED: ("pointsredeemed", "redeemedpoints"),
}


class FileFault(enum.StrEnum):
    """Why nothing of a file can be used."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    NOT_UTF8 = "not_utf8"
    NOT_GZIP = "not_gzip"
    HEADER_TOO_LONG = "header_too_long"
    LINE_TOO_LONG = "line_too_long"
    MISSING_COLUMN = "missing_column"
    COLUMN_TWICE = "column_twice"
    TWO_AMOUNTS = "two_amounts"


class LineFault(enum.StrEnum):
    """Why a line does not count."""

    BROKEN = "broken"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    UNSEEN_CHARACTERS = "unseen_characters"
    TIME_AHEAD = "time_ahead"
    BACK_BEFORE = "back_before"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"
    NEGATIVE = "negative"


class UnreadableFile(Exception):
    def __init__(self, fault: FileFault, about: str = "") -> None:
        super().__init__(fault)
        self.fault, self.about = fault, about


class _Wrong(Exception):
    def __init__(self, column: str, fault: LineFault) -> None:
        super().__init__(fault)
        self.column, self.fault = column, fault


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """How a file is divided and what its columns mean."""

    delimiter: str
    columns: tuple[Column | None, ...]

    @property
    def unused(self) -> int:
        return self.columns.count(None)


@dataclasses.dataclass(frozen=True, slots=True)
class Beside:
    """What lines are read beside: the file, its programme's clock, money and main currency, and the moment at which it came in."""

    file: uuid.UUID
    time_zone: str
    minor_digits: int
    scale: int
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class TradeRow:
    """What a line says. Who bought is known by a pseudonym alone: the same one for the same name within one file, another in another."""

    member: uuid.UUID
    purchase: uuid.UUID
    occurred_at: dt.datetime
    business_on: dt.date
    store: str
    channel: str
    category: str
    sku: str
    brand: str
    quantity: Decimal
    price_minor: int
    returned_on: dt.date | None
    redeemed_units: int


def layout_of(header: str) -> Layout:
    """Find out what the columns mean. Raises: UnreadableFile."""
    if len(header) > _MOST_HEADER_LETTERS:
        raise UnreadableFile(FileFault.HEADER_TOO_LONG)
    delimiter = max(_DELIMITERS, key=header.count)
    columns = tuple(_MEANINGS.get(_plain(name)) for name in header.split(delimiter))
    known = [column for column in columns if column is not None]
    if twice := next((column for column in known if known.count(column) > 1), None):
        raise UnreadableFile(FileFault.COLUMN_TWICE, twice)
    if missing := next((column for column in (Column.MEMBER, Column.RECEIPT, Column.AT) if column not in known), None):
        raise UnreadableFile(FileFault.MISSING_COLUMN, missing)
    amounts = {Column.AMOUNT, Column.AMOUNT_MINOR} & set(known)
    if not amounts:
        raise UnreadableFile(FileFault.MISSING_COLUMN, Column.AMOUNT)
    if len(amounts) > 1:
        raise UnreadableFile(FileFault.TWO_AMOUNTS)
    return Layout(delimiter, columns)


def read_line(text: str, layout: Layout, beside: Beside) -> TradeRow | tuple[str, LineFault]:
    """Read one line; what is wrong with it is told as a column and a fault."""
    try:
        return _row(_cells(text, layout), beside)
    except _Wrong as wrong:
        return wrong.column, wrong.fault


def _row(cells: Mapping[Column, str], beside: Beside) -> TradeRow:
    name, receipt = _needed(cells, Column.MEMBER), _needed(cells, Column.RECEIPT)
    member = uuid.uuid5(beside.file, name)
    at = _moment(_needed(cells, Column.AT), beside)
    on = business_date(at, beside.time_zone)
    quantity = _decimal(cells, Column.QUANTITY, 3) if cells.get(Column.QUANTITY) else Decimal(1)
    if quantity <= 0:
        raise _Wrong(Column.QUANTITY, LineFault.NEGATIVE)
    if quantity > _MOST_PIECES:
        raise _Wrong(Column.QUANTITY, LineFault.TOO_LARGE)
    back = _day(cells[Column.RETURNED_ON]) if cells.get(Column.RETURNED_ON) else None
    if back is not None and back < on:
        raise _Wrong(Column.RETURNED_ON, LineFault.BACK_BEFORE)
    if back is not None and back > business_date(beside.at, beside.time_zone):
        raise _Wrong(Column.RETURNED_ON, LineFault.TIME_AHEAD)
    redeemed = _decimal(cells, Column.REDEEMED, beside.scale) if cells.get(Column.REDEEMED) else Decimal(0)
    return TradeRow(
        member=member,
        purchase=uuid.uuid5(member, receipt),
        occurred_at=at,
        business_on=on,
        store=cells.get(Column.STORE, ""),
        channel=cells.get(Column.CHANNEL, ""),
        category=cells.get(Column.CATEGORY, ""),
        sku=cells.get(Column.SKU, ""),
        brand=cells.get(Column.BRAND, ""),
        quantity=quantity,
        price_minor=_minor(cells, beside),
        returned_on=back,
        redeemed_units=_not_negative(Column.REDEEMED, int(redeemed.scaleb(beside.scale))),
    )


def _cells(text: str, layout: Layout) -> dict[Column, str]:
    try:
        [values] = csv.reader([text], delimiter=layout.delimiter, strict=True)
    except (csv.Error, ValueError) as wrong:
        raise _Wrong("", LineFault.BROKEN) from wrong
    if len(values) > len(layout.columns):
        raise _Wrong("", LineFault.BROKEN)
    cells = {}
    for column, value in zip(layout.columns, values, strict=False):
        said = value.strip()
        if column is None or not said:
            continue
        if len(said) > MOST_LETTERS:
            raise _Wrong(column, LineFault.TOO_LONG)
        if not said.isascii():
            said = unicodedata.normalize("NFC", said)
        if not is_good_reference(said):
            raise _Wrong(column, LineFault.UNSEEN_CHARACTERS)
        cells[column] = said
    return cells


def _needed(cells: Mapping[Column, str], column: Column) -> str:
    if column not in cells:
        raise _Wrong(column, LineFault.MISSING)
    return cells[column]


def _moment(said: str, beside: Beside) -> dt.datetime:
    """Read a moment; one without an offset is on the programme's clock."""
    try:
        at = dt.datetime.fromisoformat(said)
        at = at.replace(tzinfo=ZoneInfo(beside.time_zone)) if at.tzinfo is None else at
        at = at.astimezone(dt.UTC)
    except (ValueError, OverflowError) as wrong:
        raise _Wrong(Column.AT, LineFault.UNREADABLE) from wrong
    if at > beside.at:
        raise _Wrong(Column.AT, LineFault.TIME_AHEAD)
    if at.year < 1970:
        raise _Wrong(Column.AT, LineFault.UNREADABLE)
    return at


def _day(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said)
    except ValueError as wrong:
        raise _Wrong(Column.RETURNED_ON, LineFault.UNREADABLE) from wrong


def _minor(cells: Mapping[Column, str], beside: Beside) -> int:
    if said := cells.get(Column.AMOUNT_MINOR):
        if not _WHOLE.fullmatch(said):
            raise _Wrong(Column.AMOUNT_MINOR, LineFault.UNREADABLE)
        return _not_negative(Column.AMOUNT_MINOR, int(said))
    _needed(cells, Column.AMOUNT)
    return _not_negative(Column.AMOUNT, int(_decimal(cells, Column.AMOUNT, beside.minor_digits).scaleb(beside.minor_digits)))


def _decimal(cells: Mapping[Column, str], column: Column, digits: int) -> Decimal:
    said = cells[column]
    if not _DECIMAL.fullmatch(said):
        raise _Wrong(column, LineFault.UNREADABLE)
    exact = Decimal(said)
    if exact != round(exact, digits):
        raise _Wrong(column, LineFault.TOO_PRECISE)
    return exact


def _not_negative(column: Column, value: int) -> int:
    if value < 0:
        raise _Wrong(column, LineFault.NEGATIVE)
    if value > _MOST_MINOR:
        raise _Wrong(column, LineFault.TOO_LARGE)
    return value


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-.\"]", "", unicodedata.normalize("NFKC", name)).lower()


_MEANINGS = {_plain(column.value): column for column in Column} | {name: column for column, names in _OTHER_NAMES.items() for name in names}
