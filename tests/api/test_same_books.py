"""The same purchases leave the same books, however they are sent."""

import contextlib
import dataclasses
import datetime as dt
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.members.models import Member
from accounts.programmes.models import Programme
from ledger.points.models import Balance, Lot, LotMove, Movement
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints
from rewards.purchases.domain import LineFacts, PurchaseFacts, TenderFacts
from rewards.purchases.models import PurchaseLine
from rewards.purchases.services import record_purchase, record_purchases
from rewards.purchases.services.record import TenderTooLarge
from tests.accounts.factories import AT, MemberFactory
from tests.api.conftest import caller_for, open_club

MEMBERS = 3


@dataclasses.dataclass(frozen=True)
class Bought:
    """One purchase before it is put into anybody's words."""

    member: int
    prices: tuple[int, ...]
    days_ago: int
    tender: int


purchases = st.lists(
    st.builds(
        Bought,
        member=st.integers(0, MEMBERS - 1),
        prices=st.lists(st.integers(0, 20_000), min_size=1, max_size=4).map(tuple),
        days_ago=st.integers(0, 40),
        tender=st.sampled_from([0, 0, 0, 1, 5, 100]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=6, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck))
@given(bought=purchases)
def test_single_batched_and_sent_purchases_leave_equal_rows(db, bought):
    sent = [_sent_singly, _sent_in_batches, _sent_over_the_api, _sent_over_the_api_in_batches]

    books = [_books(*_trade(send, bought)) for send in sent]

    assert books[1] == books[0]
    assert books[2] == books[0]
    assert books[3] == books[0]
    assert verify() == []


def _trade(send, bought: list[Bought]) -> tuple[Programme, list[Member]]:
    programme = open_club()
    members = [MemberFactory.create(programme=programme) for _ in range(MEMBERS)]
    send(programme, members, bought)
    return programme, members


def _sent_singly(programme, members, bought):
    for facts in _facts(members, bought):
        with contextlib.suppress(NotEnoughPoints, TenderTooLarge):
            record_purchase(programme=programme, facts=facts, at=AT)


def _sent_in_batches(programme, members, bought):
    facts = _facts(members, bought)
    for begin in range(0, len(facts), 5):
        record_purchases(programme=programme, purchases=facts[begin : begin + 5], at=AT)


def _sent_over_the_api(programme, members, bought):
    caller = caller_for(programme)
    for body in _bodies(members, bought):
        assert caller.post("purchases", body).status_code in {201, 409}


def _sent_over_the_api_in_batches(programme, members, bought):
    caller = caller_for(programme)
    bodies = _bodies(members, bought)
    for begin in range(0, len(bodies), 7):
        answer = caller.post("batches/purchases", {"items": bodies[begin : begin + 7]}, key=None)
        assert {item["status"] for item in answer.json()["results"]} <= {201, 409}


def _facts(members, bought):
    return [
        PurchaseFacts(
            source="till",
            external_id=f"R{n}",
            occurred_at=AT - dt.timedelta(days=one.days_ago),
            currency="EUR",
            channel="store",
            store="S1",
            member=members[one.member].pk,
            lines=tuple(LineFacts(str(i), f"A{i}", "food", "", Decimal(1), price) for i, price in enumerate(one.prices)),
            tender=TenderFacts(one.tender) if one.tender else None,
        )
        for n, one in enumerate(bought)
    ]


def _bodies(members, bought):
    return [
        {
            "external_id": f"R{n}",
            "occurred_at": (AT - dt.timedelta(days=one.days_ago)).isoformat(),
            "currency": "EUR",
            "channel": "store",
            "store": "S1",
            "member": str(members[one.member].pk),
            "lines": [
                {
                    "external_id": str(i),
                    "sku": f"A{i}",
                    "category": "food",
                    "quantity": 1,
                    "unit_price": f"{price // 100}.{price % 100:02d}",
                }
                for i, price in enumerate(one.prices)
            ],
        }
        | ({"tenders": [{"kind": "points", "amount": f"{one.tender // 100}.{one.tender % 100:02d}"}]} if one.tender else {})
        for n, one in enumerate(bought)
    ]


_MOVEMENT = [
    "seq",
    "kind",
    "debit",
    "credit",
    "amount",
    "reason",
    "available_after",
    "pending_after",
    "held_after",
    "arrears_after",
    "business_on",
    "occurred_at",
]
_VALUES = ["paid_minor", "standalone_minor", "ssp_point", "face_minor"]
_LOT = ["granted_on", "source_kind", "portfolio", "expires_on", "matures_on", "granted", "remaining", "held", "reversed", "is_pending"]
_LOT_MOVE = [
    "movement__seq",
    "lot__granted",
    "from_state",
    "to_state",
    "units",
    "business_on",
    "reason",
    "source_kind",
    "portfolio",
    "grant_month",
]
_LINE = [
    "external_id",
    "sku",
    "category",
    "quantity",
    "price_minor",
    "paid_minor",
    "discount_minor",
    "tax_minor",
    "purchase__external_id",
    "purchase__evaluation",
]
_TABLES = {
    "balances": (Balance, ["available", "pending", "held", "arrears", "seq"]),
    "movements": (Movement, [*_MOVEMENT, *_VALUES]),
    "lots": (Lot, _LOT),
    "lot moves": (LotMove, _LOT_MOVE),
    "lines": (PurchaseLine, _LINE),
}


def _books(programme: Programme, members: list[Member]) -> dict[str, list[list[tuple]]]:
    """Every row of these wallets without ids and times of recording, wallet by wallet."""
    wallets = [member.points_account_id for member in members]
    return {
        name: [sorted(_plain(row) for row in table.objects.filter(points_account=wallet).values_list(*columns)) for wallet in wallets]
        for name, (table, columns) in _TABLES.items()
    }


def _plain(row: tuple) -> str:
    """A row as text that can be sorted; rule versions differ between programmes and are left out."""
    return repr([[{**of, "version_id": ""} for of in value] if isinstance(value, list) else value for value in row])
