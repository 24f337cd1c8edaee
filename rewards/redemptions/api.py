"""Redemptions for partners."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.entities.queries import store_among
from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY_REQUIRED, PartnerView, WriteQuery
from ledger.points.queries import holdings
from loyalty.kit.rest import Answer, described, page_of, read
from rewards.catalogue.queries import reward_by_code
from rewards.coalition.queries import companies_selling
from rewards.earning.queries import setting_of
from rewards.redemptions import queries, services
from rewards.redemptions.filters import RedemptionFilters
from rewards.redemptions.models import Redemption
from rewards.redemptions.representations import RedemptionAnswer, RedemptionsAnswer, redemption_answer, redemption_listed
from rewards.redemptions.shapes import CaptureShape, NothingShape, RedemptionQuery, RedemptionShape


class RedemptionView(PartnerView):
    """What all addresses of redemptions share."""

    posts = True

    def told(self, redemption: Redemption) -> dict[str, object]:
        left = holdings(points_account=redemption.points_account, today=self.today)
        return redemption_answer(redemption, left, setting_of(self.programme))


class Redemptions(RedemptionView):
    """Points turned into rewards, or into money at a till."""

    scopes: ClassVar = {"POST": Scope.REDEMPTIONS_WRITE, "GET": Scope.REDEMPTIONS_WRITE}
    queries: ClassVar = {"POST": RedemptionQuery, "GET": RedemptionFilters.query()}

    @described(
        operation="redeem",
        summary="Take a reward, or pay an amount with points; or only set the points aside (hold)",
        body=RedemptionShape,
        query=RedemptionQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={201: RedemptionAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(RedemptionShape, request.data)
        return self.once(lambda: self._redeem(shape))

    def _redeem(self, shape: RedemptionShape) -> Answer:
        amount = shape.amount_minor(self.programme.currency)
        member = find_member(self.programme, **shape.whom())
        member.programme = self.programme
        number, source = shape.external_id, self.source
        if amount is not None:
            pay = services.hold_tender if self.query.hold else services.redeem_amount
            redemption = pay(member=member, amount_minor=amount, source=source, external_id=number, at=self.at)
        else:
            redemption = services.redeem_reward(
                member=member,
                reward=reward_by_code(self.programme, shape.reward or ""),
                quantity=shape.quantity or 1,
                source=source,
                external_id=number,
                at=self.at,
                hold=self.query.hold,
            )
        return Answer(self.told(redemption), 201, replayed=redemption.occurred_at != self.at)

    @described(
        operation="listRedemptions",
        summary="List redemptions, newest first",
        query=RedemptionFilters.query(),
        answers={200: RedemptionsAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = Redemption.objects.filter(programme=self.programme).with_stories()
        page = page_of(RedemptionFilters.narrow(rows, self.query, scene=self.programme), order=queries.NEWEST_FIRST, query=self.query)
        setting = setting_of(self.programme)

        def shown(redemption: Redemption) -> dict[str, object]:
            return redemption_listed(redemption, setting)

        return self.show(page.as_dict(shown))


class OneRedemption(RedemptionView):
    """A redemption."""

    scopes: ClassVar = {"GET": Scope.REDEMPTIONS_WRITE}

    @described(operation="getRedemption", summary="See a redemption", answers={200: RedemptionAnswer})
    def get(self, _request: Request, redemption: uuid.UUID) -> HttpResponse:
        return self.show(self.told(queries.redemption_by_id(self.programme, redemption)))


class Capture(RedemptionView):
    """Takes the points of a hold for good."""

    scopes: ClassVar = {"POST": Scope.REDEMPTIONS_WRITE}

    @described(
        operation="captureRedemption",
        summary="Take the points of a hold for good",
        body=CaptureShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={200: RedemptionAnswer},
    )
    def post(self, request: Request, redemption: uuid.UUID) -> HttpResponse:
        shape = read(CaptureShape, request.data)
        return self.once(lambda: self._capture(redemption, shape))

    def _capture(self, redemption: uuid.UUID, shape: CaptureShape) -> Answer:
        found = queries.redemption_by_id(self.programme, redemption)
        amount_minor = shape.amount_minor(self.programme.currency)
        if amount_minor is not None:
            return Answer(self.told(services.capture_amount(redemption=found.pk, amount_minor=amount_minor, at=self.at)))
        store = store_among(companies_selling(self.programme, self.source), shape.store) if shape.store else None
        return Answer(self.told(services.capture(redemption=found, at=self.at, store=store)))


class Cancel(RedemptionView):
    """Gives the points of a hold or of an unused reward back."""

    scopes: ClassVar = {"POST": Scope.REDEMPTIONS_WRITE}

    @described(
        operation="cancelRedemption",
        summary="Give the points of a hold or of an unused reward back",
        body=NothingShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY_REQUIRED],
        answers={200: RedemptionAnswer},
    )
    def post(self, request: Request, redemption: uuid.UUID) -> HttpResponse:
        read(NothingShape, request.data)
        return self.once(lambda: self._cancel(redemption))

    def _cancel(self, redemption: uuid.UUID) -> Answer:
        found = queries.redemption_by_id(self.programme, redemption)
        return Answer(self.told(services.cancel(redemption=found, at=self.at)))
