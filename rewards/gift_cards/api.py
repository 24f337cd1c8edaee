"""Gift cards for partners."""

import dataclasses
import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY_REQUIRED, NoQuery, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, PageQuery, described, page_of, read
from rewards.gift_cards import queries, services
from rewards.gift_cards.domain import CardPayment
from rewards.gift_cards.filters import GiftCardFilters
from rewards.gift_cards.guessing import counted
from rewards.gift_cards.representations import (
    ChargeAnswer,
    GiftCardBalanceAnswer,
    GiftCardEventAnswer,
    GiftCardEventsAnswer,
    GiftCardsAnswer,
    IssuedAnswer,
    balance_answer,
    card_answer,
    charge_answer,
    event_answer,
    issued_answer,
)
from rewards.gift_cards.services import Act
from rewards.gift_cards.shapes import ChargeShape, GiftCardNamed, GiveBackShape, IssueShape, not_ahead


class GiftCards(PartnerView):
    """The gift cards of a programme."""

    scopes: ClassVar = {"POST": Scope.GIFT_CARDS_ISSUE, "GET": Scope.GIFT_CARDS_ISSUE}
    queries: ClassVar = {"GET": GiftCardFilters.query()}

    @described(
        operation="issueGiftCard",
        summary="Issue a gift card; a repeat with the same external_id answers with the card, without its code",
        body=IssueShape,
        query=WriteQuery,
        answers={201: IssuedAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(IssueShape, request.data)
        return self.once(lambda: self._issue(shape), key_required=False)

    def _idempotency_key(self, *, required: bool) -> str | None:  # noqa: ARG002  # the caller's signature
        """None, whatever was sent: an answer that is kept for a key would keep the card's code. The external_id tells repeats."""
        return None

    def _issue(self, shape: IssueShape) -> Answer:
        new = shape.new_card(self.programme.currency)
        if shape.member is not None:
            new = dataclasses.replace(new, member=find_member(self.programme, member_id=shape.member))
        act = Act(self.source, shape.external_id, self.at, self.at)
        issued = services.issue_card(programme=self.programme, new=new, act=act)
        return Answer(issued_answer(issued), 201, issued.replayed)

    @described(
        operation="listGiftCards",
        summary="List gift cards, newest first",
        query=GiftCardFilters.query(),
        answers={200: GiftCardsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = GiftCardFilters.narrow(queries.cards_of(self.programme), self.query)
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(card_answer))


class GiftCardEvents(PartnerView):
    """What happened to a gift card."""

    scopes: ClassVar = {"GET": Scope.GIFT_CARDS_ISSUE}
    queries: ClassVar = {"GET": PageQuery}

    @described(
        operation="listGiftCardEvents",
        summary="List what happened to a gift card, newest first",
        query=PageQuery,
        answers={200: GiftCardEventsAnswer},
    )
    def get(self, _request: Request, card: uuid.UUID) -> HttpResponse:
        rows = queries.events_of(queries.card_by_id(programme=self.programme, card_id=card)).select_related("card")
        return self.show(page_of(rows, order=queries.EVENTS_NEWEST_FIRST, query=self.query).as_dict(event_answer))


class LookUpGiftCard(PartnerView):
    """What is on a card, by its code."""

    scopes: ClassVar = {"POST": Scope.GIFT_CARDS_WRITE}
    queries: ClassVar = {"POST": NoQuery}

    @described(
        operation="lookUpGiftCard",
        summary="See what is on a gift card; an unknown code and a wrong PIN get the same answer",
        body=GiftCardNamed,
        answers={200: GiftCardBalanceAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(GiftCardNamed, request.data)
        with counted(self.credential.id):
            card = queries.card_by_code(programme=self.programme, code=shape.code, pin=shape.pin or "")
        return self.show(balance_answer(card, self.today))


class GiftCardCharges(PartnerView):
    """Payments with gift cards beside purchases: also of buyers who are no members."""

    scopes: ClassVar = {"POST": Scope.GIFT_CARDS_WRITE}

    @described(
        operation="chargeGiftCard",
        summary="Let a gift card pay an amount, or as much of an order as there is on it",
        body=ChargeShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: ChargeAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(ChargeShape, request.data)
        payment = shape.payment(self.programme.currency)
        not_ahead(shape.occurred_at, self.at)
        with counted(self.credential.id):
            return self.once(lambda: self._charge(shape, payment))

    def _charge(self, shape: ChargeShape, payment: CardPayment) -> Answer:
        act = Act(self.source, shape.external_id, shape.occurred_at, self.at, receipt=shape.receipt or "")
        moved = services.charge_card(programme=self.programme, payment=payment, act=act)
        return Answer(charge_answer(moved, shape.order_minor(self.programme.currency)), 201, moved.replayed)


class GiveBackGiftCard(PartnerView):
    """Money that goes back on the card that paid."""

    scopes: ClassVar = {"POST": Scope.GIFT_CARDS_WRITE}

    @described(
        operation="giveBackGiftCard",
        summary="Put money of a payment back on its gift card, never more than it took",
        body=GiveBackShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: GiftCardEventAnswer},
    )
    def post(self, request: Request, charge: uuid.UUID) -> HttpResponse:
        shape = read(GiveBackShape, request.data)
        not_ahead(shape.occurred_at, self.at)
        return self.once(lambda: self._give_back(charge, shape))

    def _give_back(self, charge: uuid.UUID, shape: GiveBackShape) -> Answer:
        amount = shape.amount_minor(self.programme.currency)
        found = queries.charge_by_id(programme=self.programme, charge_id=charge)
        act = Act(self.source, shape.external_id, shape.occurred_at, self.at, receipt=shape.receipt or "")
        moved = services.give_back(charge=found, amount_minor=amount, act=act)
        return Answer(event_answer(moved.event), 201, moved.replayed)
