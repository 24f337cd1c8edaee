"""Tell members in time that points end."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Min, Sum

from accounts.members.models import Member, MemberStatus
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import Programme
from ledger.points.models import Lot
from loyalty.kit.clock import business_date

NOTICE_DAYS = 31
_NOTICES = uuid.UUID("5d0f4f0a-3d5b-5a53-9d0e-6b1a8c9f2e10")


@transaction.atomic
def announce_expiring_points(*, programme: Programme, at: dt.datetime) -> int:
    """Publish `points.expiring` for members whose points end within 31 days; return how many.

    A member hears at most once in a calendar month for each currency: the event's id is made of wallet, unit and month, so that
    running twice adds nothing. Payload: unit, units, first_on (the first day on which points are gone).
    """
    today = business_date(at, programme.time_zone)
    soon = Lot.objects.filter(
        unit__programme=programme.pk, remaining__gt=0, expires_on__gt=today, expires_on__lte=today + dt.timedelta(days=NOTICE_DAYS)
    )
    ending = soon.values("points_account_id", "unit_id").annotate(units=Sum("remaining"), first_on=Min("expires_on"))
    by_wallet = {(row["points_account_id"], row["unit_id"]): row for row in ending}
    reachable = Member.objects.of(programme).filter(status=MemberStatus.ACTIVE, email__isnull=False)
    members = dict(reachable.filter(points_account__in={wallet for wallet, _unit in by_wallet}).values_list("points_account_id", "pk"))
    events = [
        OutboxEvent(
            id=uuid.uuid5(_NOTICES, f"{wallet}/{unit}/{today:%Y-%m}"),
            topic="points.expiring",
            payload={"unit": unit, "units": row["units"], "first_on": row["first_on"].isoformat()},
            programme=programme,
            member_id=members[wallet],
            created_at=at,
            due_at=at,
        )
        for (wallet, unit), row in by_wallet.items()
        if wallet in members
    ]
    heard = set(OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).values_list("pk", flat=True))
    OutboxEvent.objects.bulk_create(events, ignore_conflicts=True, batch_size=1_000)
    return len(events) - len(heard)
