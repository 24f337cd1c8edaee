"""Reading: columns by several names, and what is hostile or wrong in a cell."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.imports.domain import (
    MOST_BYTES,
    MOST_ROWS,
    Column,
    FileFault,
    ImportMode,
    RowFault,
    Surroundings,
    UnreadableFile,
    cut_lines,
    layout_of,
    lines_of,
    read_row,
    worths_of,
)

BESIDE = Surroundings(ImportMode.ADD, dt.date(2026, 1, 18), "Europe/Istanbul", {"points": 0, "stars": 3}, "points")
HEADER = "email,card,points,currency,start_date,expiry_date,last_day,reason"


def read(text, header=HEADER, beside=BESIDE):
    return read_row(2, text, layout_of(header), beside)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_known_by_several_names(mark, newline, delimiter):
    header = delimiter.join(['"E-Mail Address"', "Member_Number", "Points Balance", "Shoe size"])
    lines = lines_of(mark + newline.join([header, delimiter.join(["a@x.test", "9012", "5", "42"]), "", ""]).encode())

    layout = layout_of(lines[0])

    assert layout.columns == (Column.EMAIL, Column.CARD, Column.POINTS, None) and layout.unused == ("Shoe size",)
    row = read_row(2, lines[1], layout, BESIDE)
    assert (row.identity, row.units, row.faults) == ({"email": "a@x.test", "card": "9012"}, 5, [])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"email,points\n\n  \n", FileFault.EMPTY),
        ("email,points\na@x.test,5\n".encode("utf-16"), FileFault.NOT_UTF8),
        (b"email,points\n\xff\xfe,5\n", FileFault.NOT_UTF8),
        (b"name,points\nAda,5\n", FileFault.NO_MEMBER_COLUMN),
        (b"email,name\na@x.test,Ada\n", FileFault.NO_POINTS_COLUMN),
        (b"email,points,amount\na@x.test,5,5\n", FileFault.COLUMN_TWICE),
        (b"x" * 20_000 + b"\n5\n", FileFault.HEADER_TOO_LONG),
        (b"email,points\n" + b"x" * MOST_BYTES, FileFault.TOO_LARGE),
        (b"email,points\n" + b"a,1\n" * (MOST_ROWS + 1), FileFault.TOO_MANY_ROWS),
        (b"\x00\x00\n\x00", FileFault.NO_MEMBER_COLUMN),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, fault):
    with pytest.raises(UnreadableFile) as refused:
        layout_of(lines_of(content)[0])

    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a@x.test,,5", []),
        ('"a@x.test","",5,points,2026-04-01,,2026-12-31,"old, moved"', []),
        ("a@x.test,,5.0", []),
        ("a@x.test,,1.250,stars", []),
        ("a@x.test,,0", []),
        (",,5", [("", RowFault.NOBODY_NAMED)]),
        ("=HYPERLINK(1),,5", [("email", RowFault.FORMULA)]),
        ("a@x.test,,=1+2", [("points", RowFault.NOT_A_NUMBER)]),
        ("a@x.test,,", [("points", RowFault.NO_POINTS)]),
        ("a@x.test", [("points", RowFault.NO_POINTS)]),
        ("a@x.test,,-5", [("points", RowFault.BELOW_ZERO)]),
        ("a@x.test,,1e9", [("points", RowFault.NOT_A_NUMBER)]),
        ("a@x.test,,NaN", [("points", RowFault.NOT_A_NUMBER)]),
        ("a@x.test,,\u0665", [("points", RowFault.NOT_A_NUMBER)]),
        ("a@x.test,,1000000001", [("points", RowFault.TOO_MANY_POINTS)]),
        ("a@x.test,," + "9" * 400, [("points", RowFault.TOO_LONG)]),
        ("a@x.test,,5.5", [("points", RowFault.TOO_MANY_DECIMALS)]),
        ("a@x.test,,5,gold", [("currency", RowFault.UNKNOWN_CURRENCY)]),
        ("a@x.test,,5,,31.12.2026", [("start_date", RowFault.NOT_A_DAY)]),
        ("a@x.test,,5,,2026-02-30", [("start_date", RowFault.NOT_A_DAY)]),
        ("a@x.test,,5,,,9999-12-31T23:59:59Z", [("expiry_date", RowFault.NOT_A_DAY)]),
        ("a@x.test,,5,,,2026-01-18", [("expiry_date", RowFault.ENDED)]),
        ("a@x.test,,5,,,,2026-01-17", [("last_day", RowFault.ENDED)]),
        ("a@x.test,,5,,2026-05-01,2026-05-01", [("start_date", RowFault.ENDS_BEFORE_START)]),
        ("a@x.test,,5,,,2026-05-01,2026-05-01", [("last_day", RowFault.TWO_ENDS)]),
        ('a@x.test,,5,,,,,"never closed', [("", RowFault.BROKEN_QUOTES)]),
        ('"a"b@x.test,,5', [("", RowFault.BROKEN_QUOTES)]),
        ("a@x.test,,5,,,,,moved, twice", [("", RowFault.TOO_MANY_CELLS)]),
        ("a\0@x.test,,5", [("email", RowFault.UNSEEN_CHARACTERS)]),
        ("a\u200b@x.test,,5", [("email", RowFault.UNSEEN_CHARACTERS)]),
        ("a@x.test,,5,,,,," + "x" * 301, [("reason", RowFault.TOO_LONG)]),
    ],
)
def test_each_fault_names_its_column(text, faults):
    assert read(text).faults == faults


def test_days_and_moments_are_read_on_the_programmes_clock():
    assert read("a@x.test,,5,,2026-04-01T00:00:00Z,2027-03-31T23:59:59+03:00").starts_on == dt.date(2026, 4, 1)
    assert read("a@x.test,,5,,,2027-03-31T23:59:59+03:00").ends_on == dt.date(2027, 4, 1)
    assert read("a@x.test,,5,,,2027-04-01T00:00:00+03:00").ends_on == dt.date(2027, 4, 1)
    assert read("a@x.test,,5,,,2027-04-01").ends_on == dt.date(2027, 4, 1)
    assert read("a@x.test,,5,,,,2027-03-31").ends_on == dt.date(2027, 4, 1)
    assert read("a@x.test,,5,,2026-01-18").starts_on is None


def test_reset_takes_no_start_that_lies_ahead():
    beside = Surroundings(ImportMode.RESET, BESIDE.today, BESIDE.time_zone, BESIDE.scales, BESIDE.main)

    assert read("a@x.test,,5,,2026-04-01", beside=beside).faults == [("start_date", RowFault.STARTS_LATER)]


def test_points_of_a_currency_with_decimals_are_its_smallest_units():
    assert (read("a@x.test,,1.25,stars").units, read("a@x.test,,1.2505,stars").units) == (1250, None)


@given(st.text(max_size=60))
def test_no_line_is_more_than_facts_or_faults(text):
    row = read(text)

    assert row.faults or (row.named and row.units is not None)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=10), min_size=3, max_size=3))
def test_a_cell_is_read_as_it_was_written(cells):
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([*cells, "7"])

    row = read(written.getvalue(), "email,card,reason,points")

    assert row.units == 7 or row.faults


@given(st.lists(st.integers(0, 10**6), max_size=30), st.decimals(0, 10, places=4))
def test_what_points_are_worth_adds_up(units, each):
    worths = worths_of(units, each)

    assert abs(Decimal(sum(worths)) - sum(units) * each) <= Decimal("0.5") and all(worth >= 0 for worth in worths)


@given(
    content=st.lists(st.sampled_from(["a", "é", ",", '"', "\n", "\r", "\r\n", " "]), max_size=40).map("".join),
    size=st.integers(1, 9),
    most=st.integers(1, 4),
)
def test_lines_cut_from_pieces_are_those_of_the_whole(content, size, most):
    whole = content.encode()
    lines, start, wide = [], 0, size
    while start < len(whole):
        piece = whole[start : start + wide]
        some, used = cut_lines(piece, is_last=len(piece) < wide, most=most)
        wide = size if used else wide * 4
        lines += some
        start += used

    expected = re.split(r"\r\n|\n|\r", content)
    assert lines == (expected if expected[-1] else expected[:-1])
