import itertools
from decimal import Decimal
from fractions import Fraction

import pytest

from loyalty.shell import charts

WRITE = charts.Write(full=lambda amount: f"{amount:,}", short=lambda amount: f"~{amount}")
MONTHS = ["Jan", "Feb", "Mar"]


def data(*series, labels=MONTHS):
    return charts.Data("name", "Title", "unit", labels, [charts.Series(name, amounts) for name, amounts in series])


class TestStep:
    @pytest.mark.parametrize(
        ("span", "step"),
        [(1, Fraction(1, 2)), (4, 1), (5, 2), (8, 2), (9, 5), (20, 5), (21, 10), (71_300, 20_000), (1_198_235, 500_000)],
    )
    def test_is_a_round_number_that_covers_the_span_in_four(self, span, step):
        assert charts.step_for(Fraction(span)) == step
        assert step * 4 >= span


class TestColumns:
    def test_stand_on_zero_and_keep_proportion(self):
        chart = charts.columns_chart(data(("Members", [50, 100, 0])), write=WRITE)

        bottoms = {Fraction(column.y) + Fraction(column.height) for column in chart.columns}
        heights = [Fraction(column.height) for column in chart.columns]
        assert bottoms == {Fraction(chart.zero_y)}
        assert heights == [Fraction(heights[1]) / 2, heights[1], 0]

    def test_hang_below_zero_for_negative_amounts(self):
        chart = charts.columns_chart(data(("Net", [40, -20, 10])), write=WRITE)

        above, below, _ = chart.columns
        assert Fraction(above.y) + Fraction(above.height) == Fraction(chart.zero_y) == Fraction(below.y)
        assert abs(Fraction(below.height) * 2 - Fraction(above.height)) <= Fraction(1, 5)

    def test_carry_their_amounts_instead_of_a_grid_where_these_fit(self):
        chart = charts.columns_chart(data(("Members", [2104, 2260, 2412])), write=WRITE)

        assert [column.text for column in chart.columns] == ["2,104", "2,260", "2,412"]
        assert chart.grid == []

    def test_carry_only_the_largest_and_the_last_where_amounts_do_not_fit(self):
        amounts = [10**9 + number for number in (1, 5, 2, 3, 1, 1, 1, 1, 1, 1, 1, 4)]

        chart = charts.columns_chart(data(("Sales", amounts), labels=list("abcdefghijkl")), write=WRITE)

        assert [number for number, column in enumerate(chart.columns) if column.text] == [1, 11]
        assert [tick.text for tick in chart.grid] == ["~500000000", "~1000000000", "~1500000000"]

    def test_of_several_series_stand_side_by_side_without_touching_the_next_month(self):
        chart = charts.columns_chart(data(("Issued", [3, 2, 1]), ("Redeemed", [1, 1, 1])), write=WRITE)

        january = sorted((Fraction(column.x), Fraction(column.x) + Fraction(column.width)) for column in chart.columns)[:3]
        assert january[0][1] <= january[1][0] + Fraction(1, 10)
        assert january[1][1] < january[2][0]
        assert [name.text for name in chart.names] == ["Issued", "Redeemed"]

    def test_skip_gaps(self):
        chart = charts.columns_chart(data(("Members", [1, None, 3])), write=WRITE)

        assert len(chart.columns) == 2
        assert chart.rows == [["Jan", "1"], ["Feb", ""], ["Mar", "3"]]

    def test_of_nothing_are_an_empty_chart(self):
        chart = charts.columns_chart(data(("Members", []), labels=[]), write=WRITE)

        assert (chart.columns, chart.labels, chart.rows) == ([], [], [])

    def test_leave_out_every_second_month_on_a_phone_but_never_the_last(self):
        chart = charts.columns_chart(data(("Members", [1] * 12), labels=list("abcdefghijkl")), write=WRITE)

        assert [label.text for label in chart.labels if not label.minor] == ["b", "d", "f", "h", "j", "l"]


class TestLines:
    def test_end_in_their_last_amount(self):
        chart = charts.lines_chart(data(("Liability", [Decimal("1.50"), Decimal("2.25"), None])), write=WRITE)

        (line,) = chart.lines
        assert line.end.text == "2.25"
        assert line.path.startswith("M") and line.path.count("L") == 1
        assert f"{line.end.x} {line.end.y}" in line.path

    def test_keep_the_words_at_their_ends_apart(self):
        chart = charts.lines_chart(data(("A", [1, 1, 100]), ("B", [1, 1, 101]), ("C", [1, 1, 102])), write=WRITE)

        ends = sorted(Fraction(line.end.text_y) for line in chart.lines)
        assert min(later - earlier for earlier, later in itertools.pairwise(ends)) >= 36
        assert [line.name for line in chart.lines] == ["A", "B", "C"]

    def test_keep_the_words_at_their_ends_inside_the_drawing(self):
        chart = charts.lines_chart(data(("A", [90, 5, 0]), ("B", [100, 5, 1]), ("C", [100, 5, 2])), write=WRITE)

        assert max(Fraction(line.end.text_y) for line in chart.lines) <= charts.HEIGHT - 36

    def test_leave_room_for_their_last_amounts(self):
        short = charts.lines_chart(data(("A", [1, 2, 3])), write=WRITE)
        long = charts.lines_chart(data(("A", [1, 2, 10**9])), write=WRITE)

        assert Fraction(long.lines[0].end.x) < Fraction(short.lines[0].end.x) < charts.WIDTH

    def test_that_have_no_amount_are_left_out(self):
        chart = charts.lines_chart(data(("Empty", [None, None, None]), ("Full", [1, 2, 3])), write=WRITE)

        assert [line.hue for line in chart.lines] == [2]

    def test_never_leave_the_drawing(self):
        chart = charts.lines_chart(data(("Low", [0, 0, 0]), ("High", [10, 10, 10])), write=WRITE)

        ys = [Fraction(line.end.y) for line in chart.lines]
        assert all(0 <= y <= charts.HEIGHT for y in ys)


class TestRanking:
    def test_fills_the_bar_of_the_largest(self):
        rows = charts.ranking([("North", 400), ("South", 100), ("Returns", -5)], write=WRITE)

        assert [(row.label, row.text, row.percent) for row in rows] == [("North", "400", 100), ("South", "100", 25), ("Returns", "-5", 0)]

    def test_of_nothing_sold_has_empty_bars(self):
        assert [row.percent for row in charts.ranking([("North", 0)], write=WRITE)] == [0]


def test_coordinates_are_text_that_no_language_rewrites():
    chart = charts.lines_chart(data(("A", [1, 2, 4])), write=WRITE)

    assert all(isinstance(value, str) and "," not in value for value in (chart.zero_y, chart.left, chart.right, chart.lines[0].path))
