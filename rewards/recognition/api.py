"""Recognitions for partners."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.members.queries import MemberNotFound, find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, page_of, read
from loyalty.kit.rest.limits import spend_more
from rewards.recognition import queries, services
from rewards.recognition.filters import RecognitionFilters
from rewards.recognition.models import Recognition
from rewards.recognition.representations import RecognitionAnswer, RecognitionsAnswer, UndoneAnswer, recognition_listed, undone_answer
from rewards.recognition.shapes import RecognitionShape, UndoShape

SEARCH_COST = 20
"""Looking for a colleague by anything but an id counts like so many requests, so that nobody tries all addresses."""


class RecognitionView(PartnerView):
    """What all addresses of recognitions share."""

    posts = True

    def told(self, row: Recognition) -> dict[str, object]:
        row.giver.programme = self.programme
        offered = queries.recognition_on(self.programme, self.today)
        left = queries.left_to_give(row.giver, offered, self.today) if offered else 0
        return recognition_listed(row) | {"left": left}


class Recognitions(RecognitionView):
    """Colleagues who recognise one another."""

    scopes: ClassVar = {"POST": Scope.RECOGNITIONS_WRITE, "GET": Scope.RECOGNITIONS_WRITE}
    queries: ClassVar = {"GET": RecognitionFilters.query()}

    @described(
        operation="recognise",
        summary="Give a colleague points of a member's allowance",
        body=RecognitionShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: RecognitionAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(RecognitionShape, request.data)
        if shape.to_member is None:
            spend_more(request, SEARCH_COST - 1)
        return self.once(lambda: self._give(shape))

    def _give(self, shape: RecognitionShape) -> Answer:
        giver = find_member(self.programme, **shape.whom())
        giver.programme = self.programme
        giving = services.Giving(
            receiver=self._receiver(shape),
            units=shape.units,
            message=shape.message,
            value=shape.value or "",
            source=self.source,
            external_id=shape.external_id,
        )
        row = services.recognise(giver=giver, giving=giving, at=self.at)
        return Answer(self.told(row), 201, replayed=row.occurred_at != self.at)

    def _receiver(self, shape: RecognitionShape) -> Member:
        try:
            found = find_member(self.programme, **shape.to_whom())
        except MemberNotFound as nobody:
            raise services.nobody() from nobody
        found.programme = self.programme
        return found

    @described(
        operation="listRecognitions",
        summary="List recognitions, newest first",
        query=RecognitionFilters.query(),
        answers={200: RecognitionsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = RecognitionFilters.narrow(
            Recognition.objects.filter(programme=self.programme).select_related("undo"), self.query, scene=self.programme
        )
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(recognition_listed))


class OneRecognition(RecognitionView):
    """A recognition."""

    scopes: ClassVar = {"GET": Scope.RECOGNITIONS_WRITE}

    @described(operation="getRecognition", summary="See a recognition", answers={200: RecognitionAnswer})
    def get(self, _request: Request, recognition: uuid.UUID) -> HttpResponse:
        return self.show(self.told(queries.recognition_by_id(self.programme, recognition)))


class UndoRecognition(RecognitionView):
    """A recognition that is taken back."""

    scopes: ClassVar = {"POST": Scope.RECOGNITIONS_WRITE}

    @described(
        operation="undoRecognition",
        summary="Take a recognition back, with a reason",
        body=UndoShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: UndoneAnswer},
    )
    def post(self, request: Request, recognition: uuid.UUID) -> HttpResponse:
        shape = read(UndoShape, request.data)
        return self.once(lambda: self._undo(recognition, shape))

    def _undo(self, recognition: uuid.UUID, shape: UndoShape) -> Answer:
        found = queries.recognition_by_id(self.programme, recognition)
        found.programme = self.programme
        row = services.undo_recognition(recognition=found, undoing=services.Undoing(self.source, shape.reason), at=self.at)
        return Answer(undone_answer(row), 201, replayed=row.undone_at != self.at)
