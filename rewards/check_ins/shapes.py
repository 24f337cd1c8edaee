"""Check-ins as partners send them."""

from typing import Annotated

from loyalty.kit.rest.shapes import Seen, line
from rewards.check_ins.tokens import MOST_LETTERS
from rewards.members.shapes import MemberNamed


class CheckInShape(MemberNamed):
    """A member who has scanned a code."""

    token: Annotated[str, line(MOST_LETTERS), Seen]
    """The last part of the address in the QR code."""
