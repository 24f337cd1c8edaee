"""Whether a server that went through a fault still tells the truth."""

import json
from collections.abc import Iterable

from django.db import connection

from ledger.points.domain import Kind, Reason
from ledger.points.models import Movement
from ledger.points.queries import verify
from ledger.seals.services import seal, sealed_programmes
from ledger.ticks.queries import lag
from ledger.ticks.services import take_ticks
from ledger.ticks.verification import verify_rollups
from loyalty.kit import clock
from rewards.purchases.models import Purchase
from rewards.redemptions.models import Redemption
from tests.faults.tills import Answered, Sent


def assert_all_is_there_once(acknowledged: Iterable[tuple[Sent, Answered]]) -> None:
    """Every acknowledged act is in the database, once, and nothing else is."""
    answers = [(act, answer.json()) for act, answer in acknowledged]
    bought = {body["id"] for act, body in answers if act.path == "purchases"}
    taken = {body["id"] for act, body in answers if act.path == "redemptions"}
    tendered = sum("tenders" in json.loads(act.body) for act, _body in answers)

    assert {str(pk) for pk in Purchase.objects.values_list("pk", flat=True)} == bought
    assert taken <= {str(pk) for pk in Redemption.objects.values_list("pk", flat=True)}
    assert Redemption.objects.count() == len(taken) + tendered
    assert Movement.objects.filter(kind=Kind.GRANT, reason=Reason.SALE).count() == len(bought)
    assert Movement.objects.filter(kind=Kind.REDEEM).count() == len(taken) + tendered


def assert_happened_once(act: Sent, answer: Answered) -> None:
    """One act is in the database as it was answered, once."""
    facts, body = json.loads(act.body), answer.json()
    rows = (Purchase if act.path == "purchases" else Redemption).objects.filter(external_id=facts["external_id"])
    assert [str(row.pk) for row in rows] == [body["id"]]
    assert count("SELECT count(*) FROM accounts_idempotencykey WHERE key = %s", act.key) == (1,)


def assert_well() -> None:
    """Lots, balances and movements agree; ticks and seals go on and hold every movement once."""
    assert verify() == []
    take_ticks()
    for programme in sealed_programmes():
        seal(programme=programme, at=clock.now())
    movements = Movement.objects.count()
    assert verify_rollups() == []
    assert (lag().total, lag().is_copy) == (movements, False)
    assert count("SELECT count(*), count(DISTINCT movement_id) FROM ledger_sealleaf") == (movements, movements)


def count(statement: str, *facts: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts or None)
        row: tuple[int, ...] = cursor.fetchone()
        return row
