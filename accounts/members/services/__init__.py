"""What the business does with members."""

from accounts.members.domain import Enrolment
from accounts.members.facts import InvalidMember
from accounts.members.services.claims import (
    AlreadyLinked,
    ClaimCodeWrong,
    TooManyClaimCodes,
    claim_card,
    issue_claim_code,
    link_verified_user,
    readable_code,
    request_claim_code,
)
from accounts.members.services.consents import record_consent
from accounts.members.services.enrolment import (
    AlreadyMember,
    ExternalIdConflict,
    ProgrammeNotOpen,
    enrol_member,
    enrol_members,
)
from accounts.members.services.joining import CardNeeded, EmailNotVerified, join_programme
from accounts.members.services.notices import announce_expiring_points, forget_past_notices
from accounts.members.services.profile import MemberIsClosed, StatusChangeNotAllowed, change_member_status, update_member

__all__ = [
    "AlreadyLinked",
    "AlreadyMember",
    "CardNeeded",
    "ClaimCodeWrong",
    "EmailNotVerified",
    "Enrolment",
    "ExternalIdConflict",
    "InvalidMember",
    "MemberIsClosed",
    "ProgrammeNotOpen",
    "StatusChangeNotAllowed",
    "TooManyClaimCodes",
    "announce_expiring_points",
    "change_member_status",
    "claim_card",
    "enrol_member",
    "enrol_members",
    "forget_past_notices",
    "issue_claim_code",
    "join_programme",
    "link_verified_user",
    "readable_code",
    "record_consent",
    "request_claim_code",
    "update_member",
]
