"""Steps of examples about partners of a coalition: their prices, and the statements of their months."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from accounts.members.models import Member
from accounts.partners.models import Partner
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from loyalty.kit.clock import month_start
from loyalty.kit.money import Money, exponent
from rewards.coalition.domain import Way, source_of
from rewards.coalition.models import PartnerStatement
from rewards.coalition.queries import partner_by_name
from rewards.coalition.services import approve_price, issue_statement, propose_price
from rewards.programme_files.domain.fields import Fields
from rewards.programme_files.domain.outline import Outline
from rewards.programme_files.examples.steps import Step
from rewards.programme_files.examples.trade import Trial

_PRICES = {"issues_at": Way.ISSUE, "redeems_at": Way.REDEEM}
_TOTALS = ("invoiced", "payable")


def sent_by(programme: Programme, partner: str) -> str:
    """Return who sends an act: a partner, or the examples themselves. Raises: PartnerNotFound."""
    return source_of(partner_by_name(programme, partner).pk) if partner else "examples"


def _read_partner(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = fields.inner("partner")
    said = {"code": inner.text("code", most=40), **{name: inner.number(name, None, places=6) for name in _PRICES}}
    inner.done()
    return said


def _read_state(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = fields.inner("state")
    partner, day = inner.text("partner", most=40), inner.day("month")
    inner.done()
    return {"partner": partner, "month": month_start(dt.date.fromisoformat(day)) if day else None}


def _read_stated(fields: Fields, name: str, outline: Outline) -> dict[str, str]:
    inner = fields.inner(name)
    found = {key: _signed(inner, key, outline) for key in _TOTALS if key in inner.given}
    inner.done(*_TOTALS)
    return found


def _signed(fields: Fields, key: str, outline: Outline) -> str:
    """Read an amount that may be below zero."""
    text = str(fields.given[key])
    sign = "-" if text.startswith("-") else ""
    return sign + str(Fields(fields.faults, fields.path, {key: text.removeprefix("-")}).amount(key, outline.currency))


def _partner(trial: Trial, step: Step, _member: Member) -> None:
    """A partner joins the coalition; two people agree on its prices from the next day on."""
    programme, at = trial.programme, trial.moment(step.on)
    partner, _new = Partner.objects.get_or_create(legal_entity=programme.legal_entity, name=step.given["code"])
    currency = currency_of(programme)
    for name, way in _PRICES.items():
        if step.given[name] is None:
            continue
        price = propose_price(
            partner=partner,
            currency=currency,
            way=way,
            price_minor=Decimal(step.given[name]).scaleb(exponent(programme.currency) - currency.unit.scale),
            valid_from=step.on + dt.timedelta(days=1),
            author=trial.colleague("one"),
            at=at,
        )
        approve_price(price=price, approver=trial.colleague("other"), at=at)


def _state(trial: Trial, step: Step, _member: Member) -> None:
    partner = partner_by_name(trial.programme, step.given["partner"])
    issue_statement(programme=trial.programme, partner=partner, month=step.given["month"], at=trial.moment(step.on))


def _stated(trial: Trial, step: Step, _member: Member, wanted: Mapping[str, str]) -> dict[str, str]:
    """What the statement of this step comes to."""
    row = PartnerStatement.objects.get(programme=trial.programme, partner__name=step.given["partner"], month=step.given["month"])
    return {key: str(Money(getattr(row, f"{key}_minor"), row.currency)) for key in wanted}


READ: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {"partner": _read_partner, "state": _read_state}
ACTS: dict[str, Callable[[Any, Step, Member], None]] = {"partner": _partner, "state": _state}
EXPECT: dict[str, Callable[[Fields, str, Outline], Any]] = {"stated": _read_stated}
LOOKS: dict[str, Callable[[Any, Step, Member, Any], Any]] = {"stated": _stated}
