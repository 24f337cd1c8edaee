"""Use what a plan includes, and give a use back."""

import dataclasses
import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.members.models import Member
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money, minor_text
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.plans.domain import FOREVER, Shortfall, fingerprint
from rewards.plans.models import EntitlementUse
from rewards.plans.queries import Benefit, benefits_on
from rewards.plans.services.acts import Act, check_same, conflict, lock_member
from rewards.setups.queries import setups_of

RETURN_SOURCE = "return"


class NotEntitled(Refused):
    code = "not_entitled"


class OrderAmountNeeded(Malformed):
    code = "order_amount_needed"


class OrderTooSmall(Refused):
    """Carries `least`, in money."""

    code = "order_too_small"


class EntitlementUsedUp(Refused):
    """Carries `next_on`, the day from which on there is more if the membership goes on; null where it was for life."""

    code = "entitlement_used_up"


class UseGivenBack(Refused):
    code = "use_given_back"


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """What is used, on which order."""

    entitlement: str
    order_minor: int | None = None
    receipt: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class UseRecord:
    use: EntitlementUse
    replayed: bool = False


@transaction.atomic
def use_entitlement(*, member: Member, use: Use, act: Act) -> UseRecord:
    """Use something that a plan of the member includes; of several plans, the first under which it applies. Needs the programme.

    Raises: NotEntitled, OrderAmountNeeded, OrderTooSmall, EntitlementUsedUp, SubscriptionNumberConflict.
    """
    lock_member(member)
    facts = fingerprint("use", member.pk, *dataclasses.astuple(use), act.occurred_at.timestamp())
    if earlier := _earlier(member.programme_id, act, facts):
        return UseRecord(earlier, replayed=True)
    found = [benefit for benefit in benefits_on(member, act.day_of(member)) if benefit.entitlement.code == use.entitlement]
    if not found:
        raise NotEntitled(_("No plan of the member includes this. Look at what the member may use."))
    if use.order_minor is None and any(benefit.entitlement.least_minor for benefit in found):
        detail = _("Send what the order costs: this counts from an amount on.")
        raise OrderAmountNeeded(detail, errors=[FieldError("/order_amount", "required", detail)])
    benefit = next((one for one in found if one.entitlement.shortfall(one.used, use.order_minor) is None), None)
    if benefit is None:
        raise _refusal(found[0], use.order_minor, member.programme.currency)
    row = _row(benefit, act, facts, member, use)
    _insert(row)
    return UseRecord(row)


@transaction.atomic
def give_back_use(*, use: EntitlementUse, act: Act) -> UseRecord:
    """Take a use back, in the window in which it counted. Raises: UseGivenBack, SubscriptionNumberConflict."""
    assert use.kind == EntitlementUse.Kind.USED, use.kind
    lock_member(use.subscription.member)
    facts = fingerprint("give back", use.pk, act.occurred_at.timestamp())
    if earlier := _earlier(use.programme_id, act, facts):
        return UseRecord(earlier, replayed=True)
    if EntitlementUse.objects.filter(use=use).exists():
        raise UseGivenBack(_("This use was given back before."))
    return UseRecord(_give_back(use, act, facts))


def give_back_of_purchase(*, member: Member, source: str, receipt: str, returned: uuid.UUID, act: Act) -> int:
    """Give back what was used for a purchase that came back whole; return how many uses. The caller holds the member's lock."""
    if not setups_of(member.programme).has_plans:
        return 0
    rows = EntitlementUse.objects.filter(programme=member.programme_id, source=source, receipt=receipt, subscription__member=member)
    uses = list(rows.filter(kind=EntitlementUse.Kind.USED, given_back=None).select_related("subscription__member").order_by("pk"))
    for use in uses:
        part = dataclasses.replace(act, source=RETURN_SOURCE, external_id=f"{returned}:{use.pk}")
        _give_back(use, part, fingerprint("give back", use.pk))
    return len(uses)


def _earlier(programme: uuid.UUID, act: Act, facts: bytes) -> EntitlementUse | None:
    """Raises: SubscriptionNumberConflict."""
    numbered = EntitlementUse.objects.filter(programme=programme, source=act.source, external_id=act.external_id)
    earlier = numbered.select_related("subscription__plan", "period__version__setup").first()
    if earlier is not None:
        check_same(earlier.fingerprint, facts)
    return earlier


def _row(benefit: Benefit, act: Act, facts: bytes, member: Member, use: Use) -> EntitlementUse:
    return EntitlementUse(
        subscription=benefit.subscription,
        programme_id=member.programme_id,
        period=benefit.period,
        kind=EntitlementUse.Kind.USED,
        entitlement=use.entitlement,
        window_on=benefit.window_on,
        number=benefit.number + 1,
        used=benefit.used + 1,
        most=benefit.entitlement.most,
        order_minor=use.order_minor,
        receipt=use.receipt,
        business_on=act.day_of(member),
        **act.row(facts),
    )


def _give_back(use: EntitlementUse, act: Act, facts: bytes) -> EntitlementUse:
    window = EntitlementUse.objects.filter(subscription=use.subscription_id, entitlement=use.entitlement, window_on=use.window_on)
    last = window.order_by("-number")[0]
    row = EntitlementUse(
        subscription=use.subscription,
        programme_id=use.programme_id,
        period=use.period,
        kind=EntitlementUse.Kind.GIVEN_BACK,
        entitlement=use.entitlement,
        window_on=use.window_on,
        number=last.number + 1,
        used=last.used - 1,
        most=last.most,
        use=use,
        receipt=use.receipt,
        business_on=_not_before(use, act),
        **act.row(facts),
    )
    _insert(row)
    return row


def _not_before(use: EntitlementUse, act: Act) -> dt.date:
    return max(use.business_on, act.day_of(use.subscription.member))


def _insert(row: EntitlementUse) -> None:
    """Raises: SubscriptionNumberConflict (the number was used for another member just now)."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise conflict() from None


def _refusal(benefit: Benefit, order_minor: int | None, currency: str) -> Refused:
    entitlement, name = benefit.entitlement, benefit.entitlement.name_in(get_language() or "en")
    if entitlement.shortfall(benefit.used, order_minor) is Shortfall.ORDER_TOO_SMALL:
        words = {"name": name, "least": money_text(Money(entitlement.least_minor, currency))}
        detail = _("%(name)s counts for orders from %(least)s on.") % words
        return OrderTooSmall(detail, extra={"least": minor_text(entitlement.least_minor, currency)})
    if benefit.next_window_on == FOREVER:
        return EntitlementUsedUp(_("%(name)s is used up. There is no more of it.") % {"name": name}, extra={"next_on": None})
    words = {"name": name, "day": date_format(benefit.next_window_on, "j F Y")}
    detail = _("%(name)s is used up. There is more from %(day)s on, if the membership goes on.") % words
    return EntitlementUsedUp(detail, extra={"next_on": benefit.next_window_on.isoformat()})
