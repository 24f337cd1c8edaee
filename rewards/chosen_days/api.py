"""Days that members choose, for partners' apps."""

import uuid
from typing import Annotated, Any, ClassVar, Literal

from django.http import HttpResponse
from pydantic import BaseModel
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, read
from loyalty.kit.rest.paging import PageQuery, page_of_list
from loyalty.kit.rest.shapes import Day, Seen, Shape, line
from rewards.chosen_days import queries, services
from rewards.chosen_days.queries import Choosing


class DayShape(Shape):
    """The day that a member chooses, ahead of time."""

    code: Annotated[str, line(40), Seen]
    """What is chosen: a code of the list."""
    day: Day


class ChoosingsQuery(PageQuery):
    """Which of them."""

    code: Annotated[str, line(40)] | None = None
    """The code of what is chosen."""
    every: Literal["week", "month", "quarter", "year"] | None = None
    """How long a period is."""


class ChoosingAnswer(BaseModel):
    """What a member chooses, the period of now and the next, and the day chosen of each."""

    code: str
    name: str
    every: str
    first_on: str
    through_on: str
    chosen: str | None
    next_first_on: str
    next_through_on: str
    next_chosen: str | None


class ChoosingsAnswer(BaseModel):
    """A page of days that a member chooses, by code."""

    results: list[ChoosingAnswer]
    next: str | None
    previous: str | None


class ChosenAnswer(BaseModel):
    """A day that was chosen, and the period of which it is the day."""

    code: str
    day: str
    first_on: str
    through_on: str


def choosing_answer(one: Choosing) -> dict[str, Any]:
    """Shown as ChoosingAnswer."""
    return {
        "code": one.setup.code,
        "name": one.setup.name,
        "every": one.terms.every.value,
        "first_on": one.now.first_on.isoformat(),
        "through_on": one.now.through_on.isoformat(),
        "chosen": one.chosen_now.isoformat() if one.chosen_now else None,
        "next_first_on": one.next.first_on.isoformat(),
        "next_through_on": one.next.through_on.isoformat(),
        "next_chosen": one.chosen_next.isoformat() if one.chosen_next else None,
    }


class ChosenDays(PartnerView):
    """The days that a member chooses."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ, "POST": Scope.MEMBERS_WRITE}
    queries: ClassVar = {"GET": ChoosingsQuery}

    @described(
        operation="listChosenDays",
        summary="List the days that a member chooses, by code",
        query=ChoosingsQuery,
        answers={200: ChoosingsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        wanted = [one for one in queries.choosings_of(self._member(member), self.today) if self._is_asked_for(one)]
        rows = sorted((_Row(one) for one in wanted), key=lambda row: row.code)
        return self.show(page_of_list(rows, name="code", query=self.query).as_dict(lambda row: choosing_answer(row.choosing)))

    @described(
        operation="chooseDay",
        summary="Choose a day for a member, ahead of time; the same day once more answers like the first time",
        body=DayShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: ChosenAnswer},
    )
    def post(self, request: Request, member: uuid.UUID) -> HttpResponse:
        shape = read(DayShape, request.data)
        return self.once(lambda: self._choose(member, shape), key_required=False)

    def _is_asked_for(self, one: Choosing) -> bool:
        return self.query.code in (None, one.setup.code) and self.query.every in (None, one.terms.every)

    def _choose(self, member: uuid.UUID, shape: DayShape) -> Answer:
        done = services.choose_day(member=self._member(member), code=shape.code, day=shape.day, at=self.at)
        row = done.choice
        told = {
            "code": shape.code,
            "day": row.day.isoformat(),
            "first_on": row.first_on.isoformat(),
            "through_on": row.through_on.isoformat(),
        }
        return Answer(told, 201, done.replayed)

    def _member(self, member: uuid.UUID) -> Member:
        found = find_member(self.programme, member_id=member)
        found.programme = self.programme
        return found


class _Row:
    """A choice in a list that is paged by code."""

    def __init__(self, choosing: Choosing) -> None:
        self.choosing, self.code = choosing, choosing.setup.code
