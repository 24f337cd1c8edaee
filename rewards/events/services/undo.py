"""Take an event back: its points, its uses of limits, and what it counted for cards and challenges."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from accounts.members.models import Member
from accounts.outbox.services import publish
from ledger.points import services as bank
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from rewards.causes.services import take_counts_back
from rewards.earning.gifts import take_back
from rewards.earning.models import RuleUse
from rewards.earning.queries import setting_of
from rewards.earning.uses import note_uses
from rewards.events.models import Event, EventUndo
from rewards.quests.services import take_marks_back


@transaction.atomic
def undo_event(*, event: Event, reason: str, at: dt.datetime, evidence: uuid.UUID | None = None) -> EventUndo:
    """Take everything back that an event gave; a second time changes nothing. Raises: PointsOnHold."""
    member = Member.objects.select_related("programme__legal_entity__book").get(pk=event.member_id)
    bank.lock_wallets(points_accounts=[event.points_account_id])
    earlier = EventUndo.objects.filter(points_account=event.points_account_id, event=event.pk).first()
    if earlier is not None:
        return earlier
    today = business_date(at, member.programme.time_zone)
    undo = EventUndo(id=uuid7(), points_account_id=event.points_account_id, event=event, reason=reason, evidence=evidence)
    undo.business_on, undo.recorded_at = today, at
    undo.reversed = [_reversed(undo, event, member, earned) for earned in event.earned]
    undo.save(force_insert=True)
    note_uses(_uses_back(undo, event))
    take_counts_back(event=event.pk, undo=undo.pk, business_on=undo.business_on, at=at)
    take_marks_back(member=member, origin=event.pk, evidence=undo.pk, at=at)
    publish(topic="event.undone", payload={"event": str(event.pk)}, at=at, programme_id=event.programme_id, member_id=event.member_id)
    return undo


def _reversed(undo: EventUndo, event: Event, member: Member, earned: dict[str, Any]) -> dict[str, Any]:
    outcome = take_back(
        setting_of(member.programme).currencies[earned["currency"]],
        earned["units"],
        grant=uuid.UUID(earned["movement"]),
        wallet=event.points_account_id,
        key=f"event-undo:{event.pk}:{earned['currency']}",
        at=undo.recorded_at,
        on=undo.business_on,
    )
    parts = {"taken": outcome.taken, "owed": outcome.owed, "forgiven": outcome.forgiven}
    return {"currency": earned["currency"], "units": earned["units"], "movement": str(outcome.movement), **parts}


def _uses_back(undo: EventUndo, event: Event) -> list[RuleUse]:
    """Give limits their room back, on the event's day."""
    rows = RuleUse.objects.filter(points_account=event.points_account_id, evidence=event.pk)
    return [
        RuleUse(
            points_account_id=row.points_account_id,
            rule_id=row.rule_id,
            business_on=row.business_on,
            units=-row.units,
            uses=-row.uses,
            evidence=undo.pk,
        )
        for row in rows
    ]
