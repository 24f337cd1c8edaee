"""Questions about buyers."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.buyers.models import Buyer
from accounts.members.models import Member
from loyalty.kit.problems import NotFound, Refused


class BuyerNotFound(NotFound):
    """The member has no such buyer; a buyer of another member gets the same answer."""

    code = "buyer_not_found"


class BuyerClosed(Refused):
    code = "buyer_closed"


def buyers_of(member: Member) -> QuerySet[Buyer]:
    """Return the member's buyers, the closed among them."""
    return Buyer.objects.filter(member=member)


def names_of(member: Member, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of those of a member's buyers, the closed among them, who have these codes; nothing is asked for no code."""
    wanted = {code for code in codes if code}
    return dict(buyers_of(member).filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def buyer_by_code(member: Member, code: str) -> Buyer:
    """Raises: BuyerNotFound."""
    found = buyers_of(member).filter(code=code).first()
    if found is None:
        raise BuyerNotFound(_("This member has no buyer %(code)s. Add the buyer first, or leave it out.") % {"code": code})
    return found


def check_buyer(member: Member, code: str, bought_at: dt.datetime) -> None:
    """See that somebody may have bought for the member then; without a code nobody is asked for. Raises: BuyerNotFound, BuyerClosed."""
    if not code:
        return
    buyer = buyer_by_code(member, code)
    if buyer.closed_at is not None and bought_at >= buyer.closed_at:
        raise BuyerClosed(
            _("The buyer %(name)s no longer buys for this member. Add another buyer, or leave it out.") % {"name": buyer.name}
        )
