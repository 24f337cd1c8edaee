"""A back-test as files: the same tables as the page. Pure rendering."""

from collections.abc import Callable
from decimal import Decimal

from loyalty.kit.money import exponent
from reporting.backtests.domain import GroupFigures, Report
from reporting.rollforward.files import Cell
from rewards.backtests.models import BackTest

_GROUP = ("code", "live_points", "draft_points", "members_more", "members_less", "members_same")


def months_table(back_test: BackTest, report: Report) -> list[list[Cell]]:
    """Return header and rows; points with the currency's decimals, money in the major unit."""
    points, money = _writers(back_test)
    rows: list[list[Cell]] = [
        [
            *("month", "purchases", "spend", "live_points", "draft_points", "live_redeemed", "draft_redeemed", "live_lapsed"),
            *("draft_lapsed", "liability_more", "expected_breakage_more"),
        ]
    ]
    for of in report.months:
        moved = (of.live, of.draft, of.redeemed_live, of.redeemed_draft, of.lapsed_live, of.lapsed_draft)
        rows.append(
            [
                of.month,
                of.purchases,
                money(of.spend_minor),
                *(points(units) for units in moved),
                money(of.liability_minor),
                money(of.breakage_minor),
            ]
        )
    return rows


def sheets(back_test: BackTest, report: Report) -> list[tuple[str, list[list[Cell]]]]:
    """Return every table with its name."""
    points, _money = _writers(back_test)

    def groups(found: list[GroupFigures]) -> list[list[Cell]]:
        rows: list[list[Cell]] = [list(_GROUP)]
        return rows + [[of.code, points(of.live), points(of.draft), of.winners, of.losers, of.same] for of in found]

    rules: list[list[Cell]] = [["rule", "currency", "live_units", "draft_units", "live_purchases", "draft_purchases"]]
    rules += [[of.code, of.currency, of.live, of.draft, of.live_purchases, of.draft_purchases] for of in report.rules]
    moves: list[list[Cell]] = [["tier_live", "tier_draft", "members"]]
    moves += [[was, now, count] for was, now, count in report.moves]
    inputs: list[list[Cell]] = [
        ["input", "value"],
        *([name, str(value)] for name, value in back_test.inputs.items()),
        ["inputs_hash", back_test.inputs_hash],
        ["figures_hash", back_test.figures_hash],
    ]
    return [
        ("months", months_table(back_test, report)),
        ("stores", groups(report.stores)),
        ("tiers", groups(report.tiers)),
        ("segments", groups(report.segments)),
        ("tier_moves", moves),
        ("rules", rules),
        ("inputs", inputs),
    ]


def _writers(back_test: BackTest) -> tuple[Callable[[int], Cell], Callable[[int], Cell]]:
    scale, digits = back_test.figures["terms"]["scale"], exponent(back_test.programme.currency)

    def points(units: int) -> Cell:
        return Decimal(units).scaleb(-scale) if scale else units

    def money(minor: int) -> Cell:
        return Decimal(minor).scaleb(-digits)

    return points, money
