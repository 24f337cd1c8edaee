"""Begin, renew and end subscriptions, as the shop that takes the money tells of them."""

import dataclasses
import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.clock import business_date
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.events.services import MemberNotActive
from rewards.plans.domain import FOREVER, Days, PlanTerms, Term, Variant, fingerprint, paid_days
from rewards.plans.models import Subscription, SubscriptionPeriod
from rewards.plans.queries import Offered, plan_on
from rewards.plans.services.acts import Act, SubscriptionForLife, announce, check_same, conflict, ended, lock_member, lock_subscription

CHUNK = 500
State = Subscription.State


class PlanTermsDoNotFit(Malformed):
    """A variant, a term or a price that the plan does not have."""

    code = "plan_terms_do_not_fit"


class VariantNotForMember(Refused):
    code = "variant_not_for_member"


class TrialNotOffered(Refused):
    code = "trial_not_offered"


class SubscriptionGoesOn(Refused):
    """Carries `subscription`."""

    code = "subscription_goes_on"


class RenewedBefore(Refused):
    code = "subscription_renewed_before"


@dataclasses.dataclass(frozen=True, slots=True)
class Start:
    """What a member bought. `paid_minor` left out: the plan's price; a trial costs nothing."""

    plan: str
    variant: str
    term: Term
    paid_minor: int | None = None
    is_trial: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Renewal:
    """What was paid for the next period; left out, variant and price are as before and as the plan says."""

    variant: str | None = None
    paid_minor: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A subscription with the period that was just paid for, or had been before."""

    subscription: Subscription
    period: SubscriptionPeriod
    replayed: bool = False


@transaction.atomic
def subscribe(*, member: Member, start: Start, act: Act) -> PeriodRecord:
    """Begin a subscription on the day of the act; the same number with the same facts answers like the first time. Needs the programme.

    Raises: PlanNotFound, PlanTermsDoNotFit, VariantNotForMember, TrialNotOffered, SubscriptionGoesOn, MemberNotActive,
    SubscriptionNumberConflict.
    """
    lock_member(member)
    facts = fingerprint("subscribe", member.pk, *dataclasses.astuple(start), act.occurred_at.timestamp())
    numbered = SubscriptionPeriod.objects.filter(programme=member.programme_id, source=act.source, external_id=act.external_id)
    if earlier := numbered.select_related("subscription__plan", "version__setup").first():
        check_same(earlier.fingerprint, facts)
        return PeriodRecord(earlier.subscription, earlier, replayed=True)
    if not member.is_active:
        raise MemberNotActive(_("This membership is not active. Ask the member to contact support."))
    on = act.day_of(member)
    offered = plan_on(member.programme, start.plan, on)
    variant = _variant_for(offered.terms, start.variant, member)
    price = _price(variant, start.term, member)
    _end_or_refuse(member, offered, on, act.at)
    if start.is_trial:
        _check_trial(member, offered)
    paid = 0 if start.is_trial else _paid(start.paid_minor, price, member)
    days = Days(on, on + dt.timedelta(days=offered.terms.trial_days)) if start.is_trial else paid_days(on, start.term, 0)
    subscription = Subscription(
        programme=member.programme,
        member=member,
        plan=offered.version.setup,
        variant=variant.code,
        term=start.term,
        starts_on=on,
        ends_on=days.to_on,
        lapses_on=_lapses_on(days, offered.terms),
        anchor_on=days.to_on if start.is_trial else on,
        **act.row(facts),
    )
    period = _period(subscription, offered, days, variant, act, facts)
    period.number, period.is_trial, period.paid_minor = 1, start.is_trial, paid
    _insert(subscription, period)
    announce("started", subscription, act.at, {"trial": start.is_trial})
    return PeriodRecord(subscription, period)


@transaction.atomic
def renew(*, subscription: Subscription, renewal: Renewal, act: Act) -> PeriodRecord:
    """Add the next paid period; one that was to run out goes on. Price and promise are those of the version of its first day.

    Raises: SubscriptionEnded, SubscriptionForLife, RenewedBefore (the last period has not begun), PlanNotFound, PlanTermsDoNotFit,
    VariantNotForMember, SubscriptionNumberConflict.
    """
    locked = lock_subscription(subscription)
    member = locked.member
    facts = fingerprint("renew", locked.pk, *dataclasses.astuple(renewal), act.occurred_at.timestamp())
    numbered = SubscriptionPeriod.objects.filter(programme=locked.programme_id, source=act.source, external_id=act.external_id)
    if earlier := numbered.select_related("subscription", "version__setup").first():
        check_same(earlier.fingerprint, facts)
        return PeriodRecord(locked, earlier, replayed=True)
    on, last = act.day_of(member), locked.periods.order_by("-number")[0]
    if locked.state == State.ENDED or on >= locked.lapses_on:
        raise ended()
    if last.days.are_for_life:
        raise SubscriptionForLife(_("This membership was paid for life. There is nothing to renew."))
    if on < last.from_on:
        raise RenewedBefore(_("The next period is paid for already. Renew again once it has begun."))
    offered = plan_on(member.programme, locked.plan.code, locked.ends_on)
    variant = _variant_for(offered.terms, renewal.variant or locked.variant, member)
    term = Term(locked.term)
    days = paid_days(locked.anchor_on, term, locked.periods.filter(is_trial=False).count())
    assert days.from_on == locked.ends_on, (days, locked.ends_on)
    period = _period(locked, offered, days, variant, act, facts)
    period.number, period.paid_minor = last.number + 1, _paid(renewal.paid_minor, _price(variant, term, member), member)
    _insert(period)
    locked.state, locked.variant, locked.ends_on = State.ACTIVE, variant.code, days.to_on
    locked.lapses_on = _lapses_on(days, offered.terms)
    locked.save(update_fields=["state", "variant", "ends_on", "lapses_on"])
    announce("renewed", locked, act.at, {"ends_on": None if days.are_for_life else days.to_on.isoformat()})
    return PeriodRecord(locked, period)


@transaction.atomic
def end_due(*, programme: Programme, at: dt.datetime, most: int = CHUNK) -> int:
    """End subscriptions that nobody can renew any more, at most so many; return how many. May run late, twice, or twice at once."""
    today = business_date(at, programme.time_zone)
    due = Subscription.objects.filter(programme=programme, lapses_on__lte=today).exclude(state=State.ENDED).order_by("pk")
    found = list(due.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("plan")[:most])
    for subscription in found:
        end_locked(subscription, at)
    return len(found)


def end_locked(subscription: Subscription, at: dt.datetime) -> None:
    """End it on the day that stands in it."""
    subscription.state = State.ENDED
    subscription.save(update_fields=["state", "ends_on", "lapses_on"])
    announce("ended", subscription, at, {"ends_on": subscription.ends_on.isoformat()})


def _variant_for(terms: PlanTerms, code: str, member: Member) -> Variant:
    """Raises: PlanTermsDoNotFit, VariantNotForMember."""
    variant = terms.variants.get(code)
    if variant is None:
        raise _misfit("/variant", _("The plan has the variants %(known)s.") % {"known": ", ".join(terms.variants)})
    if not variant.is_for(Member.objects.values_list("attributes", flat=True).get(pk=member.pk)):
        detail = _("This variant is for members whose %(attribute)s is %(value)s. Update the member first, or choose another variant.")
        raise VariantNotForMember(detail % {"attribute": variant.attribute, "value": variant.value})
    return variant


def _price(variant: Variant, term: Term, member: Member) -> int:
    """Raises: PlanTermsDoNotFit."""
    if term not in variant.prices:
        prices = ", ".join(f"{one.value} {money_text(Money(price, member.programme.currency))}" for one, price in variant.prices.items())
        raise _misfit("/term", _("This variant has these terms: %(prices)s.") % {"prices": prices})
    return variant.prices[term]


def _paid(told_minor: int | None, price_minor: int, member: Member) -> int:
    """Raises: PlanTermsDoNotFit."""
    if told_minor is not None and told_minor > price_minor:
        words = {"price": money_text(Money(price_minor, member.programme.currency))}
        raise _misfit("/paid", _("The plan costs %(price)s. Send what was paid for it, without anything else.") % words)
    return price_minor if told_minor is None else told_minor


def _check_trial(member: Member, offered: Offered) -> None:
    """Raises: TrialNotOffered."""
    if not offered.terms.trial_days:
        raise TrialNotOffered(_("This plan has no trial. Begin it as a paid one."))
    if Subscription.objects.filter(member=member, plan=offered.version.setup).exists():
        raise TrialNotOffered(_("The member had this plan before. Begin it as a paid one."))


def _end_or_refuse(member: Member, offered: Offered, on: dt.date, at: dt.datetime) -> None:
    """End a subscription that is over but was not ended yet. Raises: SubscriptionGoesOn."""
    rows = Subscription.objects.filter(member=member, plan=offered.version.setup).exclude(state=State.ENDED)
    before = rows.select_for_update(no_key=True, of=("self",)).select_related("plan").first()
    if before is None:
        return
    if before.lapses_on > on:
        if before.ends_on == FOREVER:
            detail = _("The member has this plan for life. Cancel that subscription before another one begins.")
            raise SubscriptionGoesOn(detail, extra={"subscription": str(before.pk)})
        words = {"day": date_format(before.ends_on - dt.timedelta(days=1), "j F Y")}
        detail = _("The member has this plan until %(day)s. Renew that subscription, or cancel it first.") % words
        raise SubscriptionGoesOn(detail, extra={"subscription": str(before.pk)})
    end_locked(before, at)


def _lapses_on(days: Days, terms: PlanTerms) -> dt.date:
    """A renewal of the first day without it is in time; later ones are late. What is for life never lapses."""
    return FOREVER if days.are_for_life else days.to_on + dt.timedelta(days=terms.late_days + 1)


def _period(subscription: Subscription, offered: Offered, days: Days, variant: Variant, act: Act, facts: bytes) -> SubscriptionPeriod:
    return SubscriptionPeriod(
        subscription=subscription,
        programme_id=subscription.programme_id,
        version=offered.version,
        variant=variant.code,
        from_on=days.from_on,
        to_on=days.to_on,
        business_on=act.day_of(subscription.member),
        **act.row(facts),
    )


def _insert(*rows: Model) -> None:
    """Raises: SubscriptionNumberConflict (the number was used for another member just now)."""
    try:
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
    except IntegrityError:
        raise conflict() from None


def _misfit(pointer: str, detail: str) -> PlanTermsDoNotFit:
    return PlanTermsDoNotFit(detail, errors=[FieldError(pointer, "unknown", detail)])
