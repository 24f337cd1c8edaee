"""What the page and the metrics ask beyond the ledger's own questions."""

import dataclasses
import datetime as dt

from django.db.models import Count, Min

from accounts.outbox.models import OutboxEvent


@dataclasses.dataclass(frozen=True, slots=True)
class OutboxState:
    """`due` events wait for delivery, the oldest for `oldest_seconds`; `parked` ones failed too often."""

    due: int
    oldest_seconds: int
    parked: int


def outbox_state(at: dt.datetime) -> OutboxState:
    due = OutboxEvent.objects.due(at).aggregate(count=Count("pk"), oldest=Min("due_at"))
    oldest = max(0, int((at - due["oldest"]).total_seconds())) if due["oldest"] else 0
    return OutboxState(due["count"], oldest, OutboxEvent.objects.parked().count())
