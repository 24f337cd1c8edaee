"""Appoint staff, and keep Django's groups as the table of roles says."""

import fnmatch
from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.entities.models import Store
from accounts.staff.models import StaffProfile
from accounts.staff.roles import ROLES, Role
from accounts.users.models import User


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
