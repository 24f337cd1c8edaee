"""What becomes of a redemption: captured, cancelled, used, or over."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.entities.queries import may_sell
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.users.models import User
from ledger.points import services as bank
from ledger.points.domain import Reason
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Refused
from rewards.catalogue.services import put_back_into_stock
from rewards.redemptions.domain import normalise_code
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import voucher_not_found
from rewards.redemptions.services.acts import When, announce, give_back, issue, keep_alive, lock, not_open, taking


class VoucherUsed(Refused):
    """Carries `used_at`."""

    code = "voucher_used"


class VoucherExpired(Refused):
    """Carries `valid_until`."""

    code = "voucher_expired"


@transaction.atomic
def capture(*, redemption: Redemption, at: dt.datetime, store: Store | None = None) -> Redemption:
    """Take the points of a hold for good: a reward is issued (handed over, with `store`), a tender has paid.

    Raises: RedemptionNotOpen (it is not held, or the hold has ended).
    """
    locked = lock(redemption)
    when = When(at, business_date(at, locked.member.programme.time_zone))
    return capture_locked(locked, when, now=at, store=store)


def capture_locked(
    locked: Redemption,
    when: When,
    *,
    now: dt.datetime,
    store: Store | None = None,
    purchase: uuid.UUID | None = None,
    is_partners: bool = False,
) -> Redemption:
    """Capture a redemption whose wallet and row are locked; `when` is the moment of the points, `now` that of the call.

    It takes the points that the row names; what was held beyond them comes back at once.
    """
    if not locked.is_held or (locked.hold_expires_at is not None and locked.hold_expires_at <= now):
        raise not_open(locked)
    assert locked.hold_movement is not None
    unit = currency_of(locked.programme_id).unit
    settling = taking(locked, unit, f"capture:{locked.pk}", when, is_partners=is_partners)
    outcome = bank.capture(hold=locked.hold_movement, settling=settling, units=locked.units, order=unit.consumption_order)
    keep_alive(locked, unit, when)
    locked.purchase = purchase
    issue(locked, outcome, when, store=store)
    locked.save()
    if not locked.is_tender:
        announce("redemption.issued", locked, now)
    return locked


@transaction.atomic
def cancel(*, redemption: Redemption, at: dt.datetime, staff: User | None = None, note: str = "") -> Redemption:
    """Undo a redemption that was not used, or was taken with a purchase: its points go back to the lots that they came from, as far as
    returns have not brought them back, its pieces into stock.

    A colleague (`staff`) says why in `note`; both stay on the redemption.
    Raises: RedemptionNotOpen (it was used, cancelled or is over).
    """
    locked = lock(redemption)
    when = When(at, business_date(at, locked.member.programme.time_zone))
    if not locked.can_be_cancelled_on(when.on):
        raise _expired(locked) if locked.is_issued else not_open(locked)
    give_back(locked, f"cancel:{locked.pk}", Reason.CANCELLATION, when)
    locked.cancelled_by, locked.cancel_note = staff, note
    finish_cancelled(locked, at)
    return locked


def finish_cancelled(locked: Redemption, at: dt.datetime) -> None:
    """Write down that a redemption came to nothing, after its points have gone back; its pieces go back into stock."""
    locked.state, locked.cancelled_at = Redemption.State.CANCELLED, at
    locked.used_at = locked.used_store = None
    locked.save()
    announce("redemption.cancelled", locked, at)
    _put_pieces_back(locked)


@transaction.atomic
def use_voucher(*, code: str, at: dt.datetime, store: Store | None, programme: Programme | None = None) -> Redemption:
    """Hand over what a voucher stands for. A voucher of another company's programme is as good as none.

    Raises: VoucherNotFound, VoucherUsed, VoucherExpired, RedemptionNotOpen (it was cancelled).
    """
    chosen = Redemption.objects.select_for_update(of=("self",)).filter(code=normalise_code(code))
    if programme is not None:
        chosen = chosen.filter(programme=programme)
    voucher = chosen.select_related("member__programme", "reward_version__reward").first()
    if voucher is None or (store and not may_sell(store, voucher.member.programme.legal_entity_id)):
        raise voucher_not_found()
    _check_usable(voucher, business_date(at, voucher.member.programme.time_zone))
    voucher.state, voucher.used_at, voucher.used_store = Redemption.State.USED, at, store
    voucher.save(update_fields=["state", "used_at", "used_store"])
    return voucher


def expire_redemptions(*, at: dt.datetime, chunk: int = 500) -> tuple[int, int]:
    """End the holds whose time is over and the vouchers whose last day has passed; return (holds, vouchers).

    Each hold ends in a transaction of its own; may be interrupted, run again, and run twice at once.
    """
    holds = 0
    ended = Redemption.objects.filter(state=Redemption.State.HELD, hold_expires_at__lte=at)
    while batch := list(ended.order_by("hold_expires_at", "id")[:chunk]):
        holds += sum(_end_hold(redemption, at) for redemption in batch)
    vouchers = 0
    for programme in Programme.objects.order_by("pk"):
        today = business_date(at, programme.time_zone)
        lapsed = Redemption.objects.filter(programme=programme, state=Redemption.State.ISSUED, valid_until__lt=today)
        vouchers += lapsed.update(state=Redemption.State.EXPIRED)
    return holds, vouchers


@transaction.atomic
def _end_hold(redemption: Redemption, at: dt.datetime) -> bool:
    """Release a hold whose time is over, unless somebody has just captured or cancelled it."""
    locked = lock(redemption)
    if not locked.is_held:
        return False
    when = When(at, business_date(at, locked.member.programme.time_zone))
    give_back(locked, f"expire:{locked.pk}", Reason.CANCELLATION, when)
    locked.state = Redemption.State.EXPIRED
    locked.save()
    _put_pieces_back(locked)
    return True


def _put_pieces_back(redemption: Redemption) -> None:
    if redemption.reward_version is not None:
        put_back_into_stock(reward_id=redemption.reward_version.reward_id, quantity=redemption.quantity)


def _check_usable(voucher: Redemption, today: dt.date) -> None:
    if voucher.state == Redemption.State.USED and voucher.used_at is not None:
        day = business_date(voucher.used_at, voucher.member.programme.time_zone)
        detail = _("This voucher was used on %(day)s. Every voucher counts once.") % {"day": day}
        raise VoucherUsed(detail, extra={"used_at": voucher.used_at.isoformat()})
    if voucher.state == Redemption.State.EXPIRED or (voucher.is_issued and voucher.has_lapsed_by(today)):
        raise _expired(voucher)
    if not voucher.is_issued:
        raise not_open(voucher)


def _expired(voucher: Redemption) -> VoucherExpired:
    detail = _("This voucher could be used through %(day)s. Take a new reward.") % {"day": voucher.valid_until}
    return VoucherExpired(detail, extra={"valid_until": str(voucher.valid_until)})
