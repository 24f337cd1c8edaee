"""Single lines of real receipts, bought and brought back."""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from accounts.members.models import Member
from accounts.programmes.models import Programme
from ledger.points.queries import holdings, verify
from loyalty.shell.trade.reading import Basket, ReceiptLine, read_lines
from loyalty.shell.trade.replay import Replay, line_facts
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_return
from rewards.tiers.models import MemberYear
from tests.trade.conftest import AT

TODAY = dt.date(2018, 1, 1)


@pytest.fixture(scope="module")
def lines() -> dict[str, list[ReceiptLine]]:
    return read_lines()


@pytest.fixture
def bought(
    open_trade: Callable[[int], Programme], parameters, baskets: list[Basket], lines: dict[str, list[ReceiptLine]]
) -> list[Purchase]:
    """Every hundredth receipt of the sample, with its lines."""
    programme = open_trade(parameters.expiry_months)
    some = [basket for basket in baskets if basket.id in lines][::100]
    Replay(programme=programme, parameters=parameters, at=AT, redeem=False, lines=lines).run(some)
    return list(Purchase.objects.filter(programme=programme).select_related("member__programme").order_by("occurred_at", "id"))


def test_lines_add_up_to_their_receipts(baskets: list[Basket], lines: dict[str, list[ReceiptLine]]) -> None:
    sums = {basket: sum(line.cents for line in of) for basket, of in lines.items()}

    assert sum(len(of) for of in lines.values()) == 64_711
    assert {basket.id: basket.cents for basket in baskets if basket.id in sums} == sums


def test_the_receipts_tell_wrong_ways_apart(baskets: list[Basket], lines: dict[str, list[ReceiptLine]]) -> None:
    """Or else the figures that the replay is compared with could not show that money is exact and days are local."""
    by_floats = [
        basket for basket, of in lines.items() if int(sum(line.cents / 100 for line in of)) != sum(line.cents for line in of) // 100
    ]
    by_utc = [basket for basket in baskets if f"{basket.at.astimezone(dt.UTC):%Y-%m}" != basket.month]
    by_rounding = [basket for basket in baskets if round(basket.cents / 100) != basket.cents // 100]

    assert by_floats and by_utc and by_rounding


def test_it_earns_on_the_sum_of_the_lines(bought: list[Purchase]) -> None:
    assert len(bought) > 75
    assert [purchase.units for purchase in bought] == [purchase.price_minor // 100 for purchase in bought]
    assert all(sum(line.price_minor for line in purchase.lines.all()) == purchase.price_minor for purchase in bought)


def test_a_returned_line_takes_back_what_it_earned(bought: list[Purchase]) -> None:
    """In any order, line by line: what stays is what the kept lines alone would have earned."""
    chance = random.Random(7)

    for purchase in bought:
        left = purchase.price_minor
        lines = list(purchase.lines.all())
        chance.shuffle(lines)
        for line in lines[: chance.randint(1, len(lines))]:
            record = bring_back(purchase, line.external_id, line.quantity)
            left -= line.price_minor
            assert record.returned.refunded_minor == line.price_minor
            assert sum(r.reversed_units for r in purchase.returns.all()) == purchase.units - left // 100

    assert verify() == []


def test_a_household_that_brings_all_back_has_nothing(bought: list[Purchase]) -> None:
    for purchase in bought:
        for line in purchase.lines.order_by("-position"):
            bring_back(purchase, line.external_id, line.quantity)

    wallets = Member.objects.filter(pk__in=[purchase.member_id for purchase in bought]).values_list("points_account", flat=True)
    assert {of.available for wallet in wallets for of in holdings(points_account=wallet, today=TODAY)} == {0}
    assert {year.spend_minor for year in MemberYear.objects.all()} == {0}
    assert verify() == []


def test_pieces_of_a_line_come_back_one_by_one(bought: list[Purchase]) -> None:
    """The cents of a line with several pieces are shared over its returns without loss."""
    several = [(purchase, line) for purchase in bought for line in purchase.lines.all() if line.quantity >= 3 and line.quantity < 20][:10]
    assert several

    for purchase, line in several:
        refunds = [bring_back(purchase, line.external_id, Decimal(1)).returned.refunded_minor for _piece in range(int(line.quantity))]
        assert sum(refunds) == line.price_minor
        assert max(refunds) - min(refunds) <= 1


def test_facts_of_a_line_are_those_of_the_receipt(lines: dict[str, list[ReceiptLine]]) -> None:
    receipt = lines["31198481877"]

    facts = line_facts(receipt)

    assert [(f.external_id, f.category, f.price_minor, f.quantity) for f in facts][:2] == [
        ("1", "GREETING CARDS/WRAP/PARTY SPLY", 738, Decimal(2)),
        ("2", "ICE CREAM/MILK/SHERBTS", 377, Decimal(1)),
    ]


def bring_back(purchase: Purchase, line: str, quantity: Decimal):
    count = purchase.returns.count()
    facts = ReturnFacts("till", f"back-{purchase.external_id}-{count}", purchase.occurred_at + dt.timedelta(days=1), ((line, quantity),))
    return record_return(purchase=purchase, facts=facts, at=AT)
