"""Purchases and returns for partners."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from loyalty.kit.problems import Problem
from loyalty.kit.rest import MOST_BATCH_BYTES, Answer, described, read
from loyalty.kit.rest.limits import spend_more
from rewards.earning.queries import Setting, setting_of
from rewards.purchases import queries, services
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.representations import (
    BatchAnswer,
    PurchaseAnswer,
    PurchaseStory,
    ReturnAnswer,
    purchase_answer,
    purchase_story,
    return_answer,
)
from rewards.purchases.services import PurchaseRecord
from rewards.purchases.shapes import BatchShape, PurchaseBatch, PurchaseShape, ReturnShape


class Purchases(PartnerView):
    """Purchases of a programme's members."""

    scopes: ClassVar = {"POST": Scope.PURCHASES_WRITE}

    @described(
        operation="recordPurchase",
        summary="Record a purchase and give its points",
        body=PurchaseShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: PurchaseAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        facts = read(PurchaseShape, request.data).facts(self.source)
        return self.once(lambda: self._record(facts))

    def _record(self, facts: PurchaseFacts) -> Answer:
        record = services.record_purchase_here(programme=self.programme, facts=facts, at=self.at)
        return Answer(purchase_answer(record, setting_of(self.programme)), 201, record.replayed)


class OnePurchase(PartnerView):
    """A purchase."""

    scopes: ClassVar = {"GET": Scope.PURCHASES_READ}

    @described(operation="getPurchase", summary="See a purchase, its lines, what it earned and why", answers={200: PurchaseStory})
    def get(self, _request: Request, purchase: uuid.UUID) -> HttpResponse:
        found = queries.purchase_by_id(programme=self.programme, purchase_id=purchase)
        return self.show(purchase_story(found, queries.lines_of(found), setting_of(self.programme)))


class PurchaseBatches(PartnerView):
    """Up to 500 purchases at once."""

    most_bytes = MOST_BATCH_BYTES
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
        items = read(BatchShape, request.data).items
        spend_more(request, len(items) - 1)
        said = [_facts_or_problem(item, self.source) for item in items]
        return self.once(lambda: self._record(said), key_required=False)

    def _record(self, said: list[PurchaseFacts | Problem]) -> Answer:
        purchases = [one for one in said if isinstance(one, PurchaseFacts)]
        answers = iter(services.record_purchases(programme=self.programme, purchases=purchases, at=self.at))
        setting, is_real = setting_of(self.programme), not self.query.dry_run
        return Answer(
            {"results": [_item(next(answers) if isinstance(one, PurchaseFacts) else one, setting, is_real=is_real) for one in said]}
        )


class Returns(PartnerView):
    """What came back of purchases."""

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


def _facts_or_problem(item: Any, source: str) -> PurchaseFacts | Problem:
    try:
        return read(PurchaseShape, item).facts(source)
    except Problem as problem:
        return problem


def _item(answer: PurchaseRecord | Problem, setting: Setting, *, is_real: bool) -> dict[str, Any]:
    if isinstance(answer, Problem):
        return {"status": answer.status, "body": answer.as_dict(), "replayed": False}
    body = purchase_answer(answer, setting)
    if is_real or answer.replayed:
        return {"status": 201, "body": body, "replayed": answer.replayed}
    return {"status": 200, "body": body | {"id": None}, "replayed": False}
