"""Reviews for partners."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from pydantic import BaseModel
from rest_framework.request import Request

from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from ledger.seals.representations import ReceiptAnswer
from loyalty.kit.rest import Answer, described, page_of, read
from rewards.purchases.representations import moment_text
from rewards.reviews import queries, services
from rewards.reviews.filters import ReviewFilters
from rewards.reviews.models import Review
from rewards.reviews.shapes import ReviewShape


class ReviewAnswer(BaseModel):
    """A review and how it stands; `reason` says why it was refused, `event` what it earned once it was accepted."""

    id: uuid.UUID | None
    external_id: str
    member: uuid.UUID
    product: str
    stars: int
    state: str
    reason: str
    occurred_at: str
    business_on: str
    event: uuid.UUID | None


class WithdrawnAnswer(ReviewAnswer):
    """A review that was withdrawn."""

    receipts: list[ReceiptAnswer] = []


class ReviewsAnswer(BaseModel):
    """A page of reviews, newest first."""

    results: list[ReviewAnswer]
    next: str | None
    previous: str | None


def review_answer(review: Review) -> dict[str, Any]:
    """Shown as ReviewAnswer."""
    return {
        "id": str(review.pk),
        "external_id": review.external_id,
        "member": str(review.member_id),
        "product": review.product,
        "stars": review.stars,
        "state": str(review.state),
        "reason": str(review.reason),
        "occurred_at": moment_text(review.occurred_at),
        "business_on": review.business_on.isoformat(),
        "event": str(review.event) if review.event else None,
    }


class Reviews(PartnerView):
    """What members wrote about goods."""

    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE, "GET": Scope.EVENTS_WRITE}
    queries: ClassVar = {"GET": ReviewFilters.query()}

    @described(
        operation="sendReview",
        summary="Send a review; it is rewarded once a colleague has checked and accepted it",
        body=ReviewShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: ReviewAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(ReviewShape, request.data)
        return self.once(lambda: self._submit(shape), key_required=False)

    def _submit(self, shape: ReviewShape) -> Answer:
        member = find_member(self.programme, **shape.whom())
        member.programme = self.programme
        record = services.submit_review(member=member, facts=shape.facts(self.source), at=self.at)
        return Answer(review_answer(record.review), 201, record.replayed)

    @described(operation="listReviews", summary="List reviews, newest first", query=ReviewFilters.query(), answers={200: ReviewsAnswer})
    def get(self, _request: Request) -> HttpResponse:
        rows = ReviewFilters.narrow(queries.reviews_of(self.programme), self.query)
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(review_answer))


class OneReview(PartnerView):
    """A review."""

    scopes: ClassVar = {"GET": Scope.EVENTS_WRITE}

    @described(operation="getReview", summary="See how a review stands", answers={200: ReviewAnswer})
    def get(self, _request: Request, review: uuid.UUID) -> HttpResponse:
        return self.show(review_answer(queries.review_by_id(programme=self.programme, review_id=review)))


class WithdrawReview(PartnerView):
    """A review taken back."""

    posts = True
    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    @described(
        operation="withdrawReview",
        summary="Take a review of yours back, with the points that it gave",
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={200: WithdrawnAnswer},
    )
    def post(self, _request: Request, review: uuid.UUID) -> HttpResponse:
        return self.once(lambda: self._withdraw(review))

    def _withdraw(self, review_id: uuid.UUID) -> Answer:
        review = queries.review_by_id(programme=self.programme, review_id=review_id, source=self.source)
        return Answer(review_answer(services.withdraw_review(review=review, at=self.at)))
