"""What the acts on redemptions are made of: claim, lock, words for the points bank, and what follows once points are taken."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entities.models import Store
from accounts.outbox.services import publish
from accounts.programmes.queries import currency_of
from ledger.points import services as bank
from ledger.points.domain import Outcome, Reason, Source, Taking, fingerprint
from ledger.points.models import PointUnit
from loyalty.kit.problems import Refused
from rewards.catalogue.domain import RewardKind
from rewards.earning.queries import setting_of
from rewards.expiry.services import note_activity
from rewards.redemptions.domain import HOLD_LASTS, REWARD_REASONS, new_voucher_code
from rewards.redemptions.models import Redemption, RedemptionClaim


class ExternalIdConflict(Refused):
    code = "external_id_conflict"
    title = gettext_lazy("The same number was used for other facts")


class RedemptionNotOpen(Refused):
    """Carries `state`."""

    code = "redemption_not_open"


@dataclasses.dataclass(frozen=True, slots=True)
class When:
    """The moment of an act, and the business day on which its points move."""

    at: dt.datetime
    on: dt.date


def claim(redemption: Redemption, facts: Mapping[str, Any]) -> Redemption | None:
    """Claim the redemption's source and external id, before any other lock; return the earlier redemption of a repeat.

    Raises: ExternalIdConflict (the earlier one had other facts).
    """
    if not redemption.external_id:
        return None
    programme = redemption.member.programme_id
    mine = RedemptionClaim(
        programme_id=programme,
        source=redemption.source,
        external_id=redemption.external_id,
        fingerprint=fingerprint(facts),
        redemption_id=redemption.pk,
    )
    RedemptionClaim.objects.bulk_create([mine], ignore_conflicts=True)
    held = RedemptionClaim.objects.get(programme=programme, source=mine.source, external_id=mine.external_id)
    if held.pk == mine.pk:
        return None
    if bytes(held.fingerprint) != mine.fingerprint:
        detail = _("The number %(number)s was used for another redemption. Use a new one.")
        raise ExternalIdConflict(detail % {"number": mine.external_id})
    return Redemption.objects.with_stories().get(pk=held.redemption_id)


def lock(redemption: Redemption) -> Redemption:
    """Lock wallet and row, in this order, and return the row as it is now."""
    bank.lock_wallets(points_accounts=[redemption.points_account])
    rows = Redemption.objects.select_for_update(of=("self",))
    return rows.select_related("member__programme", "reward_version__reward").get(pk=redemption.pk)


def take_points(
    redemption: Redemption, unit: PointUnit, when: When, *, hold: bool, store: Store | None = None, is_partners: bool = False
) -> None:
    """Hold or redeem the points of a new redemption and fill in what follows from it. Raises: NotEnoughPoints."""
    of_member(redemption, when)
    act = bank.hold if hold else bank.redeem
    words = taking(redemption, unit, f"redeem:{redemption.pk}", when, is_partners=is_partners)
    outcome = act(taking=words, order=unit.consumption_order)
    keep_alive(redemption, unit, when)
    if hold:
        redemption.state, redemption.hold_movement = Redemption.State.HELD, outcome.movement
        redemption.hold_expires_at = when.at + HOLD_LASTS
    else:
        issue(redemption, outcome, when, store=store)


def of_member(redemption: Redemption, when: When) -> None:
    """Fill in what a new redemption takes over from its member, and when it was."""
    member = redemption.member
    redemption.programme_id, redemption.points_account = member.programme_id, member.points_account_id
    redemption.occurred_at, redemption.business_on = when.at, when.on


def issue(redemption: Redemption, outcome: Outcome, when: When, *, store: Store | None = None) -> None:
    """Fill in what follows once the points are taken: a code to use later, or use at once (store, purchase, tender, donation)."""
    redemption.redeem_movement, redemption.hold_expires_at = outcome.movement, None
    version = redemption.reward_version
    is_donation = version is not None and version.reward.kind == RewardKind.DONATION
    if version is None or is_donation or store is not None or redemption.purchase is not None:
        redemption.state, redemption.used_at, redemption.used_store = Redemption.State.USED, when.at, store
    else:
        redemption.state, redemption.valid_until = Redemption.State.ISSUED, version.usable_through(when.on)
        redemption.code = new_voucher_code()


def give_back(redemption: Redemption, key: str, reason: Reason, when: When) -> None:
    """Return the points of a locked redemption: release its hold, or restore what was redeemed and has not come back yet."""
    unit = currency_of(redemption.programme_id).unit
    back = dataclasses.replace(taking(redemption, unit, key, when), reason=reason)
    if redemption.redeem_movement is not None:
        restore_part(redemption, unit, back, redemption.left_units)
    else:
        assert redemption.hold_movement is not None, "neither held nor redeemed"
        bank.release(hold=redemption.hold_movement, settling=back, order=unit.consumption_order)
    keep_alive(redemption, unit, when)


def restore_part(redemption: Redemption, unit: PointUnit, back: Taking, units: int) -> None:
    """Give some of the points of a locked redemption back to the lots that they came from; `back` says why and when."""
    assert redemption.redeem_movement is not None, "what was not taken is not given back"
    if units:
        part = dataclasses.replace(back, units=units)
        bank.restore(redemption=redemption.redeem_movement, taking=part, order=unit.consumption_order)
        redemption.restored_units += units


def keep_alive(redemption: Redemption, unit: PointUnit, when: When) -> None:
    """Spending may keep points alive, and points that came back may end later by now; nothing is asked where ends do not move."""
    if unit.ends_move:
        note_activity(setting=setting_of(redemption.member.programme), points_accounts=[redemption.points_account], on=when.on)


def taking(redemption: Redemption, unit: PointUnit, key: str, when: When, *, is_partners: bool = False) -> Taking:
    """Return the bank's words for an act on this redemption's points; a payment at a partner's till is a redemption there (`is_partners`)."""
    version = redemption.reward_version
    paid_for = Reason.THIRD_PARTY if is_partners else Reason.TENDER
    return Taking(
        points_account=redemption.points_account,
        unit=unit.pk,
        source=Source.REDEMPTION,
        key=key,
        units=redemption.units,
        reason=REWARD_REASONS[RewardKind(version.reward.kind)] if version else paid_for,
        occurred_at=when.at,
        business_on=when.on,
        face_minor=redemption.value_minor if redemption.is_tender and not is_partners else None,
    )


def announce(topic: str, redemption: Redemption, at: dt.datetime) -> None:
    """Write the event that says what became of a redemption."""
    version, member = redemption.reward_version, redemption.member
    payload = {
        "redemption": str(redemption.pk),
        "kind": redemption.kind,
        "reward": version.reward.code if version else "",
        "units": redemption.units,
    }
    publish(topic=topic, payload=payload, at=at, programme_id=member.programme_id, member_id=member.pk)


def not_open(redemption: Redemption) -> RedemptionNotOpen:
    """Return the refusal that fits the state in which the redemption is, after a moment that a hold may not outlive."""
    details = {
        Redemption.State.HELD: _("The hold has ended and its points are free again. Redeem once more."),
        Redemption.State.ISSUED: _("The points were taken before. Use the voucher, or cancel it."),
        Redemption.State.USED: _("This was used before. Points come back by returning the purchase that they paid for."),
        Redemption.State.CANCELLED: _("This was cancelled before and the points are back. Redeem once more."),
        Redemption.State.EXPIRED: _("The time of this redemption is over. Redeem once more."),
    }
    return RedemptionNotOpen(details[Redemption.State(redemption.state)], extra={"state": redemption.state})
