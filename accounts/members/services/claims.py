"""Connect a login with a card that exists: by verified e-mail, or by a one-time code."""

import datetime as dt
import hashlib
import hmac

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members import domain
from accounts.members.models import ClaimCode, Member, MemberStatus
from accounts.outbox.services import publish
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import Forbidden, Refused

MAILED_CODE_LIVES = dt.timedelta(minutes=30)
PRINTED_CODE_LIVES = dt.timedelta(hours=24)


class ClaimCodeWrong(Forbidden):
    code = "claim_code_wrong"


class TooManyClaimCodes(Refused):
    code = "too_many_claim_codes"


class AlreadyLinked(Refused):
    code = "already_linked"


@transaction.atomic
def request_claim_code(*, programme: Programme, card: str, at: dt.datetime) -> None:
    """Mail a one-time code to the address kept with a card, if there is such a card and address and nobody took it over.

    Says nothing either way, so that nobody learns which cards exist.
    """
    member = Member.objects.of(programme).by_card(card).select_for_update().first()
    if member is None or member.email is None or not _may_be_claimed(member) or _codes_today(member, at) >= domain.MOST_CODES_A_DAY:
        return
    code = _make_code(member, at, MAILED_CODE_LIVES)
    publish(
        topic="member.claim_code_requested", payload={"claim_code": str(code.pk)}, at=at, programme_id=programme.pk, member_id=member.pk
    )


@transaction.atomic
def issue_claim_code(*, member: Member, at: dt.datetime) -> str:
    """Return a one-time code for staff to print or read out; it is shown once and valid for a day.

    Raises: AlreadyLinked, TooManyClaimCodes.
    """
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if not _may_be_claimed(locked):
        raise AlreadyLinked(_("This card is in use online already, or its membership has ended."))
    if _codes_today(locked, at) >= domain.MOST_CODES_A_DAY:
        raise TooManyClaimCodes(_("This card has had too many codes today. Try again tomorrow."))
    return readable_code(_make_code(locked, at, PRINTED_CODE_LIVES))


def readable_code(code: ClaimCode) -> str:
    """Return the digits of a code; they are derived from its row, so that neither database nor outbox holds them."""
    return domain.claim_code(_secret(), code.pk)


def claim_card(*, programme: Programme, user: User, card: str, code: str, at: dt.datetime) -> Member:
    """Link the login with the card whose newest code is right. A wrong try counts, also when the answer is a refusal.

    The same login again returns its member. Raises: ClaimCodeWrong (whatever the reason), AlreadyLinked.
    """
    with transaction.atomic(durable=True):
        member = _try_code(programme, user, card, code, at)
    if member is None:
        raise ClaimCodeWrong(_("This code does not fit the card, or is no longer valid. Ask for a new one."))
    return member


@transaction.atomic
def link_verified_user(*, user: User) -> list[Member]:
    """Link a login with the members that have one of its verified e-mail addresses; return those newly linked.

    In a programme where the login has a member already, nothing is linked.
    """
    verified = [address.lower() for address in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)]
    taken = set(user.memberships.values_list("programme_id", flat=True))
    waiting = Member.objects.filter(email__in=verified, user__isnull=True).exclude(status=MemberStatus.CLOSED)
    linked = []
    for member in waiting.select_for_update().order_by("programme_id", "joined_at", "id"):
        if member.programme_id not in taken:
            taken.add(member.programme_id)
            linked.append(_link(member, user))
    return linked


def _try_code(programme: Programme, user: User, card: str, code: str, at: dt.datetime) -> Member | None:
    member = Member.objects.of(programme).by_card(card).select_for_update().first()
    if member is None or member.status == MemberStatus.CLOSED:
        return None
    if member.user_id == user.pk:
        return member
    newest = member.claim_codes.order_by("-created_at", "-id").select_for_update().first()
    if newest is None or member.user_id is not None or not newest.is_usable(at):
        return None
    if not hmac.compare_digest(newest.code_hash, domain.claim_code_hash(_secret(), code.strip(), newest.pk)):
        newest.attempts += 1
        newest.save(update_fields=["attempts"])
        return None
    if user.memberships.filter(programme=programme).exists():
        raise AlreadyLinked(_("You already have a card in this programme."))
    newest.used_at = at
    newest.save(update_fields=["used_at"])
    return _link(member, user)


def _link(member: Member, user: User) -> Member:
    member.user = user
    member.save(update_fields=["user"])
    return member


def _may_be_claimed(member: Member) -> bool:
    return member.user_id is None and member.status != MemberStatus.CLOSED


def _codes_today(member: Member, at: dt.datetime) -> int:
    return member.claim_codes.filter(created_at__gt=at - dt.timedelta(days=1)).count()


def _make_code(member: Member, at: dt.datetime, lives: dt.timedelta) -> ClaimCode:
    code = ClaimCode(id=uuid7(), member=member, created_at=at, expires_at=at + lives)
    code.code_hash = domain.claim_code_hash(_secret(), readable_code(code), code.pk)
    code.save(force_insert=True)
    return code


def _secret() -> bytes:
    return hashlib.sha256(b"accounts.members.claims" + settings.SECRET_KEY.encode()).digest()
