"""Questions about members."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.members.models import Consent, ConsentKind, Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.problems import NotFound


class MemberNotFound(NotFound):
    """There is no such member here; a member of another programme gets the same answer."""

    code = "member_not_found"


def find_member(
    programme: Programme, *, member_id: uuid.UUID | None = None, external_id: str = "", card: str = "", email: str = "", phone: str = ""
) -> Member:
    """Return the programme's member with this id, external id, card, e-mail or phone (name exactly one).

    Raises: MemberNotFound.
    """
    members = Member.objects.of(programme)
    if member_id is not None:
        members = members.filter(pk=member_id)
    elif external_id:
        members = members.by_external_id(external_id)
    elif card:
        members = members.by_card(card)
    elif email:
        members = members.by_email(email)
    else:
        assert phone, "say whom to find"
        members = members.by_phone(phone, programme.legal_entity.country)
    member = members.first()
    if member is None:
        raise MemberNotFound(_("There is no such member. Check the number, or enrol the member first."))
    return member


def search_members(programme: Programme, text: str, *, limit: int = 20) -> list[Member]:
    """Return members by whatever was typed or scanned (card, phone, e-mail, external id, name), by name."""
    found = Member.objects.of(programme).matching(text, programme.legal_entity.country)
    return list(found.order_by("given_name", "family_name", "id")[:limit])


def membership_of(user: User, programme: Programme) -> Member | None:
    """Return the member that is this login in the programme."""
    return Member.objects.of(programme).filter(user=user).first()


def memberships_of(user: User) -> QuerySet[Member]:
    """Return the login's members in all programmes, by programme name."""
    return Member.objects.filter(user=user).select_related("programme").order_by("programme__name", "id")


def consents_now(member: Member) -> dict[str, Consent]:
    """Return the latest consent of each kind, with the version of the terms."""
    return {consent.kind: consent for consent in member.consents.latest_of_each_kind().select_related("terms")}


def granted_now(member: Member) -> dict[str, bool]:
    """Return for each kind whether the member agrees to it today, asked or not."""
    now = consents_now(member)
    return {kind.value: now[kind].granted if kind in now else kind.is_given_unless_refused for kind in ConsentKind}


def consent_history(member: Member, limit: int = 50) -> list[Consent]:
    """Return what a member agreed to and took back, newest first."""
    return list(member.consents.select_related("terms").order_by("-at", "-id")[:limit])
