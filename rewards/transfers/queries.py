"""Questions about transfers, and who may receive points."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import F, Max, Q, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import CurrencyTerms, Programme
from accounts.programmes.queries import currency_of
from ledger.points.models import Lot
from ledger.points.queries import MOST_CHILDREN
from loyalty.kit.ids import child_id
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.transfers.domain import LIMIT_WINDOW, Rules, Sender
from rewards.transfers.models import Transfer

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class TransferNotFound(NotFound):
    code = "transfer_not_found"


def transfer_by_id(programme: Programme, transfer_id: uuid.UUID) -> Transfer:
    """Return a programme's transfer with its people. Raises: TransferNotFound."""
    transfer = Transfer.objects.with_people().filter(programme=programme, pk=transfer_id).first()
    if transfer is None:
        raise _no_such_transfer()
    return transfer


def transfer_of_member(member: Member, transfer_id: uuid.UUID) -> Transfer:
    """Return a transfer that the member sent. Raises: TransferNotFound."""
    transfer = Transfer.objects.with_people().filter(sender=member, pk=transfer_id).first()
    if transfer is None:
        raise _no_such_transfer()
    return transfer


def transfers_behind(member: Member, movements: Collection[uuid.UUID]) -> dict[uuid.UUID, Transfer]:
    """Return the transfers of these movements of a member, by the member's own movement."""
    if not movements:
        return {}
    rows = Transfer.objects.with_people().of_member(member.pk)
    found = rows.filter(Q(sent_movement__in=movements) | Q(received_movement__in=movements))
    return {row.sent_movement if row.sender_id == member.pk else row.received_movement: row for row in found}


def rules_on(programme: Programme, day: dt.date) -> Rules:
    """Return what the main currency's terms of a day say about sending points."""
    terms: CurrencyTerms | None = currency_of(programme).terms.in_force_on(day).first()
    if terms is None:
        return Rules(False, 1, None, None, 0, 0)
    return Rules(
        is_offered=terms.may_be_sent,
        least_units=terms.send_least_units,
        most_units=terms.send_most_units,
        most_units_30_days=terms.send_most_units_30_days,
        after_days=terms.send_after_days,
        every_hours=terms.send_every_hours,
    )


def sender_at(member: Member, at: dt.datetime) -> Sender:
    """Return what the rules ask about who sends; the wallet's lock makes it final."""
    sent = Transfer.objects.filter(sender=member, occurred_at__gt=at - LIMIT_WINDOW)
    found = sent.aggregate(units=Sum(F("units") - F("undone_units"), default=0))
    last_at = Transfer.objects.filter(sender=member).aggregate(at=Max("occurred_at"))["at"]
    return Sender(member.is_active, member.joined_at, last_at, int(found["units"]))


def still_there(transfer: Transfer, on: dt.date) -> int:
    """Return how many points of a transfer the receiver still holds and could give back on a day."""
    sent = transfer.sent_movement
    lots = Lot.objects.filter(
        points_account=transfer.receiver.points_account_id,
        came_from__gt=sent,
        came_from__lte=child_id(sent, MOST_CHILDREN),
        remaining__gt=0,
    ).exclude(expires_on__lte=on)
    return int(lots.aggregate(units=Sum("remaining", default=0))["units"])


def _no_such_transfer() -> TransferNotFound:
    return TransferNotFound(_("There is no such transfer. Look it up in the list of transfers."))
