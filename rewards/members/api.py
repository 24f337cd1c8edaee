"""Members for partners: enrol, find, change, and what they hold."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.entities.queries import store_of
from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.members.services import enrol_member, update_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from ledger.points import queries as points
from ledger.points.models import Lot
from ledger.seals import queries as seals
from ledger.seals.representations import ProofAnswer, proof_answer
from loyalty.kit.rest import Answer, described, page_of, read
from loyalty.kit.rest.filtering import RowFilters
from loyalty.kit.rest.paging import BY_NEWEST_ID, Key
from rewards.earning.queries import setting_of
from rewards.earning.representations import balances_answer
from rewards.expiry.queries import judged
from rewards.members.filters import LotFilters, MemberFilters, MovementFilters, PendingFilters
from rewards.members.queries import LOT_ORDER, NEWEST_FIRST, PENDING_ORDER, lots_of, pending_of
from rewards.members.representations import (
    BalancesAnswer,
    LotsAnswer,
    MemberAnswer,
    MembersAnswer,
    MovementsAnswer,
    PendingsAnswer,
    lot_answer,
    member_answer,
    moment_text,
    movement_answer,
    pending_answer,
)
from rewards.members.shapes import BalancesQuery, MemberQuery, MemberShape, ProfileShape
from rewards.purchases.story import purchases_of_lots
from rewards.tiers.queries import standings_on_ladders


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
        tiers = standings_on_ladders([member.pk], today).get(member.pk, {})
        return member_answer(member, tiers, holdings, setting_of(self.programme))

    def listed(
        self, rows: QuerySet[Any], filters: type[RowFilters], *, order: Sequence[Key], shown: Callable[[Any, Mapping[int, str]], Any]
    ) -> HttpResponse:
        """Answer a page of rows; `shown` writes one down, by the currencies' codes."""
        setting = setting_of(self.programme)
        page = page_of(filters.narrow(rows, self.query, scene=setting), order=order, query=self.query)
        return self.show(page.as_dict(lambda row: shown(row, setting.codes)))

    def home_store_id(self, code: str | None) -> int | None:
        return store_of(self.programme.legal_entity_id, code).pk if code else None


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
        shape.check()
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


class AllMembers(MemberView):
    """The list of a programme's members."""

    scopes: ClassVar = {"GET": Scope.MEMBERS_READ}
    queries: ClassVar = {"GET": MemberFilters.query()}

    @described(
        operation="listMembers",
        summary="List members, the newest first",
        query=MemberFilters.query(),
        answers={200: MembersAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        rows = MemberFilters.narrow(Member.objects.of(self.programme), self.query, scene=self.programme)
        page = page_of(rows, order=NEWEST_FIRST, query=self.query)
        tiers = standings_on_ladders([member.pk for member in page.rows], self.today)
        holdings = points.holdings_of_many(points_accounts=[member.points_account_id for member in page.rows], today=self.today)
        setting = setting_of(self.programme)

        def shown(member: Member) -> dict[str, object]:
            return member_answer(member, tiers.get(member.pk, {}), holdings.get(member.points_account_id, []), setting)

        return self.show(page.as_dict(shown))


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
    queries: ClassVar = {"GET": MovementFilters.query()}

    @described(
        operation="listMovements",
        summary="List what moved a member's points, newest first",
        query=MovementFilters.query(),
        answers={200: MovementsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        rows = points.movements(points_account=self.find(member).points_account_id)
        return self.listed(rows, MovementFilters, order=BY_NEWEST_ID, shown=movement_answer)


class MovementProof(PartnerView):
    """That a movement is sealed."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}

    @described(operation="getMovementProof", summary="Prove that a movement is in the programme's signed log", answers={200: ProofAnswer})
    def get(self, _request: Request, movement: uuid.UUID) -> HttpResponse:
        wallet = seals.wallet_of(movement=movement, programme=self.programme.pk)
        return self.show(proof_answer(movement, seals.proof_of(movement=movement, points_account=wallet)))


class MemberLots(MemberView):
    """Which points a member has, and until when."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": LotFilters.query()}

    @described(
        operation="listLots",
        summary="List a member's open lots, the first to end first",
        query=LotFilters.query(),
        answers={200: LotsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        setting = setting_of(self.programme)
        rows = LotFilters.narrow(lots_of(self.find(member), today=self.today), self.query, scene=setting)
        page = page_of(rows, order=LOT_ORDER, query=self.query)
        ends = {one.lot.pk: one for one in judged(setting, page.rows, self.today)}
        return self.show(page.as_dict(lambda lot: lot_answer(lot, setting.codes, ends[lot.pk])))


class MemberPending(MemberView):
    """Which points a member waits for, and until when."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": PendingFilters.query()}

    @described(
        operation="listPending",
        summary="List a member's pending points by the day on which they become available, with the purchases that earned them",
        query=PendingFilters.query(),
        answers={200: PendingsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        setting, found = setting_of(self.programme), self.find(member)
        rows = PendingFilters.narrow(pending_of(found, today=self.today), self.query, scene=setting)
        page = page_of(rows, order=PENDING_ORDER, query=self.query)
        purchases = purchases_of_lots(found.points_account_id, [lot.pk for lot in page.rows])
        codes = setting.codes

        def shown(lot: Lot) -> dict[str, object]:
            return pending_answer(lot, codes, purchases.get(lot.pk))

        return self.show(page.as_dict(shown))
