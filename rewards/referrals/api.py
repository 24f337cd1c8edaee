"""Referrals for partners."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from pydantic import BaseModel
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, page_of, read
from rewards.referrals import queries, services
from rewards.referrals.filters import ReferralFilters
from rewards.referrals.models import Referral
from rewards.referrals.shapes import ReferralCodeShape, ReferralShape


class ReferralAnswer(BaseModel):
    """Who brought whom; `reason` says why a refused one does not count."""

    id: uuid.UUID | None
    advocate: uuid.UUID
    friend: uuid.UUID
    state: str
    reason: str
    claimed_on: str
    purchase: uuid.UUID | None


class ReferralsAnswer(BaseModel):
    """A page of referrals, newest first."""

    results: list[ReferralAnswer]
    next: str | None
    previous: str | None


class ReferralCodeAnswer(BaseModel):
    """The code that a member gives to friends."""

    member: uuid.UUID
    code: str


def referral_answer(referral: Referral) -> dict[str, Any]:
    """Shown as ReferralAnswer."""
    return {
        "id": str(referral.pk),
        "advocate": str(referral.advocate_id),
        "friend": str(referral.friend_id),
        "state": referral.state,
        "reason": referral.reason,
        "claimed_on": referral.claimed_on.isoformat(),
        "purchase": str(referral.purchase) if referral.purchase else None,
    }


class ReferralView(PartnerView):
    """What both addresses share."""

    def found(self, whom: dict[str, Any]) -> Member:
        member = find_member(self.programme, **whom)
        member.programme = self.programme
        return member


class Referrals(ReferralView):
    """Friends whom members brought."""

    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE, "GET": Scope.EVENTS_WRITE}
    queries: ClassVar = {"GET": ReferralFilters.query()}

    @described(
        operation="claimReferral",
        summary="Say by whose code a new member came",
        body=ReferralShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: ReferralAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(ReferralShape, request.data)
        return self.once(lambda: self._take_in(shape), key_required=False)

    def _take_in(self, shape: ReferralShape) -> Answer:
        referral = services.claim_referral(friend=self.found(shape.whom()), code=shape.code, at=self.at)
        return Answer(referral_answer(referral), 201, replayed=referral.claimed_at != self.at)

    @described(
        operation="listReferrals", summary="List referrals, newest first", query=ReferralFilters.query(), answers={200: ReferralsAnswer}
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = ReferralFilters.narrow(queries.referrals_of(self.programme), self.query)
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(referral_answer))


class ReferralCodes(ReferralView):
    """Codes by which members bring friends."""

    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    @described(
        operation="getReferralCode",
        summary="Ask for a member's code; it is made when it is first asked for",
        body=ReferralCodeShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: ReferralCodeAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(ReferralCodeShape, request.data)
        return self.once(lambda: self._code(shape), key_required=False)

    def _code(self, shape: ReferralCodeShape) -> Answer:
        member = self.found(shape.whom())
        return Answer({"member": str(member.pk), "code": services.code_of(member=member, at=self.at).code}, 201)
