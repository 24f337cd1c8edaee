"""People who work here, for tests of the staff pages."""

from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff
from accounts.users.models import User
from tests.accounts.factories import UserFactory


def colleague(*roles: Role, **facts) -> User:
    """Return a user who works here in these roles."""
    user = UserFactory.create(**facts)
    appoint_staff(user=user, roles=roles)
    return User.objects.get(pk=user.pk)  # without what Django has remembered of the rights before
