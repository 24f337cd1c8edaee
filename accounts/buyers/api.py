"""Buyers of members, for the shops' own systems."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.buyers import services
from accounts.buyers.queries import buyers_of
from accounts.buyers.shapes import BuyerAnswer, BuyersAnswer, BuyerShape, BuyersQuery, buyer_answer
from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, page_of, read
from loyalty.kit.rest.paging import Key

BY_CODE = (Key("code", str),)


class _BuyerView(PartnerView):
    def member_of(self, member: uuid.UUID) -> Member:
        return find_member(self.programme, member_id=member)


class Buyers(_BuyerView):
    """Who buys for a member that is a company."""

    scopes: ClassVar = {"GET": Scope.MEMBERS_READ, "POST": Scope.MEMBERS_WRITE}
    queries: ClassVar = {"GET": BuyersQuery}

    @described(operation="listBuyers", summary="List who buys for a member, by code", query=BuyersQuery, answers={200: BuyersAnswer})
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        rows = buyers_of(self.member_of(member))
        if self.query.state is not None:
            rows = rows.filter(closed_at__isnull=self.query.state == "open")
        if self.query.code is not None:
            rows = rows.filter(code=self.query.code)
        return self.show(page_of(rows, order=BY_CODE, query=self.query).as_dict(buyer_answer))

    @described(
        operation="addBuyer",
        summary="Add somebody who buys for a member; the same person once more answers like the first time",
        body=BuyerShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: BuyerAnswer},
    )
    def post(self, request: Request, member: uuid.UUID) -> HttpResponse:
        shape = read(BuyerShape, request.data)
        return self.once(lambda: self._add(member, shape), key_required=False)

    def _add(self, member: uuid.UUID, shape: BuyerShape) -> Answer:
        of = self.member_of(member)
        record = services.add_buyer(member=of, code=shape.code, name=shape.name, email=shape.email, at=self.at)
        return Answer(buyer_answer(record.row), 201, record.replayed)


class CloseBuyer(_BuyerView):
    """Somebody buys for the member no more."""

    scopes: ClassVar = {"POST": Scope.MEMBERS_WRITE}

    @described(
        operation="closeBuyer",
        summary="Close a buyer from now on; purchases made before stay theirs",
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={200: BuyerAnswer},
    )
    def post(self, _request: Request, member: uuid.UUID, code: str) -> HttpResponse:
        return self.once(lambda: self._close(member, code), key_required=False)

    def _close(self, member: uuid.UUID, code: str) -> Answer:
        record = services.close_buyer(member=self.member_of(member), code=code, at=self.at)
        return Answer(buyer_answer(record.row), 200, record.replayed)
