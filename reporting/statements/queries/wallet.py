"""How many points has a member, what are they worth, and which end next?"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import CurrencyTerms, PointCurrency
from accounts.programmes.queries import currency_of
from ledger.points.queries import Holdings, holdings
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from rewards.expiry.wording import next_ending_text
from rewards.redemptions.domain import TenderTerms

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
    steps: str
    may_send: bool

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
    return currency.say


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
        ending=next_ending_text(member=member, currency=currency, today=today, write=word_writer(currency)),
        steps=_steps(member, currency, terms),
        may_send=member.is_active and terms is not None and terms.may_be_sent,
    )


def _steps(member: Member, currency: PointCurrency, terms: CurrencyTerms | None) -> str:
    """Say in which steps points pay, where they do not pay any amount: "Points pay in steps of 100 points (£1.00)"."""
    if terms is None or terms.tender_step_units == 1 or not terms.point_value_minor:
        return ""
    step = TenderTerms(terms.point_value_minor, terms.tender_step_units)
    minor = step.step_minor
    words = {"points": word_writer(currency)(step.units_for(minor) or 0), "money": money_text(Money(minor, member.programme.currency))}
    return _("At the till they pay in steps of %(points)s (%(money)s)") % words
