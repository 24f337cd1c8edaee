"""Steps of examples about paid memberships: how they are written, what they do, and what is looked at afterwards."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.money import Money
from rewards.plans.domain import STANDARD, Term, When
from rewards.plans.models import Subscription, SubscriptionCancellation
from rewards.plans.queries import SubscriptionNotFound, benefits_on, plans_among, subscriptions_of
from rewards.plans.services import Act, Renewal, Start, Use, cancel, renew, subscribe, use_entitlement
from rewards.programme_files.domain.fields import Fields, minor_of, short_form
from rewards.programme_files.domain.outline import PLAN, Outline
from rewards.programme_files.examples.steps import Step

SOURCE = "examples"


class Trial(Protocol):
    """What these steps need of the example that they are in."""

    programme: Programme
    today: dt.date

    def moment(self, day: dt.date) -> dt.datetime: ...


def _plan(fields: Fields, outline: Outline) -> str:
    return str(fields.choice("plan", sorted(outline.names[PLAN]) or ["none"]))


def _read_subscribe(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "subscribe", "plan")
    said = {
        "plan": _plan(inner, outline),
        "variant": inner.text("variant", STANDARD, most=40),
        "term": inner.choice("term", list(Term), Term.MONTH.value),
        "trial": inner.flag("trial", False),
    }
    inner.done()
    return said


def _read_renew(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "renew", "plan")
    said = {"plan": _plan(inner, outline), "variant": inner.text("variant", None, most=40)}
    inner.done()
    return said


def _read_cancel(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "cancel", "plan")
    said = {"plan": _plan(inner, outline), "when": inner.choice("when", list(When), When.NOW.value)}
    inner.done()
    return said


def _read_use(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "use", "entitlement")
    order = inner.amount("order", outline.currency, None)
    said = {"entitlement": inner.text("entitlement", most=40), "order_minor": None if order is None else minor_of(order, outline.currency)}
    inner.done()
    return said


def _read_plans(fields: Fields, name: str, outline: Outline) -> dict[str, bool]:
    inner, known = fields.inner(name), outline.names[PLAN]
    for code in inner.given.keys() - known:
        fields.faults.unknown((*inner.path, code), known)
    return {code: bool(inner.flag(code)) for code in inner.given if code in known}


def _read_refund(fields: Fields, name: str, outline: Outline) -> str:
    return str(fields.amount(name, outline.currency))


def _read_uses_left(fields: Fields, name: str, _outline: Outline) -> dict[str, Decimal]:
    return fields.mapping(name, lambda inner, code: Decimal(inner.whole(code) or 0))


def _act(trial: Trial, step: Step) -> Act:
    at = trial.moment(step.on)
    return Act(SOURCE, f"{step.act}-{step.name}", at, at)


def _subscription(member: Member, plan: str) -> Subscription:
    """Return the newest subscription of the member to a plan. Raises: SubscriptionNotFound."""
    found = subscriptions_of(member).select_related("member__programme").filter(plan__code=plan).order_by("-starts_on", "-pk").first()
    if found is None:
        raise SubscriptionNotFound(f"No step before this one subscribed to {plan}.")
    return found


def _subscribe(trial: Trial, step: Step, member: Member) -> None:
    given = step.given
    start = Start(given["plan"], given["variant"], Term(given["term"]), is_trial=given["trial"])
    subscribe(member=member, start=start, act=_act(trial, step))


def _renew(trial: Trial, step: Step, member: Member) -> None:
    renew(subscription=_subscription(member, step.given["plan"]), renewal=Renewal(step.given["variant"]), act=_act(trial, step))


def _cancel(trial: Trial, step: Step, member: Member) -> None:
    cancel(subscription=_subscription(member, step.given["plan"]), when=When(step.given["when"]), act=_act(trial, step))


def _use(trial: Trial, step: Step, member: Member) -> None:
    use_entitlement(member=member, use=Use(step.given["entitlement"], step.given["order_minor"]), act=_act(trial, step))


def _plans(trial: Trial, _step: Step, member: Member, wanted: Mapping[str, bool]) -> dict[str, bool]:
    [held] = plans_among([(member.pk, trial.today)])
    return {code: code in held for code in wanted}


def _refund(trial: Trial, step: Step, _member: Member, _wanted: str) -> str:
    """What went back by a step that gave a plan up."""
    rows = SubscriptionCancellation.objects.filter(programme=trial.programme, source=SOURCE, external_id=f"{step.act}-{step.name}")
    return str(Money(rows.values_list("refund_minor", flat=True).first() or 0, trial.programme.currency))


def _uses_left(trial: Trial, _step: Step, member: Member, wanted: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """How often what is limited can be used still; nothing of what no plan of the member includes."""
    left = {one.entitlement.code: one.entitlement.left(one.used) for one in benefits_on(member, trial.today)}
    return {code: None if (times := left.get(code)) is None else Decimal(times) for code in wanted}


READ: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {
    "subscribe": _read_subscribe,
    "renew": _read_renew,
    "cancel": _read_cancel,
    "use": _read_use,
}
ACTS: dict[str, Callable[[Any, Step, Member], None]] = {"subscribe": _subscribe, "renew": _renew, "cancel": _cancel, "use": _use}
EXPECT: dict[str, Callable[[Fields, str, Outline], Any]] = {"plans": _read_plans, "refund": _read_refund, "uses_left": _read_uses_left}
LOOKS: dict[str, Callable[[Any, Step, Member, Any], Any]] = {"plans": _plans, "refund": _refund, "uses_left": _uses_left}
