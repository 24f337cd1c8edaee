"""Days of stores for partners: what was sold to everybody, so that the sales to members can be held against it."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from accounts.store_days.filters import StoreDayFilters
from accounts.store_days.items import report_items
from accounts.store_days.models import StoreDay
from accounts.store_days.shapes import StoreDayResults, StoreDaysAnswer, StoreDaysShape, result_of, store_day_answer
from loyalty.kit.rest import MOST_BATCH_BYTES, Answer, described, page_of, read
from loyalty.kit.rest.limits import spend_more
from loyalty.kit.rest.paging import BY_DAY, Key

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class StoreDays(PartnerView):
    """What stores sold to everybody, by day."""

    most_bytes = MOST_BATCH_BYTES
    scopes: ClassVar = {"POST": Scope.STORE_DAYS_WRITE, "GET": Scope.STORE_DAYS_READ}
    queries: ClassVar = {"GET": StoreDayFilters.query()}

    @described(
        operation="reportStoreDays",
        summary="Report what stores sold on up to 1,000 days, each by itself; a later report of a day supersedes the one before",
        body=StoreDaysShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={200: StoreDayResults},
    )
    def post(self, request: Request) -> HttpResponse:
        items = read(StoreDaysShape, request.data).items
        spend_more(request, len(items) // 100)
        return self.once(lambda: self._report(items), key_required=False)

    def _report(self, items: list[Any]) -> Answer:
        answers = report_items(programme=self.programme, items=items, source=self.source, at=self.at)
        return Answer({"results": [result_of(one, self.programme.currency, is_real=not self.query.dry_run) for one in answers]})

    @described(
        operation="listStoreDays",
        summary="List days of stores, newest first; of a day the last report",
        query=StoreDayFilters.query(),
        answers={200: StoreDaysAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = StoreDay.objects.filter(programme=self.programme).current().select_related("store")
        page = page_of(StoreDayFilters.narrow(rows, self.query, scene=self.programme), order=NEWEST_FIRST, query=self.query)
        return self.show(page.as_dict(lambda row: store_day_answer(row, self.programme.currency)))
