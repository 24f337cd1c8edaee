"""The table of symbols has the properties that the standard gives it, and a worked number has its check symbol."""

from loyalty.kit.barcode import _WIDTHS, barcode_svg, symbols_of


def test_the_symbols_are_those_of_the_standard_in_shape():
    data = _WIDTHS[:-1]

    assert len(data) == 106
    assert len(set(data)) == 106
    assert {sum(map(int, widths)) for widths in data} == {11}
    assert all(sum(map(int, widths[::2])) % 2 == 0 for widths in data)
    assert sum(map(int, _WIDTHS[-1])) == 13


def test_it_writes_pairs_of_digits_with_their_check_symbol():
    assert symbols_of("123456") == [105, 12, 34, 56, (105 + 12 + 2 * 34 + 3 * 56) % 103, 106]


def test_it_writes_an_odd_last_digit_alone():
    assert symbols_of("127")[:4] == [105, 12, 100, 23]


def test_the_drawing_has_quiet_zones_and_every_bar():
    drawing = barcode_svg("9876082452115637")

    assert 'viewBox="0 0 143 1"' in drawing
    assert drawing.count("M") == 11 * 3 + 1
