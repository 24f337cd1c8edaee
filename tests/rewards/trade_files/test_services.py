"""Files of trade from handing in to the last piece; what is wrong with one is said, and nothing is kept of it."""

import datetime as dt
import gzip
from decimal import Decimal

import pytest

from rewards.trade_files import services, stream
from rewards.trade_files.models import TradeFile, TradeLine, TradePiece
from tests.accounts.factories import AT, ProgrammeFactory

pytestmark = pytest.mark.django_db

HEAD = "member,receipt,at,amount,store,category,quantity,returned_on,redeemed"
GOOD = "Ada,R1,2025-03-01T10:00,12.50,100,bread,2,,"


def come_in(*lines, head=HEAD, programme=None, chunks=None, name="trade.csv"):
    text = "\n".join((head, *lines)) + "\n"
    programme = programme or ProgrammeFactory.create()
    return services.hand_in(programme=programme, name=name, chunks=chunks or [text.encode()], author=None, at=AT)


def read(*lines, **more):
    row = come_in(*lines, **more)
    assert services.work_on_all(at=AT) == 1
    row.refresh_from_db()
    return row


def test_a_file_is_counted_when_it_is_read():
    row = read(GOOD, "Ada,R1,2025-03-01T10:00,2,100,milk,,2025-03-04,", "Bea,R1,2025-04-02 09:30,7,,,,,40")

    assert (row.state, row.receipts, row.members, row.spend_minor, row.redeemed_units) == ("ready", 2, 2, 2_150, 40)
    assert (row.first_on, row.last_on) == (dt.date(2025, 3, 1), dt.date(2025, 4, 2))
    assert (row.lines_count, row.read_through, row.faulty_count) == (4, 4, 0)
    assert not TradePiece.objects.exists()


def test_a_line_is_kept_under_pseudonyms_with_what_it_says():
    row = read("Ada Lovelace,R1,2025-03-01T23:30:00+00:00,12.50,100,Bread,2.5,2025-03-04,")

    line = TradeLine.objects.get(file=row)
    assert (line.price_minor, line.quantity, line.store, line.category, line.returned_on) == (
        1_250,
        Decimal("2.5"),
        "100",
        "Bread",
        dt.date(2025, 3, 4),
    )
    assert "Ada" not in str(TradeLine.objects.values().get())
    assert line.occurred_at == dt.datetime(2025, 3, 1, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("line", "column", "fault"),
    [
        (",R1,2025-03-01,1,,,,,", "member", "missing"),
        ("Ada,,2025-03-01,1,,,,,", "receipt", "missing"),
        ("Ada,R1,,1,,,,,", "at", "missing"),
        ("Ada,R1,yesterday,1,,,,,", "at", "unreadable"),
        ("Ada,R1,0001-01-01T00:00:00+14:00,1,,,,,", "at", "unreadable"),
        ("Ada,R1,2999-01-01,1,,,,,", "at", "time_ahead"),
        ("Ada,R1,2025-03-01,,,,,,", "amount", "missing"),
        ("Ada,R1,2025-03-01,1e3,,,,,", "amount", "unreadable"),
        ("Ada,R1,2025-03-01,NaN,,,,,", "amount", "unreadable"),
        ("Ada,R1,2025-03-01,1.234,,,,,", "amount", "too_precise"),
        ("Ada,R1,2025-03-01,-1,,,,,", "amount", "negative"),
        ("Ada,R1,2025-03-01,999999999999999,,,,,", "amount", "too_large"),
        ("Ada,R1,2025-03-01,1,,,0,,", "quantity", "negative"),
        ("Ada,R1,2025-03-01,1,,,9999999,,", "quantity", "too_large"),
        ("Ada,R1,2025-03-01,1,,,,2025-02-28,", "returned_on", "back_before"),
        ("Ada,R1,2025-03-01,1,,,,soon,", "returned_on", "unreadable"),
        ("Ada,R1,2025-03-01,1,,,,2999-01-01,", "returned_on", "time_ahead"),
        ("Ada,R1,2025-03-01,1,,,,,-5", "redeemed", "negative"),
        ("Ada,R1,2025-03-01,1,,,,,0.5", "redeemed", "too_precise"),
        ("A\u200bda,R1,2025-03-01,1,,,,,", "member", "unseen_characters"),
        (f"{'A' * 101},R1,2025-03-01,1,,,,,", "member", "too_long"),
        ('"Ada,R1,2025-03-01,1,,,,,', "", "broken"),
        ("Ada,R1,2025-03-01,1,,,,,,,more", "", "broken"),
    ],
)
def test_a_line_that_cannot_count_is_named_and_the_others_count(line, column, fault):
    row = read(line, GOOD)

    assert row.faults == [[2, column, fault]]
    assert (row.state, row.receipts, row.faulty_count) == ("ready", 1, 1)


def test_a_file_without_any_good_line_cannot_be_used():
    row = read("Ada,R1,never,1,,,,,")

    assert (row.state, row.receipts) == ("unusable", 0)


@pytest.mark.parametrize(
    ("head", "lines", "fault"),
    [
        ("receipt,at,amount", ["R1,2025-03-01,1"], "missing_column"),
        ("member,receipt,at", ["Ada,R1,2025-03-01"], "missing_column"),
        ("member,receipt,at,amount,amount_minor", [GOOD], "two_amounts"),
        ("member,receipt,at,amount,customer_id", [GOOD], "column_twice"),
        (HEAD, [], "empty"),
        ("", [GOOD], "empty"),
        ("x" * 10_001, [GOOD], "header_too_long"),
    ],
)
def test_a_file_that_is_no_trade_is_refused_and_nothing_is_kept(head, lines, fault):
    with pytest.raises(services.FileCannotBeRead) as refused:
        come_in(*lines, head=head)

    assert refused.value.extra["fault"] == fault
    assert not TradeFile.objects.exists()
    assert not TradePiece.objects.exists()


@pytest.mark.parametrize(
    ("chunks", "fault"),
    [
        ([b"\xff\xfe\x00member"], "not_utf8"),
        ([HEAD.encode(), b"\n\xc3"], "not_utf8"),
        ([gzip.compress(b"member,receipt,at,amount\nA,B,2025-01-01,1\n")[:-9]], "not_gzip"),
        ([b"\x1f\x8bnothing of the kind"], "not_gzip"),
        ([b""], "empty"),
    ],
)
def test_bytes_that_are_no_text_are_refused(chunks, fault):
    with pytest.raises(services.FileCannotBeRead) as refused:
        come_in(chunks=chunks)

    assert refused.value.extra["fault"] == fault


def test_a_small_file_that_holds_a_very_large_one_is_refused(monkeypatch):
    monkeypatch.setattr(stream, "MOST_BYTES", 3_000_000)
    bomb = gzip.compress(HEAD.encode() + b"\n" + (b"A" * 99 + b"\n") * 500_000)

    with pytest.raises(services.FileCannotBeRead) as refused:
        come_in(chunks=[bomb])

    assert refused.value.extra["fault"] == "too_large"


def test_packed_parts_one_behind_the_other_are_all_read():
    packed = gzip.compress(f"{HEAD}\n{GOOD}\n".encode()) + gzip.compress(b"Bea,R2,2025-04-01,3,,,,,\n")

    row = read(chunks=[packed[:40], packed[40:90], packed[90:]])

    assert row.receipts == 2


def test_pieces_are_whole_lines_and_each_is_read_once(monkeypatch):
    monkeypatch.setattr(stream, "PIECE_BYTES", 100)
    lines = [f"Ada,R{n},2025-03-01T10:00,1,,,,," for n in range(50)]
    row = come_in(*lines)
    assert row.pieces.count() > 5

    assert services.read_file(file=row.pk, at=AT, most_pieces=2) is False
    assert 0 < TradeLine.objects.filter(file=row).count() < 50
    assert services.read_file(file=row.pk, at=AT) is True
    assert services.read_file(file=row.pk, at=AT) is True

    row.refresh_from_db()
    assert (row.receipts, TradeLine.objects.filter(file=row).count(), row.lines_count) == (50, 50, 51)


def test_line_ends_of_other_systems_and_a_mark_at_the_start_change_nothing():
    row = read(chunks=[b"\xef\xbb\xbf" + HEAD.encode() + b"\r\n" + GOOD.encode() + b"\r\n"])

    assert (row.receipts, row.faulty_count) == (1, 0)


def test_the_same_file_comes_in_once_packed_or_not():
    programme = ProgrammeFactory.create()
    first = come_in(GOOD, programme=programme)

    with pytest.raises(services.SameFileAgain) as refused:
        come_in(chunks=[gzip.compress(f"{HEAD}\n{GOOD}\n".encode())], programme=programme)

    assert refused.value.extra == {"file": str(first.pk)}
    assert TradePiece.objects.count() == 1


def test_a_forgotten_file_has_no_lines_and_may_come_in_again():
    row = read(GOOD)

    services.forget(file=row.pk)

    assert not TradeLine.objects.exists()
    assert TradeFile.objects.get().state == "forgotten"
    assert come_in(GOOD, programme=row.programme).pk != row.pk
