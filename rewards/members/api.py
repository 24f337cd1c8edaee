"""Members for partners: enrol, find, change, and what they hold."""

import datetime as dt
import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.entities.queries import store_of
from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.members.services import enrol_member, update_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from ledger.points import queries as points
from ledger.points.models import Lot, Movement
from loyalty.kit.clock import business_date
from loyalty.kit.rest import Answer, described, page_of, read
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.earning.queries import setting_of
from rewards.earning.representations import balances_answer
from rewards.members.queries import LOT_ORDER, lots_of, movements_of
from rewards.members.representations import (
    BalancesAnswer,
    LotsAnswer,
    MemberAnswer,
    MovementsAnswer,
    lot_answer,
    member_answer,
    moment_text,
    movement_answer,
)
from rewards.members.shapes import BalancesQuery, LotsQuery, MemberQuery, MemberShape, MovementsQuery, ProfileShape
from rewards.tiers.queries import standing


class MemberView(PartnerView):
    """What all addresses of members share."""

    def find(self, member: uuid.UUID) -> Member:
        found = find_member(self.programme, member_id=member)
        found.programme = self.programme
        return found

    def told(self, member: Member) -> dict[str, object]:
        """Return a member with tier and points as they are now."""
        member.programme = self.programme
        today = self.today
        holdings = points.holdings(points_account=member.points_account_id, today=today)
        return member_answer(member, standing(member, today), holdings, setting_of(self.programme))

    def home_store_id(self, code: str | None) -> int | None:
        return store_of(self.programme.legal_entity_id, code).pk if code else None

    @property
    def today(self) -> dt.date:
        return business_date(self.at, self.programme.time_zone)


class Members(MemberView):
    """Members of a programme."""

    scopes: ClassVar = {"POST": Scope.MEMBERS_WRITE, "GET": Scope.MEMBERS_READ}
    queries: ClassVar = {"GET": MemberQuery}
    LOOKUP_COST = 20
    """A search counts like so many requests, so that nobody tries all phone numbers."""

    def request_cost(self, request: Request) -> int:
        return self.LOOKUP_COST if request.method in {"GET", "HEAD"} else 1

    @described(
        operation="enrolMember",
        summary="Enrol a member; the same external_id with the same facts again answers with the same member",
        body=MemberShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: MemberAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(MemberShape, request.data)
        return self.once(lambda: self._enrol(shape), key_required=False)

    def _enrol(self, shape: MemberShape) -> Answer:
        enrolment = shape.enrolment(self.home_store_id(shape.home_store))
        return Answer(self.told(enrol_member(programme=self.programme, enrolment=enrolment, at=self.at)), 201)

    @described(
        operation="findMember",
        summary="Find a member by external id, e-mail, phone or card",
        query=MemberQuery,
        answers={200: MemberAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        return self.show(self.told(find_member(self.programme, **self.query.only_one())))


class OneMember(MemberView):
    """A member."""

    scopes: ClassVar = {"GET": Scope.MEMBERS_READ, "PATCH": Scope.MEMBERS_WRITE}

    @described(operation="getMember", summary="See a member", answers={200: MemberAnswer})
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        return self.show(self.told(self.find(member)))

    @described(
        operation="changeMember",
        summary="Change a member's profile",
        body=ProfileShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={200: MemberAnswer},
    )
    def patch(self, request: Request, member: uuid.UUID) -> HttpResponse:
        shape = read(ProfileShape, request.data)
        return self.once(lambda: self._change(member, shape), key_required=False)

    def _change(self, member: uuid.UUID, shape: ProfileShape) -> Answer:
        changes = shape.changes()
        if shape.home_store:
            changes["home_store_id"] = self.home_store_id(shape.home_store)
        return Answer(self.told(update_member(member=self.find(member), changes=changes, at=self.at)))


class MemberBalances(MemberView):
    """What a member holds."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": BalancesQuery}

    @described(
        operation="getBalances",
        summary="See a member's points now, or of a past day as known at a moment",
        query=BalancesQuery,
        answers={200: BalancesAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        wallet = self.find(member).points_account_id
        asked = self.query
        if asked.as_of is None and asked.known_at is None:
            holdings = points.holdings(points_account=wallet, today=self.today)
        else:
            holdings = points.holdings_as_of(points_account=wallet, on=asked.as_of or self.today, known_at=asked.known_at)
        body = {
            "member": str(member),
            "as_of": (asked.as_of or self.today).isoformat(),
            "known_at": moment_text(asked.known_at or self.at),
            "balances": balances_answer(holdings, setting_of(self.programme)),
        }
        return self.show(body)


class MemberMovements(MemberView):
    """What moved a member's points."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": MovementsQuery}

    @described(
        operation="listMovements",
        summary="List what moved a member's points, newest first",
        query=MovementsQuery,
        answers={200: MovementsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        setting = setting_of(self.programme)
        rows = movements_of(self.find(member), currency=self.query.currency, setting=setting)
        page = page_of(rows, order=BY_NEWEST_ID, query=self.query)
        codes = setting.codes

        def shown(movement: Movement) -> dict[str, object]:
            return movement_answer(movement, codes)

        return self.show(page.as_dict(shown))


class MemberLots(MemberView):
    """Which points a member has, and until when."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": LotsQuery}

    @described(
        operation="listLots", summary="List a member's open lots, the first to end first", query=LotsQuery, answers={200: LotsAnswer}
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        setting = setting_of(self.programme)
        rows = lots_of(self.find(member), currency=self.query.currency, setting=setting, today=self.today)
        page = page_of(rows, order=LOT_ORDER, query=self.query)
        codes = setting.codes

        def shown(lot: Lot) -> dict[str, object]:
            return lot_answer(lot, codes)

        return self.show(page.as_dict(shown))
