import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

from ledger.valuation.domain import PoolKey
from reporting.rollforward.domain import MoneyRow, PointsRow
from reporting.rollforward.files import as_csv, as_xlsx, money_table, points_table

JANUARY = dt.date(2026, 1, 1)
POOL = PoolKey(1, JANUARY, 1, 1)


def test_it_writes_points_as_integers_and_money_with_the_decimals_of_the_currency():
    points = points_table([PointsRow(JANUARY, POOL, 5, 10, 1, 2, 3, 0, 4)])
    money = money_table([MoneyRow(JANUARY, None, 0, 867_580, 0, 410_959, -5, 0, 7, 0, 0)], minor_digits=2)

    assert points[1] == ["2026-01", "2026-01 unit 1 kind 1 portfolio 1", 5, 10, 1, 2, 3, 0, 4, 5]
    assert as_csv(money).splitlines()[1] == "2026-01,all,0.00,8675.80,0.00,4109.54,-0.05,0.00,0.00,0.07,0.00,4566.33"


def test_text_cannot_be_taken_for_a_formula_and_negative_amounts_stay_numbers():
    text = as_csv([["=1+1", "+1", "-1", "@x", "plain", -5, Decimal("-0.50")]])

    assert next(csv.reader(io.StringIO(text))) == ["'=1+1", "'+1", "'-1", "'@x", "plain", "-5", "-0.50"]


def test_the_workbook_holds_text_as_text():
    file = as_xlsx([("points", [["period"], ["=1+1"]]), ("money", [["a"], [Decimal("1.50")]])])

    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
    assert "<f>" not in "".join(sheets)
    assert "<v>1.50</v>" in sheets[1]
