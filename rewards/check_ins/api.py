"""Check-ins for partners' apps."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from pydantic import BaseModel
from rest_framework.request import Request

from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, page_of, read
from rewards.check_ins import queries, services
from rewards.check_ins.filters import CheckInPointFilters
from rewards.check_ins.models import CheckInPoint
from rewards.check_ins.shapes import CheckInShape
from rewards.earning.queries import setting_of
from rewards.events.representations import EventAnswer, event_answer
from rewards.purchases.representations import moment_text


class CheckInPointAnswer(BaseModel):
    """Where members check in: its days and hours on the store's clock (the programme's, without a store), and what it reports."""

    id: uuid.UUID
    title: str
    store: str | None
    event_type: str
    code_kind: str
    limit: str
    first_on: str
    last_on: str
    opens_at: str
    closes_at: str
    closed_at: str | None


class CheckInPointsAnswer(BaseModel):
    """A page of check-in points, newest first."""

    results: list[CheckInPointAnswer]
    next: str | None
    previous: str | None


class CheckInAnswer(EventAnswer):
    """The event of a check-in: what it earned, why, and the member's points after it."""

    point: uuid.UUID
    title: str


def point_answer(point: CheckInPoint) -> dict[str, Any]:
    """Shown as CheckInPointAnswer; the codes themselves stand only where members scan them."""
    return {
        "id": str(point.pk),
        "title": point.title,
        "store": point.store.code if point.store else None,
        "event_type": point.event_type,
        "code_kind": point.code_kind,
        "limit": point.limit,
        "first_on": point.first_on.isoformat(),
        "last_on": point.last_on.isoformat(),
        "opens_at": point.opens_at.strftime("%H:%M"),
        "closes_at": point.closes_at.strftime("%H:%M"),
        "closed_at": moment_text(point.closed_at) if point.closed_at else None,
    }


class CheckInPoints(PartnerView):
    """Where members check in."""

    scopes: ClassVar = {"GET": Scope.EVENTS_WRITE}
    queries: ClassVar = {"GET": CheckInPointFilters.query()}

    @described(
        operation="listCheckInPoints",
        summary="List check-in points, newest first",
        query=CheckInPointFilters.query(),
        answers={200: CheckInPointsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = CheckInPointFilters.narrow(queries.points_of(self.programme), self.query)
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(point_answer))


class CheckIns(PartnerView):
    """Members who scanned a code."""

    posts = True
    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    @described(
        operation="checkIn",
        summary="Check a member in by the code that they scanned, and give what the rules of its event type say",
        body=CheckInShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: CheckInAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(CheckInShape, request.data)
        return self.once(lambda: self._check_in(shape))

    def _check_in(self, shape: CheckInShape) -> Answer:
        member = find_member(self.programme, **shape.whom())
        member.programme = self.programme
        done = services.check_in_here(member=member, token=shape.token, at=self.at)
        point = {"point": str(done.check_in.point_id), "title": done.check_in.point.title}
        return Answer(event_answer(done.record, setting_of(self.programme)) | point, 201)
