"""Conversions and their runs for partners."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from pydantic import BaseModel
from rest_framework.request import Request

from accounts.partners.domain import Scope
from accounts.partners.rest import PartnerView
from loyalty.kit.clock import business_date
from loyalty.kit.rest import described, page_of
from rewards.conversions import queries
from rewards.conversions.domain import ConversionTerms
from rewards.conversions.filters import ConversionFilters, ConversionRunFilters
from rewards.conversions.models import ConversionRun
from rewards.setups.models import SetupVersion
from rewards.setups.queries import parsed


class ConversionAnswer(BaseModel):
    """What becomes of what gathers; steps are null where a rate is decided when the period is over."""

    code: str
    name: str
    version: int
    valid_from: str
    valid_to: str | None
    from_currency: str
    to_currency: str
    kind: str
    every: str
    after_days: int
    step_units: int | None
    gives_units: int | None
    valid_days: int | None


class ConversionsAnswer(BaseModel):
    """A page of conversions in force, oldest first."""

    results: list[ConversionAnswer]
    next: str | None
    previous: str | None


class ConversionRunAnswer(BaseModel):
    """A period that was, or is being, converted; units are in the smallest unit of each currency."""

    id: uuid.UUID
    conversion: str
    version: int
    first_on: str
    through_on: str
    business_on: str
    state: str
    members: int
    units: int
    given: int
    rate: str | None


class ConversionRunsAnswer(BaseModel):
    """A page of runs, newest period first."""

    results: list[ConversionRunAnswer]
    next: str | None
    previous: str | None


def conversion_answer(version: SetupVersion) -> dict[str, Any]:
    """Shown as ConversionAnswer."""
    terms: ConversionTerms = parsed(version)
    return {
        "code": version.setup.code,
        "name": version.setup.name,
        "version": version.version,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "from_currency": terms.from_code,
        "to_currency": terms.to_code,
        "kind": terms.kind.value,
        "every": terms.every.value,
        "after_days": terms.after_days,
        "step_units": terms.step_units or None,
        "gives_units": terms.gives_units or None,
        "valid_days": terms.valid_days,
    }


def run_answer(run: ConversionRun) -> dict[str, Any]:
    """Shown as ConversionRunAnswer."""
    return {
        "id": str(run.pk),
        "conversion": run.setup.code,
        "version": run.version.version,
        "first_on": run.first_on.isoformat(),
        "through_on": run.through_on.isoformat(),
        "business_on": run.business_on.isoformat(),
        "state": run.state,
        "members": run.wallets,
        "units": run.units,
        "given": run.given,
        "rate": str(run.rate) if run.rate else None,
    }


class Conversions(PartnerView):
    """What becomes of what gathers."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": ConversionFilters.query()}

    @described(
        operation="listConversions",
        summary="List the conversions in force, oldest first",
        query=ConversionFilters.query(),
        answers={200: ConversionsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        today = business_date(self.at, self.programme.time_zone)
        rows = ConversionFilters.narrow(queries.in_force_on(self.programme, today), self.query)
        return self.show(page_of(rows, order=queries.BY_SETUP, query=self.query).as_dict(conversion_answer))


class ConversionRuns(PartnerView):
    """Periods that were converted."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": ConversionRunFilters.query()}

    @described(
        operation="listConversionRuns",
        summary="List the runs of conversions, newest period first",
        query=ConversionRunFilters.query(),
        answers={200: ConversionRunsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = ConversionRunFilters.narrow(queries.runs_of(self.programme), self.query)
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(run_answer))
