"""Accounts, events, pools and periods in words."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ledger.books.domain import AccountType, Basis, EventType, MovementType, PeriodState
from ledger.books.models import Period
from ledger.points.domain import Reason
from ledger.points.models import PointUnit
from ledger.valuation.domain import PoolKey

Words = Mapping[str, str | Promise]

EVENTS: Words = {
    EventType.SALE: gettext_lazy("Sales with points"),
    EventType.TENDER: gettext_lazy("Points taken as payment"),
    EventType.AWARD: gettext_lazy("Points given without a sale"),
    EventType.REFUND: gettext_lazy("Returned purchases"),
    EventType.AWARD_REVOKED: gettext_lazy("Given points taken back"),
    EventType.REDEMPTION: gettext_lazy("Points redeemed"),
    EventType.CONVERSION: gettext_lazy("Points converted"),
    EventType.ESTIMATE_CHANGE: gettext_lazy("Catch-up after a new estimate"),
    EventType.EXPIRY: gettext_lazy("Catch-up after points lapsed"),
    EventType.GIFT_CARD_SALE: gettext_lazy("Gift cards sold"),
    EventType.GIFT_CARD_TENDER: gettext_lazy("Paid with gift cards"),
    EventType.GIFT_CARD_REFUND: gettext_lazy("Given back on gift cards"),
    EventType.BREAKAGE: gettext_lazy("Gift cards that nobody will spend"),
    EventType.FEE_SALE: gettext_lazy("Paid memberships sold"),
    EventType.FEE_REFUND: gettext_lazy("Paid memberships given back"),
    EventType.PARTNER_REWARD: gettext_lazy("Points redeemed at partners"),
    EventType.INTERCOMPANY: gettext_lazy("Points of the group's programme"),
    EventType.CAUSE_ACCRUAL: gettext_lazy("Given to causes"),
    EventType.FEE_EARNED: gettext_lazy("Days of paid memberships that have passed"),
    EventType.POINT_OF_SALE: gettext_lazy("Sales of the shop's own books"),
    EventType.REVERSAL: gettext_lazy("Reversal"),
    EventType.MANUAL: gettext_lazy("Entry by hand"),
}
MOVEMENTS: Words = {
    MovementType.DEFERRAL: gettext_lazy("deferred"),
    MovementType.RETURN: gettext_lazy("returned"),
    MovementType.RELEASE: gettext_lazy("released"),
    MovementType.ESTIMATE_CHANGE: gettext_lazy("new estimate"),
    MovementType.EXPIRY: gettext_lazy("lapsed"),
    MovementType.CONVERSION: gettext_lazy("carried over"),
    MovementType.TAKING: gettext_lazy("takings"),
    MovementType.OTHER: "",
}
ACCOUNT_TYPES: Words = {
    AccountType.ASSET: gettext_lazy("Assets"),
    AccountType.LIABILITY: gettext_lazy("Liabilities"),
    AccountType.EQUITY: gettext_lazy("Equity"),
    AccountType.INCOME: gettext_lazy("Income"),
    AccountType.EXPENSE: gettext_lazy("Expenses"),
}
BASES: Words = {Basis.EVENT: gettext_lazy("happened"), Basis.CLOSE: gettext_lazy("month close")}
PERIOD_STATES: Words = {
    PeriodState.OPEN: pgettext_lazy("a month", "Open"),
    PeriodState.SOFT_CLOSED: gettext_lazy("Being closed"),
    PeriodState.CLOSED: gettext_lazy("Closed"),
}
_SOURCE_KINDS: Mapping[int, str | Promise] = {
    Reason.SALE: gettext_lazy("sales"),
    Reason.PROMOTION: gettext_lazy("promotions"),
    Reason.GOODWILL: gettext_lazy("goodwill"),
    Reason.REFERRAL: gettext_lazy("referrals"),
    Reason.SIGNUP: gettext_lazy("sign-ups"),
    Reason.PURCHASED: gettext_lazy("bought points"),
    Reason.PARTNER: gettext_lazy("partners"),
    Reason.EMPLOYEE: gettext_lazy("employees"),
    Reason.INTERCOMPANY: gettext_lazy("companies of the group"),
    Reason.MIGRATION: gettext_lazy("taken over"),
}


def month_name(day: dt.date) -> str:
    return date_format(day, "F Y")


def period_name(period: Period) -> str:
    return month_name(period.starts_on)


def source_kind_name(kind: int) -> str:
    """Say why points were granted; 0 is a sale that earned nothing."""
    return str(_SOURCE_KINDS.get(kind) or _("sales without points"))


def pool_name(key: PoolKey, units: Mapping[int, PointUnit]) -> str:
    """Say a pool: March 2026, sales. Terms and currency are named only where they tell pools apart."""
    parts = [month_name(key.grant_month), source_kind_name(key.source_kind)]
    if key.portfolio > 1:
        parts.append(_("terms %(number)s") % {"number": key.portfolio})
    if len(units) > 1:
        parts.append(units[key.unit].code)
    return ", ".join(parts)


def person(names: Mapping[UUID, str], user: UUID | None) -> str:
    """Return somebody's name; nothing for nobody."""
    if user is None:
        return ""
    return names.get(user) or _("somebody who is not a user here")


def moment(at: dt.datetime | None) -> str:
    return date_format(localtime(at), "j M Y, H:i") if at else ""


def signature(names: Mapping[UUID, str], user: UUID | None, at: dt.datetime | None) -> str:
    """Say who and when: Ada Finance, 3 Mar 2026, 09:12."""
    return ", ".join(part for part in (person(names, user), moment(at)) if part)
