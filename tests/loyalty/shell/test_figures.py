import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from loyalty.kit.money import Money
from loyalty.shell import figures
from loyalty.shell.templatetags import pointbook


class TestPoints:
    @pytest.mark.parametrize(("points", "scale", "text"), [(0, 0, "0"), (1204, 0, "1,204"), (12345, 2, "123.45"), (-80, 0, "−80")])
    def test_are_grouped_and_scaled_exactly(self, points, scale, text):
        assert figures.points_text(points, scale) == text

    @pytest.mark.parametrize(("points", "text"), [(320, "+320"), (-80, "−80"), (0, "0")])
    def test_as_a_change_carry_a_sign(self, points, text):
        assert figures.signed_points_text(points) == text

    def test_beyond_the_reach_of_floats_stay_exact(self):
        assert figures.points_text(2**53 + 1, 2) == "90,071,992,547,409.93"


class TestMoney:
    @pytest.mark.parametrize(
        ("money", "english", "turkish"),
        [
            (Money(123_456, "GBP"), "£1,234.56", "£1.234,56"),
            (Money(-5, "TRY"), "−₺0.05", "−₺0,05"),
            (Money(1500, "JPY"), "¥1,500", "¥1.500"),
            (Money(1500, "KWD"), "KWD\xa01.500", "KWD\xa01,500"),
        ],
    )
    def test_is_written_as_people_write_it(self, money, english, turkish):
        with translation.override("en"):
            assert figures.money_text(money) == english
        with translation.override("tr"):
            assert figures.money_text(money) == turkish

    def test_in_minor_units_takes_the_currency_in_the_template(self):
        assert pointbook.money(1240, "GBP") == pointbook.money(Money(1240, "GBP")) == "£12.40"


class TestAxis:
    @pytest.mark.parametrize(("points", "text"), [(500, "500"), (20_000, "20k"), (1_500_000, "1.5m"), (-2_000, "−2k")])
    def test_points_are_short(self, points, text):
        assert figures.short_points_text(points) == text

    def test_money_is_in_whole_units(self):
        assert figures.short_money_text(1_500_000, "GBP") == "£15k"


class TestCells:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (Money(5, "USD"), "$0.05"),
            (True, "Yes"),
            (1204, "1,204"),
            (Decimal("-1.50"), "−1.50"),
            (dt.date(2026, 3, 1), "1 Mar 2026"),
            (dt.datetime(2026, 3, 1, 9, 5, tzinfo=dt.UTC), "1 Mar 2026, 09:05"),
            ("10442", "10442"),
        ],
    )
    def test_are_written_by_their_type(self, value, text):
        assert figures.plain_text(value) == text


class TestPercent:
    @pytest.mark.parametrize(
        ("value", "maximum", "percent"), [(0, 5, 0), (3, 5, 60), (999, 1000, 99), (7, 5, 100), (-1, 5, 0), (0, 0, 100)]
    )
    def test_never_promises_more_than_there_is(self, value, maximum, percent):
        assert pointbook.percent_of(value, maximum) == percent


def test_a_share_of_one_is_a_percentage():
    assert figures.share_text(Decimal("0.412")) == "41.2%"
