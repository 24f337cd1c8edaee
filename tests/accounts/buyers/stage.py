"""What pages of a member's buyers are asked with."""

from typing import Any

from accounts.buyers.services import add_buyer
from accounts.members.models import Member
from tests.accounts.factories import AT


def buyer_addresses(member: Member) -> dict[str, list[Any]]:
    """Arguments of the staff pages, for a member with one buyer."""
    add_buyer(member=member, code="ada", name="Ada", at=AT)
    return {"member-buyers": [member.pk], "member-buyer-close": [member.pk, "ada"]}
