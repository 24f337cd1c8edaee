"""Steps of examples about partners of a coalition: their prices, and the statements of their months."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from accounts.entities.models import LegalEntity
from accounts.entities.services import open_entity
from accounts.members.models import Member
from accounts.partners.models import Partner
from accounts.partners.services import add_partner
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.users.models import User
from ledger.books.domain import Profile
from ledger.books.models import Book
from ledger.books.queries import account_balance, current_period
from ledger.books.services import close_period
from ledger.valuation.queries import proposed_statements
from ledger.valuation.services import close_pools, run_valuation
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.money import Money, exponent
from rewards.coalition.domain import Way, source_of
from rewards.coalition.models import PartnerStatement
from rewards.coalition.queries import partner_by_name
from rewards.coalition.services import approve_price, issue_statement, post_statements, propose_price
from rewards.programme_files.domain.fields import Fields
from rewards.programme_files.domain.outline import Outline
from rewards.programme_files.examples.steps import Step
from rewards.programme_files.examples.trade import Trial

_PRICES = {"issues_at": Way.ISSUE, "redeems_at": Way.REDEEM}
_TOTALS = ("invoiced", "payable", "tendered")
OWN = "own"
"""How examples name the programme's own company."""


def sent_by(programme: Programme, partner: str) -> str:
    """Return who sends an act: a partner, or the examples themselves. Raises: PartnerNotFound."""
    return source_of(partner_by_name(programme, partner).pk) if partner else "examples"


def _read_partner(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = fields.inner("partner")
    said = {
        "code": inner.text("code", most=40),
        "group": inner.flag("group", False),
        **{name: inner.number(name, None, places=6) for name in _PRICES},
    }
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
    partner = Partner.objects.filter(legal_entity=programme.legal_entity, name=step.given["code"]).first()
    if partner is None:
        company = _company(programme, step.given["code"], step.on) if step.given["group"] else None
        partner = add_partner(name=step.given["code"], legal_entity=programme.legal_entity, group_company=company)
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


def _company(programme: Programme, code: str, on: dt.date) -> LegalEntity:
    """Another company of the group, with a book that is kept as the programme's own."""
    own = programme.legal_entity
    return open_entity(
        name=f"{own.name} {code}",
        slug=f"{own.slug}-{code}",
        country=own.country,
        currency=own.book.currency,
        time_zone=own.book.time_zone,
        books_from=on,
        profile=Profile(own.book.profile),
    )


def _state(trial: Trial, step: Step, _member: Member) -> None:
    partner = partner_by_name(trial.programme, step.given["partner"])
    issue_statement(programme=trial.programme, partner=partner, month=step.given["month"], at=trial.moment(step.on))


def _stated(trial: Trial, step: Step, _member: Member, wanted: Mapping[str, str]) -> dict[str, str]:
    """What the statement of this step comes to."""
    row = PartnerStatement.objects.get(programme=trial.programme, partner__name=step.given["partner"], month=step.given["month"])
    return {key: str(Money(getattr(row, f"{key}_minor"), row.currency)) for key in wanted}


def _read_books(fields: Fields, name: str, outline: Outline) -> dict[str, dict[str, str]]:
    """Accounts by company: `own` is the programme's, the others are named as the partners that they are."""
    companies = fields.inner(name)
    found = {}
    for company in companies.given:
        accounts = companies.inner(company)
        found[company] = {account: _signed(accounts, account, outline) for account in accounts.given}
        accounts.done(*accounts.given)
    companies.done(*companies.given)
    return found


def _books(trial: Trial, step: Step, _member: Member, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What the books hold at the end of the month before this day, debit positive."""
    programme, at = trial.programme, trial.moment(step.on)
    found = {}
    for name, accounts in wanted.items():
        company = programme.legal_entity if name == OWN else partner_by_name(programme, name).group_company
        assert company is not None, "a company with a book"
        _bring_up(company.book, month_start(step.on), trial.colleague("one"), at)
        found[name] = {code: str(Money(account_balance(company.book, code), programme.currency)) for code in accounts}
    return found


def _bring_up(book: Book, today: dt.date, closer: User, at: dt.datetime) -> None:
    """Post everything of the months before this one, and close all of them but the last."""
    while True:
        period = current_period(book)
        run_valuation(book=book, through_on=period.ends_on, at=at)
        post_statements(book=book, at=at)
        if add_months(period.starts_on, 1) >= today:
            return
        close_pools(book=book, period=period, statements=proposed_statements(book, period), at=at, actor=closer.pk)
        close_period(period=period, actor=closer.pk, at=at, known_at=at)


READ: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {"partner": _read_partner, "state": _read_state}
ACTS: dict[str, Callable[[Any, Step, Member], None]] = {"partner": _partner, "state": _state}
EXPECT: dict[str, Callable[[Fields, str, Outline], Any]] = {"stated": _read_stated, "books": _read_books}
LOOKS: dict[str, Callable[[Any, Step, Member, Any], Any]] = {"stated": _stated, "books": _books}
