"""How many points has a member, what are they worth, and which end next?"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency
from accounts.programmes.queries import currency_of
from ledger.points.queries import Holdings, holdings, open_lots
from loyalty.kit.figures import day_text, money_text, points_text
from loyalty.kit.money import Money

Writer = Callable[[int], str]


@dataclasses.dataclass(frozen=True, slots=True)
class Wallet:
    """A member's points of the programme's main currency; the sentences are empty where there is nothing to say."""

    currency: PointCurrency
    available: int
    pending: int
    held: int
    arrears: int
    worth: str
    ending: str

    @property
    def unit(self) -> str:
        return self.currency.word(self.available)

    @property
    def scale(self) -> int:
        return self.currency.unit.scale

    @property
    def pending_text(self) -> str:
        return self.write(self.pending) if self.pending else ""

    @property
    def held_text(self) -> str:
        return _("%(points)s are set aside") % {"points": self.write(self.held)} if self.held else ""

    @property
    def arrears_text(self) -> str:
        if not self.arrears:
            return ""
        return _("You owe %(points)s; the next ones you earn fill that") % {"points": self.write(self.arrears)}

    def write(self, units: int) -> str:
        return word_writer(self.currency)(units)


def word_writer(currency: PointCurrency) -> Writer:
    """Return what writes points of a currency with their word: 12 points."""
    return lambda units: f"{points_text(units, currency.unit.scale)} {currency.word(units)}"


def wallet_of(member: Member, today: dt.date) -> Wallet:
    """Return what the member holds; four queries."""
    currency = currency_of(member.programme_id)
    held = {of_unit.unit: of_unit for of_unit in holdings(points_account=member.points_account_id, today=today)}
    has = held.get(currency.unit_id, Holdings(currency.unit_id, 0, 0, 0, 0))
    terms = currency.terms.in_force_on(today).first()
    value = has.available * terms.point_value_minor if terms else Decimal(0)
    return Wallet(
        currency=currency,
        available=has.available,
        pending=has.pending,
        held=has.held,
        arrears=has.arrears,
        worth=money_text(Money(int(value), member.programme.currency)) if value >= 1 else "",
        ending=_ending(member, currency, today),
    )


def _ending(member: Member, currency: PointCurrency, today: dt.date) -> str:
    """Say which points end next: "320 points end on 1 March"."""
    lots = open_lots(points_account=member.points_account_id, today=today)
    dated = lots.filter(unit=currency.unit_id, is_pending=False, expires_on__isnull=False).order_by("expires_on").values("expires_on")
    first = dated.annotate(units=Sum("remaining")).first()
    if first is None:
        return ""
    units, ends_on = first["units"], first["expires_on"]
    assert ends_on is not None, "only dated lots were asked for"
    sentence = ngettext("%(points)s ends on %(day)s", "%(points)s end on %(day)s", units)
    return sentence % {"points": word_writer(currency)(units), "day": day_text(ends_on, today)}
