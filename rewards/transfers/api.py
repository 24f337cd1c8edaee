"""Transfers for partners."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.members.queries import MemberNotFound, find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from ledger.points.queries import holdings
from loyalty.kit.rest import Answer, described, page_of, read
from loyalty.kit.rest.limits import spend_more
from rewards.earning.queries import setting_of
from rewards.transfers import queries, services
from rewards.transfers.filters import TransferFilters
from rewards.transfers.models import Transfer
from rewards.transfers.representations import TransferAnswer, TransfersAnswer, transfer_answer, transfer_listed
from rewards.transfers.shapes import TransferShape

SEARCH_COST = 20
"""Looking for a receiver by anything but an id counts like so many requests, so that nobody tries all addresses."""


class TransferView(PartnerView):
    """What all addresses of transfers share."""

    posts = True

    def told(self, transfer: Transfer) -> dict[str, object]:
        left = holdings(points_account=transfer.sender.points_account_id, today=self.today)
        return transfer_answer(transfer, left, setting_of(self.programme))


class Transfers(TransferView):
    """Points that members send to one another."""

    scopes: ClassVar = {"POST": Scope.TRANSFERS_WRITE, "GET": Scope.TRANSFERS_WRITE}
    queries: ClassVar = {"GET": TransferFilters.query()}

    @described(
        operation="sendPoints",
        summary="Send points from one member to another",
        body=TransferShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: TransferAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(TransferShape, request.data)
        if shape.to_member is None:
            spend_more(request, SEARCH_COST - 1)
        return self.once(lambda: self._send(shape))

    def _send(self, shape: TransferShape) -> Answer:
        sender = find_member(self.programme, **shape.whom())
        sender.programme = self.programme
        transfer = services.send_points(
            sender=sender,
            receiver=self._receiver(shape),
            units=shape.units,
            source=self.source,
            external_id=shape.external_id,
            at=self.at,
        )
        return Answer(self.told(transfer), 201, replayed=transfer.occurred_at != self.at)

    def _receiver(self, shape: TransferShape) -> Member:
        try:
            return find_member(self.programme, **shape.to_whom())
        except MemberNotFound as nobody:
            raise services.no_receiver() from nobody

    @described(
        operation="listTransfers",
        summary="List transfers, newest first",
        query=TransferFilters.query(),
        answers={200: TransfersAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = TransferFilters.narrow(Transfer.objects.filter(programme=self.programme), self.query, scene=self.programme)
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(transfer_listed))


class OneTransfer(TransferView):
    """A transfer."""

    scopes: ClassVar = {"GET": Scope.TRANSFERS_WRITE}

    @described(operation="getTransfer", summary="See a transfer", answers={200: TransferAnswer})
    def get(self, _request: Request, transfer: uuid.UUID) -> HttpResponse:
        return self.show(self.told(queries.transfer_by_id(self.programme, transfer)))
