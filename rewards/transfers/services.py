"""Send points from one member to another, and take them back: the only code that writes transfers.

Locks: both wallets in order, then the transfer's row. A refusal is raised inside the act's own transaction, so that nothing of it remains.
"""

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members.models import Member
from accounts.outbox.services import publish
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.users.models import User
from ledger.points import services as bank
from ledger.points.domain import Reason, Source, Taking
from ledger.points.models import PointUnit
from ledger.points.queries import holdings
from ledger.points.refusals import not_enough
from loyalty.kit.clock import business_date
from loyalty.kit.figures import points_text
from loyalty.kit.ids import sibling_id, uuid7
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import NotFound, Problem, Refused
from rewards.transfers.domain import (
    LOOKUPS_KEPT,
    MOST_LOOKUPS_AN_HOUR,
    Obstacle,
    Rules,
    Sender,
    left_in_window,
    may_send_again_at,
    may_send_from,
    obstacle,
)
from rewards.transfers.models import ReceiverLookup, Transfer
from rewards.transfers.queries import rules_on, sender_at


class MayNotSend(Refused):
    """Carries `reason` (an Obstacle) and the figures that belong to it: `least`, `most`, `limit_left`, `from_at`."""

    code = "may_not_send"


class ReceiverNotFound(NotFound):
    """Nobody, or nobody who can receive points: both get the same answer."""

    code = "receiver_not_found"


class TransfersNotOffered(NotFound):
    code = Obstacle.NOT_OFFERED.value


class OwnWallet(Refused):
    code = "own_wallet"


class TooManySearches(Problem):
    code = "too_many_searches"
    status = 429
    title = gettext_lazy("Too many searches")


class ExternalIdConflict(Refused):
    code = "external_id_conflict"
    title = gettext_lazy("The same number was used for other facts")


class TransferUndone(Refused):
    code = "transfer_undone"


def find_receiver(*, sender: Member, text: str, at: dt.datetime) -> Member:
    """Return who has this card number or e-mail and can receive points from the sender; counts the search.

    Raises: TooManySearches, ReceiverNotFound, OwnWallet.
    """
    _count_search(sender, at)
    members = Member.objects.of(sender.programme)
    found = (members.by_email(text.strip()) if "@" in text else members.by_card(text)).first()
    if found is None or not found.is_active:
        raise no_receiver()
    if found.pk == sender.pk:
        raise _own_wallet()
    return found


def check_offered(*, programme: Programme, at: dt.datetime) -> None:
    """Tell whether the programme lets members send points at all. Raises: TransfersNotOffered."""
    if not rules_on(programme, business_date(at, programme.time_zone)).is_offered:
        raise TransfersNotOffered(_("Points of this programme cannot be sent."))


def check_sending(*, sender: Member, units: int, at: dt.datetime) -> None:
    """Tell before anything is asked of the receiver whether the rules let a member send so many points now. Raises: MayNotSend."""
    rules, who = rules_on(sender.programme, business_date(at, sender.programme.time_zone)), sender_at(sender, at)
    found = obstacle(rules, who, units, at)
    if found is not None:
        raise _refusal(found, rules, who, sender.programme)


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent to whom, and what the sender would have left."""

    receiver: Member
    units: int
    rest: int


def preview_sending(*, sender: Member, text: str, units: int, at: dt.datetime) -> Preview:
    """Find the receiver and tell what would happen; nothing moves. The rules come first: who may not send learns of nobody.

    Raises: MayNotSend, NotEnoughPoints, TooManySearches, ReceiverNotFound, OwnWallet.
    """
    check_sending(sender=sender, units=units, at=at)
    unit, today = currency_of(sender.programme_id).unit, business_date(at, sender.programme.time_zone)
    held = {of.unit: of.available for of in holdings(points_account=sender.points_account_id, today=today)}
    rest = held.get(unit.pk, 0) - units
    if rest < 0:
        raise not_enough(wanted=units, spendable=held.get(unit.pk, 0), scale=unit.scale)
    return Preview(find_receiver(sender=sender, text=text, at=at), units, rest)


@transaction.atomic
def send_points(*, sender: Member, receiver: Member, units: int, source: str, external_id: str | None = None, at: dt.datetime) -> Transfer:
    """Send points of the main currency to another member of the programme; what arrives keeps its end and its terms.

    The same source and external id with the same facts answers with the earlier transfer.
    Raises: OwnWallet, ReceiverNotFound (not active, or of another programme), MayNotSend, NotEnoughPoints, ExternalIdConflict.
    """
    assert 0 < units <= MOST_POINTS, units
    if sender.pk == receiver.pk:
        raise _own_wallet()
    bank.lock_wallets(points_accounts=[sender.points_account_id, receiver.points_account_id])
    if earlier := _earlier(sender, receiver, units, source, external_id):
        return earlier
    for member in (sender, receiver):
        member.refresh_from_db(fields=["status"])  # somebody may have been frozen while this waited for the lock
    if receiver.programme_id != sender.programme_id or not receiver.is_active:
        raise no_receiver()
    check_sending(sender=sender, units=units, at=at)
    transfer = Transfer(
        id=uuid7(),
        programme_id=sender.programme_id,
        sender=sender,
        receiver=receiver,
        units=units,
        source=source,
        external_id=external_id or "",
        occurred_at=at,
        business_on=business_date(at, sender.programme.time_zone),
    )
    unit = currency_of(sender.programme_id).unit
    taking = _taking(transfer, sender, unit, f"send:{transfer.pk}", Reason.TRANSFER)
    try:
        outcome = bank.transfer(taking=taking, to=receiver.points_account_id, order=unit.consumption_order)
    except bank.NotEnoughPoints as problem:
        raise not_enough(wanted=units, spendable=int(problem.extra["spendable"]), scale=unit.scale) from problem
    transfer.sent_movement, transfer.received_movement = outcome.movement, sibling_id(outcome.movement, 1)
    _claim(transfer)
    for topic, member in (("transfer.sent", sender), ("transfer.received", receiver)):
        publish(topic=topic, payload=_payload(transfer), at=at, programme_id=member.programme_id, member_id=member.pk)
    return transfer


@transaction.atomic
def undo_transfer(*, transfer: Transfer, units: int, before: int, staff: User, note: str, at: dt.datetime) -> Transfer:
    """Give points of a transfer back to the sender's lots that they came from, as far as the receiver still holds them.

    `before` is how many had been taken back when this was decided, so that the same decision twice takes them back once.
    Raises: TransferUndone (others were taken back since, or fewer are left), SentPointsAreGone (the receiver holds fewer; carries `left`).
    """
    wallets = [transfer.sender.points_account_id, transfer.receiver.points_account_id]
    bank.lock_wallets(points_accounts=wallets)
    locked = Transfer.objects.select_for_update(of=("self",)).select_related("sender__programme", "receiver").get(pk=transfer.pk)
    if (locked.undone_units, locked.undone_by, locked.undo_note) == (before + units, staff, note):
        return locked
    unit, left = currency_of(locked.programme_id).unit, locked.units - locked.undone_units
    if locked.undone_units != before:
        raise TransferUndone(
            _("Points of this transfer were taken back in the meantime. Open it again to see what is left."), extra={"left": left}
        )
    if units > left:
        raise TransferUndone(
            _("Only %(left)s of these points were not taken back yet.") % {"left": points_text(left, unit.scale)}, extra={"left": left}
        )
    taking = Taking(
        points_account=locked.receiver.points_account_id,
        unit=unit.pk,
        source=Source.TRANSFER,
        key=f"undo:{locked.pk}:{locked.undone_units}",
        units=units,
        reason=Reason.CANCELLATION,
        occurred_at=at,
        business_on=business_date(at, locked.sender.programme.time_zone),
    )
    bank.transfer_back(transfer=locked.sent_movement, taking=taking, to=locked.sender.points_account_id, order=unit.consumption_order)
    locked.undone_units += units
    locked.undone_at, locked.undone_by, locked.undo_note = at, staff, note
    locked.save(update_fields=["undone_units", "undone_at", "undone_by", "undo_note"])
    for member in (locked.sender, locked.receiver):
        payload = _payload(locked) | {"units": units}
        publish(topic="transfer.undone", payload=payload, at=at, programme_id=locked.programme_id, member_id=member.pk)
    return locked


@transaction.atomic
def _count_search(sender: Member, at: dt.datetime) -> None:
    """Count a search under the lock of the searcher's row, so that many at once count one by one. Raises: TooManySearches."""
    Member.objects.select_for_update(no_key=True).only("pk").get(pk=sender.pk)
    mine = ReceiverLookup.objects.filter(member=sender)
    mine.filter(looked_at__lte=at - LOOKUPS_KEPT).delete()
    if mine.count() >= MOST_LOOKUPS_AN_HOUR:
        raise TooManySearches(_("You looked for many people in a short time. Wait an hour, then try again."))
    ReceiverLookup.objects.create(member=sender, looked_at=at)


def _earlier(sender: Member, receiver: Member, units: int, source: str, external_id: str | None) -> Transfer | None:
    """Return the transfer that carries this number already. Raises: ExternalIdConflict (it has other facts)."""
    if not external_id:
        return None
    numbered = Transfer.objects.with_people().filter(programme=sender.programme_id, source=source, external_id=external_id)
    found = numbered.first()
    if found is not None and (found.sender_id, found.receiver_id, found.units) != (sender.pk, receiver.pk, units):
        raise _conflict(external_id)
    return found


def _claim(transfer: Transfer) -> None:
    """Insert the row. Raises: ExternalIdConflict (at the same moment the number was used between other members)."""
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
    except IntegrityError as error:
        raise _conflict(transfer.external_id) from error


def _taking(transfer: Transfer, member: Member, unit: PointUnit, key: str, reason: Reason) -> Taking:
    return Taking(
        points_account=member.points_account_id,
        unit=unit.pk,
        source=Source.TRANSFER,
        key=key,
        units=transfer.units,
        reason=reason,
        occurred_at=transfer.occurred_at,
        business_on=transfer.business_on,
    )


def _payload(transfer: Transfer) -> dict[str, object]:
    return {"transfer": str(transfer.pk), "units": transfer.units}


def _conflict(external_id: str) -> ExternalIdConflict:
    return ExternalIdConflict(_("The number %(number)s was used for another transfer. Use a new one.") % {"number": external_id})


def no_receiver() -> ReceiverNotFound:
    """Return the one answer for nobody and for somebody who cannot receive points."""
    return ReceiverNotFound(_("Nobody who can receive points was found by that. Check the card number or the e-mail address."))


def _own_wallet() -> OwnWallet:
    return OwnWallet(_("These are your own points. Send them to somebody else."))


def _refusal(found: Obstacle, rules: Rules, sender: Sender, programme: Programme) -> MayNotSend:
    """Say what stands in the way, and what to do."""
    extra: dict[str, object] = {"reason": found.value}
    match found:
        case Obstacle.NOT_OFFERED:
            detail = _("Points of this programme cannot be sent.")
        case Obstacle.MEMBER_NOT_ACTIVE:
            detail = _("This membership cannot use points now. Ask the service desk.")
        case Obstacle.TOO_NEW:
            detail, extra["from_at"] = _("New members can send points from %(when)s on."), may_send_from(rules, sender)
        case Obstacle.TOO_FEW:
            detail, extra["least"] = _("Send at least %(least)s points."), rules.least_units
        case Obstacle.TOO_MANY:
            detail, extra["most"] = _("Send at most %(most)s points at once."), rules.most_units
        case Obstacle.TOO_SOON:
            detail, extra["from_at"] = (
                _("Points were sent a short while ago. Send again from %(when)s on."),
                may_send_again_at(rules, sender),
            )
        case Obstacle.LIMIT_REACHED:
            detail, extra["limit_left"] = _("Within 30 days %(limit_left)s more points can be sent."), left_in_window(rules, sender)
    return MayNotSend(detail % _words(extra, programme), extra=_figures(extra))


def _words(extra: dict[str, object], programme: Programme) -> dict[str, str]:
    zone, scale = ZoneInfo(programme.time_zone), currency_of(programme.pk).unit.scale
    words = {name: points_text(value, scale) for name, value in extra.items() if isinstance(value, int)}
    when = extra.get("from_at")
    return words | ({"when": date_format(localtime(when, zone), "j F, H:i")} if isinstance(when, dt.datetime) else {})


def _figures(extra: dict[str, object]) -> dict[str, object]:
    return {name: value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value for name, value in extra.items()}
