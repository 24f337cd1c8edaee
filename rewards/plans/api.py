"""Paid memberships for partners: the shop that takes the money tells of them, the till asks what they include."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, page_of, read
from loyalty.kit.rest.paging import page_of_list
from rewards.gift_cards.shapes import not_ahead
from rewards.plans import queries, services
from rewards.plans.queries import Benefit
from rewards.plans.representations import (
    CancellationAnswer,
    EntitlementsAnswer,
    PeriodRecordAnswer,
    PlansAnswer,
    SubscriptionAnswer,
    SubscriptionsAnswer,
    UseAnswer,
    cancellation_answer,
    entitlement_answer,
    period_record_answer,
    plan_answer,
    subscription_answer,
    use_answer,
)
from rewards.plans.services import Act
from rewards.plans.shapes import (
    CancellationShape,
    EntitlementsQuery,
    GiveBackUseShape,
    PlansQuery,
    RenewalShape,
    StartShape,
    SubscriptionsQuery,
    UseShape,
    minor_or_none,
)

Told = StartShape | RenewalShape | CancellationShape | UseShape | GiveBackUseShape


class PlanView(PartnerView):
    """What the addresses of memberships share."""

    def act(self, shape: Told) -> Act:
        """Raises: InvalidInput (it lies in the future)."""
        not_ahead(shape.occurred_at, self.at)
        return Act(self.source, shape.external_id, shape.occurred_at, self.at)

    def member_of(self, member: uuid.UUID) -> Member:
        found = find_member(self.programme, member_id=member)
        found.programme = self.programme
        return found


class Plans(PlanView):
    """Plans that can be bought."""

    scopes: ClassVar = {"GET": Scope.REWARDS_READ}
    queries: ClassVar = {"GET": PlansQuery}

    @described(
        operation="listPlans",
        summary="List the paid memberships that can be bought today, by code",
        query=PlansQuery,
        answers={200: PlansAnswer},
    )
    def get(self, _request: Request) -> HttpResponse:
        plans = [one for one in queries.plans_on(self.programme, self.today) if self.query.code in (None, one.code)]
        page = page_of_list(sorted(plans, key=lambda one: one.code), name="code", query=self.query)
        attributes = None if self.query.member is None else self.member_of(self.query.member).attributes
        return self.show(page.as_dict(lambda one: plan_answer(one, self.programme.currency, attributes)))


class Subscriptions(PlanView):
    """Memberships that begin."""

    scopes: ClassVar = {"POST": Scope.SUBSCRIPTIONS_WRITE}

    @described(
        operation="startSubscription",
        summary="Tell that a member bought a plan, or begins to try it",
        body=StartShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: PeriodRecordAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(StartShape, request.data)
        return self.once(lambda: self._start(shape), key_required=False)

    def _start(self, shape: StartShape) -> Answer:
        start, act = shape.start(self.programme.currency), self.act(shape)
        record = services.subscribe(member=self.member_of(shape.member), start=start, act=act)
        return Answer(period_record_answer(record, self.programme.currency), 201, record.replayed)


class OneSubscription(PlanView):
    """A membership."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}

    @described(operation="getSubscription", summary="See a subscription", answers={200: SubscriptionAnswer})
    def get(self, _request: Request, subscription: uuid.UUID) -> HttpResponse:
        return self.show(subscription_answer(queries.subscription_by_id(self.programme, subscription)))


class RenewSubscription(PlanView):
    """The next period of a membership."""

    scopes: ClassVar = {"POST": Scope.SUBSCRIPTIONS_WRITE}

    @described(
        operation="renewSubscription",
        summary="Tell that the next period was paid for",
        body=RenewalShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: PeriodRecordAnswer},
    )
    def post(self, request: Request, subscription: uuid.UUID) -> HttpResponse:
        shape = read(RenewalShape, request.data)
        return self.once(lambda: self._renew(subscription, shape), key_required=False)

    def _renew(self, subscription: uuid.UUID, shape: RenewalShape) -> Answer:
        renewal, act = shape.renewal(self.programme.currency), self.act(shape)
        found = queries.subscription_by_id(self.programme, subscription)
        record = services.renew(subscription=found, renewal=renewal, act=act)
        return Answer(period_record_answer(record, self.programme.currency), 201, record.replayed)


class CancelSubscription(PlanView):
    """The end of a membership."""

    scopes: ClassVar = {"POST": Scope.SUBSCRIPTIONS_WRITE}

    @described(
        operation="cancelSubscription",
        summary="Give a subscription up and learn what goes back; with dry_run only learn it",
        body=CancellationShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: CancellationAnswer},
    )
    def post(self, request: Request, subscription: uuid.UUID) -> HttpResponse:
        shape = read(CancellationShape, request.data)
        return self.once(lambda: self._cancel(subscription, shape), key_required=False)

    def _cancel(self, subscription: uuid.UUID, shape: CancellationShape) -> Answer:
        found, act = queries.subscription_by_id(self.programme, subscription), self.act(shape)
        record = services.cancel(subscription=found, when=shape.how, act=act)
        return Answer(cancellation_answer(record.cancellation, self.programme.currency), 201, record.replayed)


class MemberSubscriptions(PlanView):
    """The memberships of one member."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": SubscriptionsQuery}

    @described(
        operation="listSubscriptions",
        summary="List a member's subscriptions, newest first",
        query=SubscriptionsQuery,
        answers={200: SubscriptionsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        rows = queries.subscriptions_of(self.member_of(member))
        rows = rows.filter(plan__code=self.query.plan) if self.query.plan else rows
        rows = rows.filter(state=self.query.state) if self.query.state else rows
        return self.show(page_of(rows, order=queries.NEWEST_FIRST, query=self.query).as_dict(subscription_answer))


class MemberEntitlements(PlanView):
    """What a member may use today."""

    scopes: ClassVar = {"GET": Scope.BALANCES_READ}
    queries: ClassVar = {"GET": EntitlementsQuery}

    @described(
        operation="listEntitlements",
        summary="List what a member's plans include today, and whether it applies to an order",
        query=EntitlementsQuery,
        answers={200: EntitlementsAnswer},
    )
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        order_minor = minor_or_none(self.query.order_amount, self.programme.currency, "/order_amount")
        found = queries.benefits_on(self.member_of(member), self.today)
        rows = sorted((_Row(one) for one in found if self.query.code in (None, one.entitlement.code)), key=lambda row: row.code)
        page = page_of_list(rows, name="code", query=self.query)
        return self.show(page.as_dict(lambda row: entitlement_answer(row.benefit, order_minor, self.programme.currency)))


class UseEntitlement(PlanView):
    """What a plan includes, used."""

    scopes: ClassVar = {"POST": Scope.ENTITLEMENTS_WRITE}

    @described(
        operation="useEntitlement",
        summary="Use something that a member's plan includes, on an order",
        body=UseShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: UseAnswer},
    )
    def post(self, request: Request, member: uuid.UUID, code: str) -> HttpResponse:
        shape = read(UseShape, request.data)
        return self.once(lambda: self._use(member, code, shape), key_required=False)

    def _use(self, member: uuid.UUID, code: str, shape: UseShape) -> Answer:
        use, act = shape.use(code, self.programme.currency), self.act(shape)
        record = services.use_entitlement(member=self.member_of(member), use=use, act=act)
        return Answer(use_answer(record.use), 201, record.replayed)


class GiveBackUse(PlanView):
    """A use that is taken back."""

    scopes: ClassVar = {"POST": Scope.ENTITLEMENTS_WRITE}

    @described(
        operation="giveBackEntitlementUse",
        summary="Take a use back, so that it can be used again",
        body=GiveBackUseShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: UseAnswer},
    )
    def post(self, request: Request, use: uuid.UUID) -> HttpResponse:
        shape = read(GiveBackUseShape, request.data)
        return self.once(lambda: self._give_back(use, shape), key_required=False)

    def _give_back(self, use: uuid.UUID, shape: GiveBackUseShape) -> Answer:
        found = queries.use_by_id(self.programme, use)
        found.subscription.member.programme = self.programme
        record = services.give_back_use(use=found, act=self.act(shape))
        return Answer(use_answer(record.use), 201, record.replayed)


class _Row:
    """Something to use, in a list that is paged by code; the same of two plans stands apart."""

    def __init__(self, benefit: Benefit) -> None:
        self.benefit, self.code = benefit, f"{benefit.entitlement.code} {benefit.subscription.plan.code}"
