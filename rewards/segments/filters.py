"""Which segments a partner asks for."""

from accounts.members.models import MemberStatus
from loyalty.kit.rest.filtering import Narrow, RowFilters, choice
from loyalty.kit.rest.shapes import Code, Reference
from rewards.segments.models import Segment


class SegmentFilters(RowFilters):
    code = Narrow(Code, "The segment's code.", "code")
    kind = Narrow(choice(Segment.Kind.values), "A list of members, or a rule.", "kind")


class SegmentMemberFilters(RowFilters):
    external_id = Narrow(Reference, "The member's number at the sender.", "external_id")
    status = Narrow(choice(MemberStatus.values), "How the membership stands.", "status")
