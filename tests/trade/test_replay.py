"""The real trade through the product's services: every figure of the reference, exactly."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable

import pytest
from django.db.models import Count, Max, Min, Sum

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from ledger.points.domain import State
from ledger.points.models import LotMove, Movement
from ledger.points.queries import spendable_on, verify
from ledger.points.services import expire_due
from ledger.valuation.models import PoolStatement
from loyalty.shell.trade.reading import Basket, Parameters
from rewards.backtests.models import BackTest
from rewards.backtests.services import request_back_test, work_on_all
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_return
from rewards.tiers.models import TierStanding
from rewards.trade_files.services import hand_in, read_file
from tests.trade.conftest import AT, BASKETS, FIRST_DAY, Row, replay

Expected = Callable[[str], list[Row]]
OpenTrade = Callable[[int], Programme]
END_OF_YEAR = dt.date(2017, 12, 31)
FAR_AWAY = dt.date(2099, 1, 1)

pytestmark = pytest.mark.slow


def test_it_earns_and_lapses_when_nobody_redeems(
    open_trade: OpenTrade, parameters: Parameters, baskets: list[Basket], expected: Expected
) -> None:
    programme = open_trade(parameters.expiry_months)

    replay(programme, parameters, baskets, redeem=False, close=False)

    assert members(programme) == [member_row(row) for row in expected("members")]
    lives_again(programme)
    run_off(programme)
    assert rollforward(programme) == expected("rollforward_A_no_redemption")
    assert verify(programme=programme.pk) == []


def test_the_file_itself_is_tried_under_the_live_rules(open_trade: OpenTrade, parameters: Parameters, expected: Expected) -> None:
    """A back-test of the file of trade gives each month what the reference gives, without one purchase in the programme."""
    programme = open_trade(parameters.expiry_months)
    with BASKETS.open("rb") as stream:
        trade = hand_in(programme=programme, name=BASKETS.name, chunks=iter(lambda: stream.read(65_536), b""), author=None, at=AT)
    read_file(file=trade.pk, at=AT)
    trade.refresh_from_db()

    test = request_back_test(
        programme=programme, name="File", first_on=trade.first_on, last_on=trade.last_on, author=None, at=AT, trade=trade
    )
    work_on_all(at=AT, seconds=600)

    test.refresh_from_db()
    assert test.state == BackTest.State.DONE, test.fault
    issued = {row["month_local"]: int(row["issued"]) for row in expected("rollforward_A_no_redemption") if int(row["issued"])}
    assert {month: of["live"]["points"] for month, of in test.figures["months"].items()} == issued
    assert not Purchase.objects.filter(programme=programme).exists()


@pytest.mark.parametrize(
    ("name", "months"), [("B_redeem", "expiry_months"), ("C_redeem_short_expiry", "short_expiry_months")], ids=["year", "quarter"]
)
def test_it_redeems_lapses_and_closes(
    name: str, months: str, open_trade: OpenTrade, parameters: Parameters, baskets: list[Basket], expected: Expected
) -> None:
    programme = open_trade(getattr(parameters, months))

    replay(programme, parameters, baskets, redeem=True, close=True)

    lives_again(programme)
    assert balances(programme) == expected(f"balances_20171231_{name}")
    assert pools(programme) == expected(f"pools_{name}")
    run_off(programme)
    assert rollforward(programme) == expected(f"rollforward_{name}")
    assert verify(programme=programme.pk) == []


def test_it_takes_back_what_returned_baskets_earned(
    open_trade: OpenTrade, parameters: Parameters, baskets: list[Basket], expected: Expected
) -> None:
    programme = open_trade(parameters.expiry_months)
    replay(programme, parameters, baskets, redeem=False, close=False)
    modulus, remainder = parameters.returns_modulus
    returned: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])

    for basket in (basket for basket in baskets if int(basket.id) % modulus == remainder):
        back_at = basket.at + dt.timedelta(days=parameters.returns_lag_days)
        purchase = Purchase.objects.get(programme=programme, external_id=basket.id)
        record = record_return(purchase=purchase, facts=ReturnFacts("replay", f"back-{basket.id}", back_at), at=AT)
        month = returned[f"{record.returned.business_on:%Y-%m}"]
        month[0] += 1
        month[1] += record.returned.refunded_minor
        month[2] += record.returned.reversed_units

    rows = [
        [row["month_of_return"], *(int(row[c]) for c in ("baskets_returned", "refunded_cents", "points_reversed"))]
        for row in expected("returns_variant")
    ]
    assert [[month, *figures] for month, figures in sorted(returned.items())] == rows
    assert verify(programme=programme.pk) == []


def test_it_goes_on_where_it_stopped(open_trade: OpenTrade, parameters: Parameters, baskets: list[Basket], expected: Expected) -> None:
    programme = open_trade(parameters.expiry_months)
    months = sorted({basket.month for basket in baskets})[:2]
    some = [basket for basket in baskets if basket.month in months]

    replay(programme, parameters, some[: len(some) * 2 // 3], redeem=True, close=False)
    replay(programme, parameters, some, redeem=True, close=True)
    replay(programme, parameters, some, redeem=True, close=True)

    assert Purchase.objects.filter(programme=programme).count() == len(some)
    assert pools(programme) == [row for row in expected("pools_B_redeem") if row["month_end_local"] in months]


def lives_again(programme: Programme) -> None:
    """A back-test of the live rules over the whole trade gives exactly the points that they gave."""
    test = request_back_test(programme=programme, name="Live", first_on=FIRST_DAY, last_on=AT.date(), author=None, at=AT)

    work_on_all(at=AT, seconds=600)

    test.refresh_from_db()
    assert test.state == BackTest.State.DONE, test.fault
    gave = Purchase.objects.filter(programme=programme).aggregate(purchases=Count("id"), units=Sum("units"))
    assert test.figures["replayed"] == {"purchases": gave["purchases"]}
    for side in ("live", "draft"):
        assert sum(month[side]["points"] for month in test.figures["months"].values()) == gave["units"]


def rollforward(programme: Programme) -> list[Row]:
    """Points by month of business date, in the columns of the reference."""
    unit = currency_of(programme).unit
    months: dict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("issued", "redeemed", "expired", "events", "discount", "sales"), 0)
    )
    states = {State.ISSUED: "issued", State.REDEEMED: "redeemed", State.EXPIRED: "expired"}
    for move in LotMove.objects.filter(unit=unit).values("business_on", "from_state", "to_state").annotate(points=Sum("units")):
        name = states.get(move["from_state"]) or states.get(move["to_state"])
        if name:
            months[f"{move['business_on']:%Y-%m}"][name] += move["points"]
    for row in (
        Movement.objects.filter(unit=unit, credit=State.REDEEMED).values("business_on").annotate(n=Count("id"), face=Sum("face_minor"))
    ):
        month = months[f"{row['business_on']:%Y-%m}"]
        month["events"] += row["n"]
        month["discount"] += row["face"]
    for row in Purchase.objects.filter(programme=programme).values("business_on").annotate(p=Sum("price_minor"), t=Sum("tender_minor")):
        months[f"{row['business_on']:%Y-%m}"]["sales"] += row["p"] - row["t"]
    opening, rows = 0, []
    for month, figures in sorted(months.items()):
        closing = opening + figures["issued"] - figures["redeemed"] - figures["expired"]
        values = [
            opening,
            figures["issued"],
            figures["redeemed"],
            figures["expired"],
            closing,
            figures["events"],
            figures["discount"],
            figures["sales"],
        ]
        columns = [
            "opening_points",
            "issued",
            "redeemed",
            "expired",
            "closing_points",
            "redemption_events",
            "discount_cents",
            "net_sales_cents",
        ]
        rows.append({"month_local": month} | {column: str(value) for column, value in zip(columns, values, strict=True)})
        opening = closing
    return rows


def pools(programme: Programme) -> list[Row]:
    """The pools at each close, in the columns of the reference."""
    statements = PoolStatement.objects.filter(pool__book=programme.legal_entity.book).select_related("pool", "period")
    return [
        {
            "month_end_local": f"{row.period.ends_on:%Y-%m}",
            "pool_month": f"{row.pool.grant_month:%Y-%m}",
            "allocated_cents": str(row.allocated_minor),
            "points_issued": str(row.issued),
            "points_redeemed": str(row.redeemed),
            "points_expired": str(row.expired),
            "expected_redemptions": f"{row.expected:.2f}",
            "recognised_cents": str(row.recognised_minor),
            "contract_liability_cents": str(row.allocated_minor - row.recognised_minor),
        }
        for row in statements.order_by("period__ends_on", "pool__grant_month")
    ]


def balances(programme: Programme) -> list[Row]:
    unit = currency_of(programme).unit_id
    members = sorted(Member.objects.filter(programme=programme), key=lambda member: int(member.external_id or 0))
    points = spendable_on(unit=unit, asked=[(member.points_account_id, END_OF_YEAR) for member in members])
    return [{"household_id": str(m.external_id), "points_balance": str(p)} for m, p in zip(members, points, strict=True)]


def members(programme: Programme) -> list[list[str]]:
    bought = (
        Purchase.objects.filter(programme=programme)
        .values("member__external_id")
        .annotate(n=Count("id"), cents=Sum("price_minor"), points=Sum("units"), first=Min("business_on"), last=Max("business_on"))
    )
    reached: dict[str, dict[str, str]] = defaultdict(dict)
    for member, tier, on in TierStanding.objects.filter(member__programme=programme, reason="reached").values_list(
        "member__external_id", "tier__code", "from_on"
    ):
        reached[str(member)].setdefault(tier, on.isoformat())
    rows = []
    for row in sorted(bought, key=lambda row: int(row["member__external_id"])):
        tiers = reached[row["member__external_id"]]
        facts = [row["member__external_id"], row["n"], row["cents"], row["points"], row["first"], row["last"]]
        rows.append([str(fact) for fact in facts] + [tiers.get(code, "") for code in ("bronze", "silver", "gold", "platinum")])
    return rows


def member_row(row: Row) -> list[str]:
    """The reference's row without stamps, which this product does not give yet."""
    return [value for column, value in row.items() if column != "stamp_rewards"]


def run_off(programme: Programme) -> None:
    """Let every lot lapse on its day."""
    unit = currency_of(programme).unit_id
    expire_due(unit=unit, through_on=FAR_AWAY, at=AT)
