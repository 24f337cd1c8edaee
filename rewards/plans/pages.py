"""What members and colleagues read of a paid membership, as plain values."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.members.models import Member
from rewards.plans.domain import FOREVER, PlanTerms
from rewards.plans.models import Subscription
from rewards.plans.queries import Benefit, Offered, benefits_on, plans_on, subscriptions_of, terms_of
from rewards.plans.words import entitlement_text, last_day_text, life_sentence, price_text, refund_sentences, variant_name

STATES = {Subscription.State.ACTIVE: "active", Subscription.State.ENDING: "pending", Subscription.State.ENDED: "closed"}


@dataclasses.dataclass(frozen=True, slots=True)
class MembershipCard:
    """A membership in words: what it includes and how much of it was used, until when it holds, and how it ends."""

    title: str
    state: str
    state_label: str
    lines: list[str]
    included: list[tuple[str, str]]
    ending: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class OfferCard:
    """A plan that the member does not have."""

    title: str
    prices: list[str]
    included: list[str]
    trial: str


def membership_cards(member: Member, today: dt.date) -> list[MembershipCard]:
    """Return what a member has today; empty in programmes without plans. Needs the programme."""
    benefits = benefits_on(member, today)
    held = subscriptions_of(member).filter(starts_on__lte=today, ends_on__gt=today).order_by("plan__code")
    return [_card(one, [of for of in benefits if of.subscription.pk == one.pk], member.programme.currency) for one in held]


def offer_cards(member: Member, today: dt.date) -> list[OfferCard]:
    """Return the plans that a member does not have today, in the variants that are for the member."""
    held = set(subscriptions_of(member).filter(ends_on__gt=today).values_list("plan__code", flat=True))
    return [_offer(one, member) for one in plans_on(member.programme, today) if one.code not in held]


def plan_title(row: Subscription) -> str:
    """Name a subscription: Prime, Student."""
    variant = variant_name(row.variant)
    name = row.plan.name_in(get_language() or "en")
    return f"{name}, {variant}" if variant else name


def _card(row: Subscription, benefits: Sequence[Benefit], currency: str) -> MembershipCard:
    is_over = row.state == Subscription.State.ENDED
    first = date_format(row.starts_on, "j F Y")
    if row.ends_on == FOREVER:
        lines = [_("Since %(first)s, paid for life.") % {"first": first}]
    else:
        lines = [_("Since %(first)s, paid until %(last)s.") % {"first": first, "last": last_day_text(row.ends_on, "j F Y")}]
    if row.state != Subscription.State.ACTIVE:
        lines.append(_("It runs out with that day."))
    ending = [] if is_over or not benefits else [*_refunds(row, terms_of(benefits[0].period)), _("Give it up where you bought it.")]
    included = [(entitlement_text(one.entitlement, currency), _used(one)) for one in benefits]
    return MembershipCard(plan_title(row), STATES[Subscription.State(row.state)], row.get_state_display(), lines, included, ending)


def _refunds(row: Subscription, terms: PlanTerms) -> list[str]:
    """Say what goes back; of a membership for life over which days, since it has no last one."""
    over = [life_sentence(terms.life_months)] if row.ends_on == FOREVER and terms.life_months else []
    return [*refund_sentences(terms), *over]


def _used(one: Benefit) -> str:
    used = ngettext("used %(used)s time", "used %(used)s times", one.used) % {"used": one.used}
    if one.left is None:
        return used
    if one.next_window_on == FOREVER:
        return _("%(used)s, %(left)s left") % {"used": used, "left": one.left}
    words = {"used": used, "left": one.left, "day": date_format(one.next_window_on, "j F Y")}
    return _("%(used)s, %(left)s left until %(day)s") % words


def _offer(one: Offered, member: Member) -> OfferCard:
    currency, terms = member.programme.currency, one.terms
    mine = [variant for variant in terms.variants.values() if variant.is_for(member.attributes)]
    prices = [_named(variant.code, price_text(term, minor, currency)) for variant in mine for term, minor in variant.prices.items()]
    days = terms.trial_days
    trial = ngettext("The first %(days)s day costs nothing.", "The first %(days)s days cost nothing.", days) % {"days": days}
    included = [entitlement_text(of, currency) for of in terms.entitlements.values()]
    return OfferCard(one.version.setup.name_in(get_language() or "en"), prices, included, trial if days else "")


def _named(code: str, price: str) -> str:
    name = variant_name(code)
    return f"{name}: {price}" if name else price


def facts_of(row: Subscription, currency: str) -> list[dict[str, Any]]:
    """Return what a colleague reads of a subscription first."""
    return [
        {"label": _("Plan"), "value": plan_title(row)},
        {"label": _("Term"), "value": row.get_term_display()},
        {"label": _("First day"), "value": date_format(row.starts_on, "j F Y")},
        {"label": _("Last day"), "value": last_day_text(row.ends_on, "j F Y")},
        {"label": _("Number at the shop"), "value": row.external_id},
        {"label": _("Currency"), "value": currency},
    ]
