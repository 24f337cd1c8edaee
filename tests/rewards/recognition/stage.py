"""A company in which colleagues recognise one another: 100 points a month, ten more for each direct report."""

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.members.models import Member
from accounts.programmes.domain import CurrencyKind
from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, Words, open_currency
from ledger.points.queries import holdings
from rewards.recognition.models import Recognition
from rewards.recognition.services import Giving, recognise
from rewards.setups.domain import SetupKind
from tests.accounts.factories import MemberFactory
from tests.api.conftest import open_club
from tests.rewards.setups.stage import FIRST_DAY, set_up

TERMS: dict[str, Any] = {
    "monthly_units": 100,
    "extra": {"attribute": "direct_reports", "each_units": 10, "most_units": 100},
    "values": {
        "customers": {"name": "Customers first", "other_names": {"tr": "Önce müşteri"}},
        "teamwork": {"name": "Teamwork", "other_names": {"tr": "Ekip çalışması"}},
    },
    "times_a_day": 5,
}
JOINED = dt.datetime(2025, 1, 15, 9, 0, tzinfo=dt.UTC)


def recognition_in(programme: Programme, **more: Any) -> Programme:
    words = Words(code="allowance", singular="point to give", plural="points to give", kind=CurrencyKind.ALLOWANCE)
    terms = Terms(expiry_kind="end_of_month", expiry_number=0, point_value_minor=Decimal(0))
    open_currency(programme=programme, words=words, terms=terms, valid_from=FIRST_DAY, at=JOINED)
    names = {"allowance": "allowance", "earned": currency_of(programme).code}
    set_up(programme, SetupKind.RECOGNITION, "recognition", names | TERMS | more)
    return programme


def company(**more: Any) -> Programme:
    return recognition_in(open_club(), **more)


def colleague_in(programme: Programme, name: str = "Ada", **more: Any) -> Member:
    found = MemberFactory.create(programme=programme, given_name=name, at=JOINED, joined_at=JOINED, **more)
    found.programme = programme
    return found


def noon(month: int, day: int, year: int = 2025) -> dt.datetime:
    return dt.datetime(year, month, day, 10, 0, tzinfo=dt.UTC)


def gave(giver: Member, receiver: Member, units: int, at: dt.datetime, number: str = "G1", **more: Any) -> Recognition:
    said = {"message": "Thank you.", "value": "teamwork", "source": "chat"} | more
    return recognise(giver=giver, giving=Giving(receiver=receiver, units=units, external_id=number, **said), at=at)


def held(member: Member, at: dt.datetime) -> dict[str, int]:
    """Available points by currency."""
    codes = dict(PointCurrency.objects.filter(programme=member.programme_id).values_list("unit", "code"))
    return {codes[row.unit]: row.available for row in holdings(points_account=member.points_account_id, today=at.date())}
