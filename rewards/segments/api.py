"""Segments for partners."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, page_of, read
from loyalty.kit.rest.paging import BY_NEWEST_ID, Key
from loyalty.kit.rest.shapes import InvalidInput
from rewards.purchases.surroundings import segments_of_members
from rewards.segments import queries, services
from rewards.segments.filters import SegmentFilters, SegmentMemberFilters
from rewards.segments.models import Segment
from rewards.segments.shapes import ListChangeShape


class SegmentAnswer(BaseModel):
    """A segment: `kind` is `static` (a list of members) or `rule`."""

    code: str
    name: str
    kind: str


class SegmentsAnswer(BaseModel):
    """A page of segments, by code."""

    results: list[SegmentAnswer]
    next: str | None
    previous: str | None


class SegmentMemberAnswer(BaseModel):
    """A member of a segment."""

    member: str
    external_id: str | None


class SegmentMembersAnswer(BaseModel):
    """A page of members, who joined last first. Of a rule the page is what belongs of `limit` members: it may be short; go on with `next`."""

    results: list[SegmentMemberAnswer]
    next: str | None
    previous: str | None


class ListChangedAnswer(BaseModel):
    """How many came onto the list and how many went."""

    added: int
    removed: int


class Segments(PartnerView):
    """Groups of members."""

    scopes: ClassVar = {"GET": Scope.SEGMENTS_READ}
    queries: ClassVar = {"GET": SegmentFilters.query()}

    @described(operation="listSegments", summary="List segments, by code", query=SegmentFilters.query(), answers={200: SegmentsAnswer})
    def get(self, _request: Request) -> HttpResponse:
        rows = SegmentFilters.narrow(Segment.objects.filter(programme=self.programme), self.query)
        return self.show(page_of(rows, order=(Key("code", str),), query=self.query).as_dict(_segment))


class SegmentMembers(PartnerView):
    """Who belongs to a segment."""

    scopes: ClassVar = {"GET": Scope.SEGMENTS_READ, "PATCH": Scope.SEGMENTS_WRITE}
    queries: ClassVar = {"GET": SegmentMemberFilters.query()}

    @described(
        operation="listSegmentMembers",
        summary="List the members of a segment",
        query=SegmentMemberFilters.query(),
        answers={200: SegmentMembersAnswer},
    )
    def get(self, _request: Request, code: str) -> HttpResponse:
        segment = queries.segment_by_code(self.programme, code)
        rows = queries.members_listed(segment) if segment.is_static else queries.members_to_ask(self.programme)
        page = page_of(SegmentMemberFilters.narrow(rows, self.query), order=BY_NEWEST_ID, query=self.query)
        shown = page.as_dict(_member)
        if not segment.is_static:
            shown["results"] = [_member(member) for member in self._belonging(segment, page.rows)]
        return self.show(shown)

    def _belonging(self, segment: Segment, members: list[Member]) -> list[Member]:
        for member in members:
            member.programme = self.programme
        belongs = segments_of_members(members, {segment.code}, at=self.at)
        return [member for member, of in zip(members, belongs, strict=True) if segment.code in of]

    @described(
        operation="changeSegmentMembers",
        summary="Put members on a list and take members off it, all or none",
        body=ListChangeShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={200: ListChangedAnswer},
    )
    def patch(self, request: Request, code: str) -> HttpResponse:
        shape = read(ListChangeShape, request.data)
        shape.check()
        return self.once(lambda: self._change(code, shape), key_required=False)

    def _change(self, code: str, shape: ListChangeShape) -> Answer:
        segment = queries.segment_by_code(self.programme, code)
        known = queries.members_among(self.programme, {*shape.add, *shape.remove})
        if unknown := shape.unknown(known):
            raise InvalidInput(_("Correct the members that are named. Nothing has changed."), errors=unknown)
        added = services.add_to_list(segment=segment, members=shape.add, at=self.at)
        removed = services.take_off_list(segment=segment, members=shape.remove, at=self.at)
        return Answer({"added": added, "removed": removed}, 200)


def _segment(segment: Segment) -> dict[str, Any]:
    return {"code": segment.code, "name": segment.name, "kind": segment.kind}


def _member(member: Member) -> dict[str, Any]:
    return {"member": str(member.pk), "external_id": member.external_id or None}
