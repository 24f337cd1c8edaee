"""Change what is known of a member, and whether they take part."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.members.facts import InvalidMember, normalised_facts
from accounts.members.models import Member, MemberStatus
from accounts.members.services.enrolment import AlreadyMember
from accounts.outbox.services import publish
from loyalty.kit.problems import FieldError, Refused
from loyalty.kit.rows import checked_fields, violated_constraint

PROFILE_FIELDS = frozenset({"email", "phone", "given_name", "family_name", "birth_date", "locale", "home_store_id", "attributes"})
_NULLABLE = ("email", "phone")
_IDENTITY_RULES = {"member_email_once_per_programme": "email", "member_phone_once_per_programme": "phone"}
_NEXT_STATUSES: dict[str, set[str]] = {
    MemberStatus.PROSPECT: {MemberStatus.ACTIVE, MemberStatus.CLOSED},
    MemberStatus.ACTIVE: {MemberStatus.FROZEN, MemberStatus.CLOSED},
    MemberStatus.FROZEN: {MemberStatus.ACTIVE, MemberStatus.CLOSED},
    MemberStatus.CLOSED: set(),
}


class MemberIsClosed(Refused):
    code = "member_is_closed"


class StatusChangeNotAllowed(Refused):
    code = "status_change_not_allowed"


@transaction.atomic
def update_member(*, member: Member, changes: Mapping[str, Any], at: dt.datetime) -> Member:
    """Change profile fields (see PROFILE_FIELDS) and publish `member.updated` with their names; nothing new, nothing done.

    Raises: InvalidMember, InvalidFields, AlreadyMember (e-mail or phone is in use), MemberIsClosed.
    """
    assert changes.keys() <= PROFILE_FIELDS, changes.keys() - PROFILE_FIELDS
    programme = member.programme
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if locked.status == MemberStatus.CLOSED:
        raise MemberIsClosed(_("This membership has ended; nothing about it changes any more."))
    facts = normalised_facts(programme, changes, at)
    facts |= {name: facts[name] or None for name in _NULLABLE if name in facts}
    changed = [name for name, value in facts.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, facts[name])
    _refuse_foreign_store(locked, programme.legal_entity_id)
    _save_profile(locked, changed)
    publish(topic="member.updated", payload={"fields": sorted(changed)}, at=at, programme_id=locked.programme_id, member_id=locked.pk)
    return locked


@transaction.atomic
def change_member_status(*, member: Member, status: str, at: dt.datetime) -> Member:
    """Activate, freeze or close a membership and publish `member.status_changed`; the same status again changes nothing.

    Raises: StatusChangeNotAllowed (a closed membership stays closed).
    """
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if locked.status == status:
        return locked
    if status not in _NEXT_STATUSES[locked.status]:
        words = {"from": locked.get_status_display(), "to": MemberStatus(status).label}
        raise StatusChangeNotAllowed(_("A membership cannot go from %(from)s to %(to)s.") % words)
    payload = {"from": locked.status, "to": status}
    locked.status = status
    locked.save(update_fields=["status"])
    publish(topic="member.status_changed", payload=payload, at=at, programme_id=locked.programme_id, member_id=locked.pk)
    return locked


def _save_profile(member: Member, changed: list[str]) -> None:
    """Write the changed fields; the unique constraints decide whether e-mail and phone are free."""
    checked_fields(member, exclude=["programme", "home_store", "points_account", "user"])
    try:
        with transaction.atomic():
            member.save(update_fields=changed)
    except IntegrityError as error:
        field = _IDENTITY_RULES.get(violated_constraint(error))
        if field is None:
            raise
        raise _in_use(field) from error


def _in_use(field: str) -> AlreadyMember:
    detail = _("Another member has this already.")
    return AlreadyMember(detail, errors=[FieldError(f"/{field}", f"{field}_in_use", detail)])


def _refuse_foreign_store(member: Member, entity_id: int) -> None:
    if member.home_store_id and not Store.objects.selling_for(entity_id).filter(pk=member.home_store_id).exists():
        detail = _("The home store belongs to another company.")
        raise InvalidMember(detail, errors=[FieldError("/home_store", "unknown_store", detail)])
