"""Questions about users."""

from collections.abc import Iterable
from uuid import UUID

from accounts.users.models import User


def names_of(users: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names (or else the e-mail addresses) of these users in one query; whoever is no user has none."""
    wanted = {user for user in users if user is not None}
    found = User.objects.filter(pk__in=wanted).only("name", "email") if wanted else ()
    return {user.pk: user.get_full_name() for user in found}
