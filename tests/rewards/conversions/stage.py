"""A live programme whose purchases gather cents that are converted into cash."""

import datetime as dt
from decimal import Decimal

from accounts.programmes.domain import CurrencyKind
from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, Words, change_programme_state, open_currency
from ledger.points.models import Balance
from rewards.conversions.services import run_conversions
from rewards.earning.services import write_first_rule
from rewards.purchases.services import record_purchase
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.purchases.conftest import FIRST_DAY, purchase_of
from tests.rewards.setups.stage import set_up

MONTHLY = {"from": "gathered", "to": "cash", "kind": "steps", "step_units": 500}
YEARLY = {"from": "gathered", "to": "cash", "kind": "rate", "every": "year", "after_days": 59}


def noon(*day):
    return dt.datetime(*day, 10, tzinfo=dt.UTC)


def club(definition=None, *, cents_for_a_unit=5, valid_from=FIRST_DAY, **more):
    """`cents_for_a_unit` gather for every 1.00 paid."""
    programme = ProgrammeFactory.create(state="draft", **more)
    for code, kind in (("gathered", CurrencyKind.ACCRUAL), ("cash", CurrencyKind.CREDIT)):
        words = Words(code=code, singular=code, plural=code, kind=kind)
        terms = Terms(expiry_kind="none", expiry_number=0, point_value_minor=Decimal(1))
        open_currency(programme=programme, words=words, terms=terms, valid_from=FIRST_DAY, at=AT)
    write_first_rule(
        programme=programme,
        code="gather",
        name="Gather",
        currency=currency_of(programme, "gathered"),
        definition={"kind": "rate", "rate": str(cents_for_a_unit)},
        valid_from=FIRST_DAY,
        at=AT,
    )
    programme = change_programme_state(programme=programme, state="live")
    if definition is not None:
        set_up(programme, SetupKind.CONVERSION, "monthly", definition, valid_from=valid_from)
    return programme


def member_of(programme):
    return MemberFactory.create(programme=programme, at=noon(2025, 1, 2))


def buy(member, cents, at, number="R1", **facts):
    facts = purchase_of(member, *([cents] if isinstance(cents, int) else cents), external_id=number, occurred_at=at, **facts)
    return record_purchase(programme=member.programme, facts=facts, at=at).purchase


def has(member):
    """What has gathered, and the cash."""
    rows = dict(Balance.objects.filter(points_account=member.points_account_id).values_list("unit__code", "available"))
    return rows["gathered"], rows["cash"]


def run(programme, at, **more):
    return run_conversions(programme=programme, at=at, **more)
