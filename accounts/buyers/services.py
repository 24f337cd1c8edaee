"""Add and close buyers: the only code that writes them."""

import dataclasses
import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.buyers.models import Buyer
from accounts.buyers.queries import buyer_by_code
from accounts.members.models import Member, MemberStatus
from loyalty.kit.problems import Refused
from loyalty.kit.rows import checked_fields


class BuyerCodeTaken(Refused):
    """Carries `name`."""

    code = "buyer_code_taken"


class MemberOfBuyerClosed(Refused):
    code = "member_is_closed"


@dataclasses.dataclass(frozen=True, slots=True)
class BuyerRecord:
    row: Buyer
    replayed: bool = False


@transaction.atomic
def add_buyer(*, member: Member, code: str, name: str, email: str = "", at: dt.datetime) -> BuyerRecord:
    """Let somebody buy for a member; the same person once more answers like the first time.

    Raises: BuyerCodeTaken (by another person, or by one who was closed), MemberOfBuyerClosed, InvalidFields.
    """
    _lock(member)
    if member.status == MemberStatus.CLOSED:
        raise MemberOfBuyerClosed(_("This membership has ended; nobody buys for it any more."))
    known = Buyer.objects.filter(member=member, code=code).first()
    if known is not None:
        if (known.name, known.email, known.is_open) == (name, email, True):
            return BuyerRecord(known, replayed=True)
        detail = _("The code %(code)s belongs to %(name)s, and codes are never given again. Choose another code.")
        raise BuyerCodeTaken(detail % {"code": code, "name": known.name}, extra={"name": known.name})
    row = Buyer(member=member, code=code, name=name, email=email, added_at=at)
    checked_fields(row, exclude=["member"]).save(force_insert=True)
    return BuyerRecord(row)


@transaction.atomic
def close_buyer(*, member: Member, code: str, at: dt.datetime) -> BuyerRecord:
    """Let somebody buy no more for a member, from now on; who is closed stays so. Raises: BuyerNotFound."""
    _lock(member)
    row = buyer_by_code(member, code)
    if not row.is_open:
        return BuyerRecord(row, replayed=True)
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    return BuyerRecord(row)


def _lock(member: Member) -> None:
    """Let acts on the buyers of one member follow one another; purchases need not wait."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
