"""The programme of the trade, built as ordinary configuration."""

import datetime as dt
import uuid
from decimal import Decimal

from accounts.entities.services import open_store
from accounts.members.domain import Enrolment
from accounts.members.models import Member
from accounts.members.services import enrol_members
from accounts.programmes.domain import Terms
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state, open_programme
from ledger.valuation.services import approve_estimate, draft_estimate
from loyalty.shell.trade.reading import Basket, Parameters
from rewards.earning.services import write_first_rule
from rewards.tiers.services import TierTerms, open_ladder

TIME_ZONE = "America/New_York"
CURRENCY = "USD"
PREPARER, APPROVER = uuid.UUID(int=1), uuid.UUID(int=2)
"""Nobody: a replay needs two different people and asks none."""


def open_trade_programme(
    *, slug: str, name: str, parameters: Parameters, expiry_months: int, first_day: dt.date, at: dt.datetime
) -> Programme:
    """Open a live programme that earns, tiers and values as the parameters say."""
    programme = open_programme(
        slug=slug,
        name=name,
        country="US",
        time_zone=TIME_ZONE,
        currency=CURRENCY,
        at=at,
        terms=Terms(expiry_number=expiry_months, point_value_minor=parameters.point_value_minor),
        valid_from=first_day,
        terms_texts={"en": f"{parameters.points_per_step} point for every full {parameters.step_cents / 100:.2f} spent."},
    )
    book = programme.legal_entity.book
    book.min_pool_size = 0
    book.save(update_fields=["min_pool_size"])
    currency = currency_of(programme)
    definition = {"points": parameters.points_per_step, "step_minor": parameters.step_cents, "basis": "paid", "rounding": "floor"}
    write_first_rule(
        programme=programme, code="every-step", name="Every dollar", currency=currency, definition=definition, valid_from=first_day, at=at
    )
    tiers = [TierTerms(code=code, name=code.capitalize(), threshold_minor=threshold) for code, threshold in parameters.tiers]
    open_ladder(programme=programme, name="Spend of the year", tiers=tiers)
    estimate = draft_estimate(
        unit=currency.unit,
        percentage=Decimal(parameters.expected_redemption_pct),
        valid_from=first_day,
        preparer=PREPARER,
        at=at,
        evidence="Given with the trade's parameters.",
    )
    approve_estimate(estimate=estimate, approver=APPROVER, at=at)
    return change_programme_state(programme=programme, state="live")


def open_trade_stores(*, programme: Programme, baskets: list[Basket]) -> None:
    """Open every store that the baskets name and that is not open yet."""
    there = set(programme.legal_entity.stores.values_list("code", flat=True))
    for code in sorted({basket.store for basket in baskets} - there, key=int):
        open_store(entity=programme.legal_entity, code=code, name=f"Store {code}", time_zone=TIME_ZONE)


def enrol_households(*, programme: Programme, baskets: list[Basket], at: dt.datetime) -> list[Member]:
    """Enrol every household that the baskets name, joined with its first basket; one that is there stays as it is."""
    first: dict[int, dt.datetime] = {}
    for basket in baskets:
        first.setdefault(basket.household, basket.at)
    enrolments = [Enrolment(external_id=str(household), joined_at=joined) for household, joined in first.items()]
    return enrol_members(programme=programme, enrolments=enrolments, at=at, announce=False)
