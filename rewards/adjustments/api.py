"""Adjustments for partners."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from ledger.points.queries import holdings
from loyalty.kit.rest import Answer, described, page_of, read
from rewards.adjustments import queries, services
from rewards.adjustments.filters import AdjustmentFilters
from rewards.adjustments.models import Adjustment
from rewards.adjustments.representations import AdjustmentAnswer, AdjustmentsAnswer, adjustment_answer, adjustment_listed
from rewards.adjustments.shapes import AdjustmentShape
from rewards.earning.queries import setting_of


class AdjustmentView(PartnerView):
    """What all addresses of adjustments share."""

    posts = True

    def told(self, adjustment: Adjustment) -> dict[str, object]:
        left = holdings(points_account=adjustment.member.points_account_id, today=self.today)
        return adjustment_answer(adjustment, left, setting_of(self.programme))


class Adjustments(AdjustmentView):
    """Points given or taken by hand."""

    scopes: ClassVar = {"POST": Scope.ADJUSTMENTS_WRITE, "GET": Scope.ADJUSTMENTS_WRITE}
    queries: ClassVar = {"GET": AdjustmentFilters.query()}

    @described(
        operation="requestAdjustment",
        summary="Give or take points by hand; above the key's limit of the day this waits for a second person (202)",
        body=AdjustmentShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: AdjustmentAnswer, 202: AdjustmentAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(AdjustmentShape, request.data)
        return self.once(lambda: self._request(shape))

    def _request(self, shape: AdjustmentShape) -> Answer:
        member = find_member(self.programme, **shape.whom())
        member.programme = self.programme
        key = self.credential.key_id
        adjustment = services.request_adjustment(member=member, wish=shape.wish(), at=self.at, partner_key=key)
        return Answer(self.told(adjustment), 202 if adjustment.is_waiting else 201)

    @described(
        operation="listAdjustments",
        summary="List adjustments, newest first",
        query=AdjustmentFilters.query(),
        answers={200: AdjustmentsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = AdjustmentFilters.narrow(queries.adjustments_of(self.programme), self.query)
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(adjustment_listed))


class OneAdjustment(AdjustmentView):
    """An adjustment."""

    scopes: ClassVar = {"GET": Scope.ADJUSTMENTS_WRITE}

    @described(operation="getAdjustment", summary="See what became of an adjustment", answers={200: AdjustmentAnswer})
    def get(self, _request: Request, adjustment: uuid.UUID) -> HttpResponse:
        return self.show(self.told(queries.adjustment_by_id(programme=self.programme, adjustment_id=adjustment)))
