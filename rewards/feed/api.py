"""The feed of a programme's movements, for partners that keep a copy."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.partners.domain import Scope
from accounts.partners.rest import PartnerView
from ledger.ticks.feed import Position
from loyalty.kit.rest import described
from rewards.earning.queries import setting_of
from rewards.feed.queries import fed
from rewards.feed.representations import FeedAnswer, cursor_of, fed_answer, position_of
from rewards.feed.shapes import FeedQuery


class MovementFeed(PartnerView):
    """Committed movements of all members, each once."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": FeedQuery}

    @described(
        operation="feedMovements",
        summary="Follow all movements of the programme, each once, in an order in which none comes late",
        query=FeedQuery,
        answers={200: FeedAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        position = position_of(self.query.since) if self.query.since else Position()
        setting = setting_of(self.programme)
        taken, members = fed(setting, position=position, limit=self.query.limit)
        return self.show(
            {
                "results": [fed_answer(movement, setting.codes, members) for movement in taken.movements],
                "next": cursor_of(taken.position),
                "has_more": taken.has_more,
            }
        )
