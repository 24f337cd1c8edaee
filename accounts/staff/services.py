"""Appoint staff, keep Django's groups as the table of roles says, and keep what colleagues save for their lists."""

import datetime as dt
import fnmatch
import uuid
from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.staff.access import may
from accounts.staff.domain import MOST_SAVED, NAME_SYMBOLS, is_plain
from accounts.staff.models import ListPreference, SavedFilter, StaffProfile
from accounts.staff.roles import ROLES, Act, Role
from accounts.users.models import User
from loyalty.kit.problems import Malformed, Problem


class FilterNotSaved(Problem):
    code = "filter_not_saved"
    status = 409


class FilterOfAnother(Problem):
    code = "filter_of_another"
    status = 403


@transaction.atomic
def appoint_staff(*, user: User, roles: Iterable[Role], default_store: Store | None = None) -> StaffProfile:
    """Let somebody work here in these roles and no others, usually in this store. Without roles their work here ends."""
    chosen = [Role(role).value for role in roles]
    user.groups.remove(*Group.objects.filter(name__in=Role.values).exclude(name__in=chosen))
    user.groups.add(*Group.objects.filter(name__in=chosen))
    user.is_staff = bool(chosen) or user.is_superuser
    user.save(update_fields=["is_staff"])
    profile, _created = StaffProfile.objects.update_or_create(user=user, defaults={"default_store": default_store})
    return profile


@transaction.atomic
def sync_roles() -> None:
    """Write the table of roles into groups and their permissions; permissions that do not exist are not missed.

    The house runs this after every migration, when the permissions of all apps are there.
    """
    existing = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, patterns in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        names = {name for pattern in patterns for name in fnmatch.filter(existing, pattern)}
        group.permissions.set([existing[name] for name in sorted(names)])


def choose_default_store(*, user: User, store: Store) -> StaffProfile:
    """Remember in which store somebody works from now on; their roles stay as they are."""
    profile, _created = StaffProfile.objects.update_or_create(user=user, defaults={"default_store": store})
    return profile


@transaction.atomic
def save_filter(*, owner: User, list_name: str, name: str, query: str, is_shared: bool, at: dt.datetime) -> SavedFilter:
    """Keep what a colleague narrowed a list to, under a name of theirs; `query` is what `domain.kept_of` made of the address.

    The same once more gives what is there. Raises Malformed for a name that cannot be read as written, and
    FilterNotSaved if nothing is narrowed, the name is taken or there are too many.
    """
    User.objects.select_for_update().get(pk=owner.pk)
    mine = SavedFilter.objects.filter(owner=owner, list_name=list_name)
    found = mine.filter(name=name).first()
    if found is not None and (found.query, found.is_shared) == (query, is_shared):
        return found
    _refuse_filter(name, query, taken=found is not None, kept=mine.count())
    return SavedFilter.objects.create(owner=owner, list_name=list_name, name=name, query=query, is_shared=is_shared, saved_at=at)


def delete_filter(*, filter_id: uuid.UUID, list_name: str, staff: User) -> SavedFilter | None:
    """Forget a saved filter; nothing if it is gone already. Who appoints staff may also delete what others share.

    Raises FilterOfAnother.
    """
    found = SavedFilter.objects.filter(pk=filter_id, list_name=list_name).first()
    if found is None:
        return None
    if not may_delete(found, staff):
        raise FilterOfAnother(_("A colleague saved this filter. Ask them to delete it."))
    found.delete()
    return found


@transaction.atomic
def hide_columns(*, user: User, list_name: str, hidden: list[str]) -> ListPreference:
    """Remember which columns of a list somebody does not want to see."""
    chosen, _created = ListPreference.objects.update_or_create(user=user, list_name=list_name, defaults={"hidden": hidden})
    return chosen


def may_delete(saved: SavedFilter, staff: User) -> bool:
    """Tell whether somebody may delete a filter: its owner, and of shared ones whoever appoints staff."""
    return saved.owner_id == staff.pk or (saved.is_shared and may(staff, Act.MANAGE_STAFF))


def _refuse_filter(name: str, query: str, *, taken: bool, kept: int) -> None:
    if not is_plain(name):
        words = _("Choose a name of up to %(count)s letters, figures and signs that everybody can see.")
        raise Malformed(words % {"count": NAME_SYMBOLS})
    if not query:
        raise FilterNotSaved(_("Narrow the list first, then save what you chose. Words typed into a search are not kept."))
    if taken:
        raise FilterNotSaved(_("You have a filter of this name already. Choose another name, or delete that filter first."))
    if kept >= MOST_SAVED:
        raise FilterNotSaved(_("You have %(count)s filters here. Delete one that you no longer need first.") % {"count": kept})
