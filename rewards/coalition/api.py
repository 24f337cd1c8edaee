"""Statements of a partner's months, for the partner's own key."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.partners.domain import Scope
from accounts.partners.rest import PartnerView
from loyalty.kit.rest import described, page_of
from loyalty.kit.rest.paging import BY_DAY, Key, PageQuery
from loyalty.kit.rest.shapes import Day
from rewards.coalition.queries import lines_of, statement_by_id, statements_of
from rewards.coalition.shapes import StatementsAnswer, StatementStory, line_of, statement_answer

NEWEST_FIRST = (Key("month", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class StatementsQuery(PageQuery):
    """Which of them."""

    from_on: Day | None = None
    """Months that begin on this day or later."""
    through_on: Day | None = None
    """Months that begin on this day or earlier."""


class PartnerStatements(PartnerView):
    """The months of the partner whose key this is."""

    scopes: ClassVar = {"GET": Scope.STATEMENTS_READ}
    queries: ClassVar = {"GET": StatementsQuery}

    @described(
        operation="listPartnerStatements",
        summary="List the statements of the key's own partner, newest month first",
        query=StatementsQuery,
        answers={200: StatementsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = statements_of(self.programme).filter(partner=self.credential.partner_id).select_related("programme")
        if self.query.from_on is not None:
            rows = rows.filter(month__gte=self.query.from_on)
        if self.query.through_on is not None:
            rows = rows.filter(month__lte=self.query.through_on)
        return self.show(page_of(rows, order=NEWEST_FIRST, query=self.query).as_dict(statement_answer))


class OnePartnerStatement(PartnerView):
    """A month with its lines."""

    scopes: ClassVar = {"GET": Scope.STATEMENTS_READ}

    @described(operation="getPartnerStatement", summary="See a statement of the key's own partner", answers={200: StatementStory})
    def get(self, _request: Request, statement: uuid.UUID) -> HttpResponse:
        row = statement_by_id(self.programme, statement, partner=self.credential.partner_id)
        told: dict[str, Any] = statement_answer(row) | {"lines": [line_of(line, row) for line in lines_of(row)]}
        return self.show(told)
