"""Causes as the API shows them."""

from typing import Any

from pydantic import BaseModel

from accounts.programmes.models import Programme
from loyalty.kit.money import minor_text
from rewards.causes.domain import CauseTerms, Standing
from rewards.causes.queries import Cause


class CauseAnswer(BaseModel):
    """A cause and how far it is: `every` counted make one of what is given; `rest` is carried on, `beyond` came after the pledge was reached."""

    code: str
    name: str
    names: dict[str, str]
    event: str
    every: int
    singular: str
    plural: str
    words: dict[str, list[str]]
    cost: str
    currency: str
    counted: int
    given: int
    rest: int
    beyond: int
    pledge: int
    reached: bool
    starts_on: str
    ends_on: str | None


class CausesAnswer(BaseModel):
    """A page of causes, by code."""

    results: list[CauseAnswer]
    next: str | None
    previous: str | None


class MemberCauseAnswer(BaseModel):
    """How many of a member's own have counted for a cause."""

    code: str
    name: str
    counted: int


class MemberCausesAnswer(BaseModel):
    """A page of causes with the member's own counts, by code."""

    results: list[MemberCauseAnswer]
    next: str | None
    previous: str | None


def cause_answer(cause: Cause, terms: CauseTerms, standing: Standing, programme: Programme) -> dict[str, Any]:
    """Shown as CauseAnswer."""
    last = cause.versions[-1].valid_to
    return {
        "code": cause.code,
        "name": cause.setup.name,
        "names": cause.setup.other_names,
        "event": terms.event,
        "every": terms.every,
        "singular": terms.singular,
        "plural": terms.plural,
        "words": {locale: list(pair) for locale, pair in terms.other_words.items()},
        "cost": minor_text(terms.cost_minor, programme.currency),
        "currency": programme.currency,
        "counted": standing.counted,
        "given": standing.given,
        "rest": standing.rest,
        "beyond": standing.beyond,
        "pledge": standing.pledge,
        "reached": standing.is_reached,
        "starts_on": cause.versions[0].valid_from.isoformat(),
        "ends_on": last.isoformat() if last else None,
    }


def member_cause_answer(cause: Cause, counted: int) -> dict[str, Any]:
    """Shown as MemberCauseAnswer."""
    return {"code": cause.code, "name": cause.setup.name, "counted": counted}
