"""Questions about referrals."""

import datetime as dt
import uuid

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.purchases.models import Purchase, Return
from rewards.referrals.domain import ReferralTerms
from rewards.referrals.models import Referral
from rewards.setups.queries import setups_of

NEWEST_FIRST = (Key("claimed_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class ReferralsNotOffered(NotFound):
    code = "referrals_not_offered"


def terms_on(programme: Programme, day: dt.date) -> ReferralTerms:
    """Return the terms of the day. Raises: ReferralsNotOffered."""
    terms = setups_of(programme).referral_on(day)
    if terms is None:
        raise ReferralsNotOffered(_("Members of this programme do not bring friends for points."))
    return terms


def referrals_of(programme: Programme) -> QuerySet[Referral]:
    """Return a programme's referrals with their people."""
    return Referral.objects.filter(programme=programme).select_related("advocate", "friend")


def brought_by(member: Member, limit: int = 50) -> list[Referral]:
    """Return whom a member brought, newest first."""
    return list(Referral.objects.filter(advocate=member).select_related("friend").order_by("-claimed_at", "-id")[:limit])


def first_purchase(friend: Member, least_minor: int) -> Purchase | None:
    """Return a member's first purchase that stands: what is kept of it is something, and worth enough."""
    for purchase in Purchase.objects.filter(member=friend).order_by("business_on", "id")[:20]:
        kept = kept_minor(purchase)
        if kept > 0 and kept >= least_minor:
            return purchase
    return None


def kept_minor(purchase: Purchase, through_on: dt.date | None = None) -> int:
    """Return what is kept of a purchase, after what came back (through a day)."""
    back = Return.objects.filter(purchase=purchase.pk)
    if through_on is not None:
        back = back.filter(business_on__lte=through_on)
    return purchase.price_minor - (back.aggregate(sum=Sum("price_minor"))["sum"] or 0)
