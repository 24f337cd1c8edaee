"""A member's story as the staff page writes it: rows for the timeline component."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.members.models import Consent
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import PointCurrency
from ledger.points.domain import Kind, Reason
from ledger.points.models import Movement
from loyalty.kit.figures import money_text, signed_points_text
from loyalty.kit.money import Money
from reporting.care.queries.timeline import Event, Timeline
from rewards.adjustments.models import Adjustment
from rewards.purchases.models import Purchase, Return
from rewards.redemptions.models import Redemption
from rewards.tiers.models import TierStanding
from rewards.tiers.words import TIER_TITLES
from rewards.transfers.models import Transfer

Row = dict[str, Any]


def reason_words() -> dict[Reason, str]:
    """Return why points move, in words."""
    return {
        Reason.SALE: _("a purchase"),
        Reason.PROMOTION: _("a promotion"),
        Reason.GOODWILL: _("goodwill"),
        Reason.REFERRAL: _("a recommendation"),
        Reason.SIGNUP: _("joining"),
        Reason.PURCHASED: _("points bought"),
        Reason.PARTNER: _("a partner"),
        Reason.INTERCOMPANY: _("a company of the group"),
        Reason.EMPLOYEE: _("the employer"),
        Reason.MIGRATION: _("the old programme"),
        Reason.REWARD: _("a reward"),
        Reason.TENDER: _("a payment"),
        Reason.THIRD_PARTY: _("a reward from another company"),
        Reason.DONATION: _("a donation"),
        Reason.EXPIRY: _("the end of their life"),
        Reason.RETURN: _("a return"),
        Reason.CANCELLATION: _("a cancellation"),
        Reason.CORRECTION: _("a correction"),
        Reason.MATURATION: _("the end of the waiting time"),
        Reason.TRANSFER: _("a transfer"),
        Reason.SETTLEMENT: _("settling what was owed"),
        Reason.CONVERSION: _("a conversion"),
        Reason.RECALCULATION: _("a recalculation"),
        Reason.RECOGNITION: _("a recognition"),
    }


def kind_words() -> dict[Kind, str]:
    """Return what an act does, in words."""
    return {
        Kind.GRANT: _("Points given"),
        Kind.ACTIVATE: _("Points can be spent"),
        Kind.HOLD: _("Points set aside"),
        Kind.CAPTURE: _("Points spent"),
        Kind.RELEASE: _("Points set free"),
        Kind.REDEEM: _("Points spent"),
        Kind.RESTORE: _("Points given back"),
        Kind.REVERSE: _("Points taken back"),
        Kind.ADJUST: _("Points corrected"),
        Kind.EXPIRE: _("Points ended"),
        Kind.TRANSFER: _("Points moved"),
        Kind.SETTLE: _("Debt settled"),
        Kind.CONVERT: _("Points converted"),
    }


def rows_of(timeline: Timeline, main: PointCurrency) -> list[Row]:
    """Return rows with a heading where a month begins."""
    rows: list[Row] = []
    month = ""
    for event in timeline.events:
        row = {"scale": main.unit.scale, "points": None, **_row(event, main)}
        name = date_format(row.get("on") or localtime(event.place.at), "F Y")
        row["heading"] = name if name != month else ""
        month = name
        rows.append(row)
    return rows


def _row(event: Event, main: PointCurrency) -> Row:
    write = _TELL[type(event.row)]
    return {"when": _moment(event.place.at), **write(event.row, main)}


def _purchase(row: Purchase, _main: PointCurrency) -> Row:
    price = money_text(Money(row.price_minor, row.currency))
    return {
        "title": str(row.store or row.channel),
        "detail": _("%(price)s, receipt %(receipt)s") % {"price": price, "receipt": row.external_id},
        "points": row.units,
        "icon": "cart",
        "url": reverse("staff:purchase", args=[row.pk]),
    }


def _return(row: Return, _main: PointCurrency) -> Row:
    value = money_text(Money(row.price_minor, row.purchase.currency))
    return {
        "title": _("Return at %(place)s") % {"place": row.purchase.store or row.purchase.channel},
        "detail": _("%(value)s of receipt %(receipt)s") % {"value": value, "receipt": row.purchase.external_id},
        "points": row.restored_units - row.reversed_units,
        "icon": "undo",
        "url": reverse("staff:purchase", args=[row.purchase_id]),
    }


def _redemption(row: Redemption, _main: PointCurrency) -> Row:
    if row.reward_version is None:
        title, icon = _("Paid with points"), "coins"
    else:
        title, icon = row.reward_version.reward.local_name, "gift"
    worth = money_text(Money(row.value_minor, row.programme.currency)) if row.value_minor else ""
    return {
        "title": title,
        "detail": ", ".join(word for word in (worth, str(row.used_store or ""), row.grouped_code) if word),
        "points": -(
            row.returned_units if row.state == Redemption.State.CANCELLED else row.units
        ),  # what returns gave back stands with them
        "icon": icon,
        "state": row.state,
        "state_label": row.get_state_display(),
        "url": reverse("staff:redemption", args=[row.pk]),
    }


def _movement(row: Movement, _main: PointCurrency) -> Row:
    return {
        "title": kind_words()[Kind(row.kind)],
        "detail": _("because of %(reason)s") % {"reason": reason_words()[Reason(row.reason)]},
        "points": row.signed_amount,
        "icon": "clock" if row.kind == Kind.EXPIRE else "activity",
        "url": reverse("staff:movement", args=[row.pk]),
    }


def _transfer(row: Transfer, _main: PointCurrency) -> Row:
    is_sent: bool = row.is_sent  # type: ignore[attr-defined]  # the timeline says for whom it reads
    kept = row.units - row.undone_units
    return {
        "title": _("Sent to %(name)s") % {"name": row.receiver} if is_sent else _("From %(name)s") % {"name": row.sender},
        "detail": row.undo_note,
        "points": -kept if is_sent else kept,
        "undone": row.is_undone,
        "icon": "card",
        "url": reverse("staff:transfer", args=[row.pk]),
    }


def _adjustment(row: Adjustment, _main: PointCurrency) -> Row:
    sign = 1 if row.direction == Adjustment.Direction.ADD else -1
    asked = str(row.requested_by) if row.requested_by else str(row.partner_key.partner if row.partner_key else "")
    return {
        "title": _("Correction: %(reason)s") % {"reason": row.get_reason_display()},
        "detail": _("%(note)s (asked by %(who)s)") % {"note": row.note, "who": asked},
        "points": sign * row.units,
        "undone": row.state == Adjustment.State.REFUSED,
        "icon": "edit",
        "state": {"waiting": "pending", "posted": "posted", "refused": "refused"}[row.state],
        "state_label": row.get_state_display(),
        "url": reverse("staff:adjustment", args=[row.pk]),
    }


_TIERS: dict[str, Callable[[], str]] = {"reached": lambda: _("Reached %(tier)s"), "returned": lambda: _("Lost %(tier)s by a return")}


def _tier(row: TierStanding, _main: PointCurrency) -> Row:
    title = _TIERS.get(row.reason) or TIER_TITLES[row.reason]
    detail = _("through %(day)s") % {"day": date_format(row.to_on, "j F Y")} if row.to_on and not row.is_for_good else ""
    return {
        "title": title() % {"tier": row.tier},
        "detail": detail,
        "icon": "star",
        "when": date_format(row.from_on, "j M"),
        "on": row.from_on,
    }


def _consent(row: Consent, _main: PointCurrency) -> Row:
    title = _("Agreed: %(what)s") if row.granted else _("Took back: %(what)s")
    return {"title": title % {"what": row.get_kind_display()}, "detail": str(row.terms) if row.terms else "", "icon": "shield"}


def _mail(row: OutboxEvent, main: PointCurrency) -> Row:
    titles = {
        "member.enrolled": _("E-mail: welcome"),
        "member.claim_code_requested": _("E-mail: code to connect the card"),
        "points.expiring": _("E-mail: points end soon"),
    }
    units = sum(told["units"] for told in row.payload.get("ending", ()) if told["unit"] == main.unit_id)
    state, label = ("delivered", _("sent")) if row.delivered_at else ("pending", _("waiting"))
    return {
        "title": titles[row.topic],
        "detail": main.say(units) if units else "",
        "icon": "mail",
        "state": state,
        "state_label": label,
    }


_TELL: Mapping[type, Callable[[Any, PointCurrency], Row]] = {
    Purchase: _purchase,
    Return: _return,
    Redemption: _redemption,
    Movement: _movement,
    Transfer: _transfer,
    Adjustment: _adjustment,
    TierStanding: _tier,
    Consent: _consent,
    OutboxEvent: _mail,
}


def change_text(units: int, currency: PointCurrency) -> str:
    """Write a change of points with its sign and word."""
    return f"{signed_points_text(units, currency.unit.scale)} {currency.word(units)}"


def _moment(at: dt.datetime) -> str:
    return date_format(localtime(at), "j M, H:i")
