"""Purchases and returns for partners."""

import contextlib
import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from loyalty.kit.problems import Problem
from loyalty.kit.rest import Answer, described, page_of, read
from rewards.earning.batches import BatchAnswer, BatchView
from rewards.earning.queries import setting_of
from rewards.gift_cards.guessing import counted, note_misses
from rewards.gift_cards.queries import GiftCardNotFound
from rewards.purchases import queries, services
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.filters import PurchaseFilters
from rewards.purchases.listing import NEWEST_FIRST
from rewards.purchases.models import Purchase
from rewards.purchases.representations import (
    PurchaseAnswer,
    PurchasesAnswer,
    PurchaseStory,
    ReturnAnswer,
    purchase_answer,
    purchase_listed,
    purchase_story,
    return_answer,
)
from rewards.purchases.services import PurchaseRecord
from rewards.purchases.shapes import PurchaseBatch, PurchaseShape, ReturnShape


class Purchases(PartnerView):
    """Purchases of a programme's members."""

    posts = True
    scopes: ClassVar = {"POST": Scope.PURCHASES_WRITE, "GET": Scope.PURCHASES_READ}
    queries: ClassVar = {"GET": PurchaseFilters.query()}

    @described(
        operation="recordPurchase",
        summary="Record a purchase and give its points; rewards may be taken with it",
        body=PurchaseShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: PurchaseAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        facts = read(PurchaseShape, request.data).facts(self.source)
        with counted(self.credential.id) if facts.gift_cards else contextlib.nullcontext():
            return self.once(lambda: self._record(facts))

    def _record(self, facts: PurchaseFacts) -> Answer:
        record = services.record_purchase_here(programme=self.programme, facts=facts, at=self.at)
        return Answer(purchase_answer(record, setting_of(self.programme)), 201, record.replayed)

    @described(
        operation="listPurchases",
        summary="List purchases, newest first",
        query=PurchaseFilters.query(),
        answers={200: PurchasesAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = PurchaseFilters.narrow(queries.purchases_of(self.programme), self.query, scene=self.programme)
        setting = setting_of(self.programme)
        page = page_of(rows, order=NEWEST_FIRST, query=self.query)
        revisions, rewards = queries.revisions_of(page.rows), queries.rewards_taken(page.rows)

        def shown(purchase: Purchase) -> dict[str, Any]:
            return purchase_listed(purchase, revisions[purchase.pk], rewards.get(purchase.pk, ()), setting)

        return self.show(page.as_dict(shown))


class OnePurchase(PartnerView):
    """A purchase."""

    scopes: ClassVar = {"GET": Scope.PURCHASES_READ}

    @described(operation="getPurchase", summary="See a purchase, its lines, what it earned and why", answers={200: PurchaseStory})
    def get(self, _request: Request, purchase: uuid.UUID) -> HttpResponse:
        found = queries.purchase_by_id(programme=self.programme, purchase_id=purchase)
        revisions, rewards = queries.revisions_of([found])[found.pk], queries.rewards_taken([found]).get(found.pk, ())
        return self.show(purchase_story(found, queries.lines_of(found), revisions, rewards, setting_of(self.programme)))


class PurchaseBatches(BatchView):
    """Up to 500 purchases at once."""

    scopes: ClassVar = {"POST": Scope.BATCHES_WRITE}

    @described(
        operation="recordPurchases",
        summary="Record up to 500 purchases, each by itself",
        body=PurchaseBatch,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={200: BatchAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.each(request, PurchaseShape, PurchaseShape.facts, self._record, purchase_answer)

    def _record(self, purchases: list[PurchaseFacts]) -> list[PurchaseRecord | Problem]:
        with counted(self.credential.id) if any(facts.gift_cards for facts in purchases) else contextlib.nullcontext():
            records = services.record_purchases(programme=self.programme, purchases=purchases, at=self.at)
        note_misses(self.credential.id, sum(isinstance(record, GiftCardNotFound) for record in records))
        return records


class Returns(PartnerView):
    """What came back of purchases."""

    posts = True
    scopes: ClassVar = {"POST": Scope.RETURNS_WRITE}

    @described(
        operation="recordReturn",
        summary="Record a return, take its points back and give back those that paid",
        body=ReturnShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: ReturnAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(ReturnShape, request.data)
        return self.once(lambda: self._record(shape))

    def _record(self, shape: ReturnShape) -> Answer:
        facts = shape.facts(self.source, self.programme.currency)
        purchase = queries.purchase_by_external_id(programme=self.programme, source=self.source, external_id=shape.purchase_external_id)
        record = services.record_return(purchase=purchase, facts=facts, at=self.at)
        return Answer(return_answer(record, setting_of(self.programme)), 201, record.replayed)
