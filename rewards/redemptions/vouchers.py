"""Vouchers as a member sees them."""

import dataclasses
import datetime as dt
import uuid

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from loyalty.kit.figures import day_text
from loyalty.kit.qr import qr_svg
from rewards.catalogue.domain import RewardKind
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import RedemptionNotFound, open_vouchers

State = Redemption.State


@dataclasses.dataclass(frozen=True, slots=True)
class VoucherWords:
    """A reward that waits to be used: its name, and until when."""

    id: uuid.UUID
    title: str
    until: str


@dataclasses.dataclass(frozen=True, slots=True)
class VoucherView:
    """A voucher's page. `code` and `qr` are empty where nothing is to be shown in a shop (donations)."""

    title: str
    description: str
    code: str
    qr: SafeString | str
    state: str
    state_label: str
    valid: str
    how_to: str
    spent: bool
    price: str
    taken: str


def vouchers_in_words(member: Member, today: dt.date, most: int = 5) -> list[VoucherWords]:
    """Return what a member took and can still use, the first to lapse first; one query."""
    return [
        VoucherWords(row.pk, row.title, _("Use it by %(day)s") % {"day": day_text(row.valid_until, today)} if row.valid_until else "")
        for row in open_vouchers(member, today).rewards()[:most]
    ]


def voucher_of(member: Member, redemption: uuid.UUID, today: dt.date) -> VoucherView:
    """Return a member's voucher. Raises: RedemptionNotFound (also for another member's)."""
    row = Redemption.objects.filter(member=member, pk=redemption).rewards().with_stories().first()
    if row is None or row.reward_version is None:
        raise RedemptionNotFound(_("There is no such voucher."))
    currency = currency_of(member.programme_id)
    lapsed = row.is_issued and row.valid_until is not None and row.valid_until < today
    state = State.EXPIRED if lapsed else State(row.state)
    return VoucherView(
        title=row.title,
        description=row.reward_version.reward.local_description,
        code=row.grouped_code,
        qr=qr_svg(row.code) if row.code else "",
        state="ready" if state == State.ISSUED else state.value,
        state_label=str(state.label),
        valid=_valid(row, state, today),
        how_to=_how_to(row, state),
        spent=state != State.ISSUED,
        price=currency.say(row.units),
        taken=date_format(localtime(row.occurred_at), "j F Y, H:i"),
    )


def _valid(row: Redemption, state: Redemption.State, today: dt.date) -> str:
    """Say until when it can be used, or when and where it was."""
    if state == State.USED and row.used_at:
        facts = {"day": date_format(localtime(row.used_at), "j F Y, H:i"), "store": row.used_store}
        return (_("Used on %(day)s, %(store)s") if row.used_store else _("Used on %(day)s")) % facts
    if state == State.CANCELLED:
        return _("Your points are back on your card.")
    if row.valid_until is None:
        return _("It does not run out.") if state == State.ISSUED else ""
    day = {"day": day_text(row.valid_until, today)}
    return _("Use it by %(day)s") % day if state == State.ISSUED else _("It ran out on %(day)s") % day


def _how_to(row: Redemption, state: Redemption.State) -> str:
    if row.reward_version and row.reward_version.reward.kind == RewardKind.DONATION:
        return _("Thank you. There is nothing left to do: the gift is on its way.")
    if state == State.ISSUED:
        return _("Show this code at the till before you pay. It works once.")
    return ""
